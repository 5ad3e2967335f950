package main

import (
	"archive/zip"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/release"
	"github.com/timesheets/terraform-provider-timesheets/internal/release/sample"
)

const (
	moduleRoot = "../../.."
	fast       = "-s -w -X main.version=" + sample.Version
)

// opened is a house with a release for this platform alone, which takes a build, not the minutes of all platforms.
func opened(t *testing.T) house {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Skip("gpg, which signs releases, is missing")
	}
	root, err := filepath.Abs(moduleRoot)
	if err != nil {
		t.Fatal(err)
	}
	h := house{folder: t.TempDir(), example: filepath.Join(root, "examples", "timesheets")}
	if h.cli, err = cli.Find(t.Context(), filepath.Join(root, ".cache")); err != nil {
		t.Fatal(err)
	}
	short, err := os.MkdirTemp("", "gpg-") // the path of the agent's socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(short) })
	if h.keys, err = newKeys(t.Context(), short); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.keys.close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	h.release = built(t, root, h.keys)
	return h
}

// built is a release of the tree for this platform.
func built(t *testing.T, root string, keys keys) release.Release {
	t.Helper()
	folder := t.TempDir()
	executable := release.Name + "_v" + sample.Version
	if _, err := run(t.Context(), root, nil, "go", "build", "-ldflags", fast, "-o", filepath.Join(folder, "bin", executable), "."); err != nil {
		t.Fatal(err)
	}
	files, err := sample.New()
	if err != nil {
		t.Fatal(err)
	}
	here := sample.Named(runtime.GOOS + "_" + runtime.GOARCH + ".zip")
	files[here] = zipped(t, filepath.Join(folder, "bin", executable))
	files.Seal()
	if err := files.Write(folder); err != nil {
		t.Fatal(err)
	}
	signature, err := keys.sign(t.Context(), keys.fingerprint, filepath.Join(folder, sample.Named("SHA256SUMS")))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, sample.Named("SHA256SUMS.sig")), signature, 0o600); err != nil {
		t.Fatal(err)
	}
	finished, err := release.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return finished
}

func zipped(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var archive strings.Builder
	writer := zip.NewWriter(&archive)
	header := &zip.FileHeader{Name: filepath.Base(path), Method: zip.Store}
	header.SetMode(0o755)
	file, err := writer.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(archive.String())
}

// TestInstallAndReject: Terraform installs a release by the registry protocol and works with it, and installs none of the
// forgeries of it.
func TestInstallAndReject(t *testing.T) {
	h := opened(t)
	if err := h.release.Check(); err != nil {
		t.Fatalf("what gpg signed is no release: %v", err)
	}
	if err := h.install(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if err := h.reject(t.Context(), &said); err != nil {
		t.Fatal(err)
	}
	for _, f := range forgeries {
		if !strings.Contains(said.String(), f.name) {
			t.Errorf("not a word of %s:\n%s", f.name, said.String())
		}
	}
	t.Log(said.String())
	if reason, err := h.refused(t.Context(), nil); err == nil {
		t.Errorf("the genuine release counts as refused: %s", reason)
	}
}

// TestArmoredIsNoRelease: the check that guards publication refuses by itself what a registry would.
func TestArmoredIsNoRelease(t *testing.T) {
	h := opened(t)
	armored, err := h.keys.sign(t.Context(), h.keys.fingerprint, h.release.Path(h.release.SumsFile()), "--armor")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.release.Path(h.release.SignatureFile()), armored, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := check(io.Discard, h.release.Folder); err == nil {
		t.Error("an armored signature passes")
	}
}

// TestReproducible builds the provider in two folders: the executables are the same, byte for byte.
func TestReproducible(t *testing.T) {
	var sums []string
	for _, folder := range []string{"one", "somewhere/else"} {
		tree := filepath.Join(t.TempDir(), folder)
		copyTree(t, tree)
		executable := filepath.Join(t.TempDir(), "provider")
		args := append([]string{"build", "-o", executable}, goreleaserFlags(t)...)
		if _, err := run(t.Context(), tree, []string{"CGO_ENABLED=0"}, "go", append(args, "-ldflags", fast, ".")...); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(executable)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), tree) {
			t.Errorf("the executable names the folder it was built in")
		}
		sums = append(sums, release.Sum(content))
	}
	if sums[0] != sums[1] {
		t.Errorf("two folders, two executables: %v", sums)
	}
}

// goreleaserFlags are the flags of go build in .goreleaser.yml.
func goreleaserFlags(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(moduleRoot, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(content), "    flags:\n")
	if !found {
		t.Fatal(".goreleaser.yml names no flags")
	}
	var flags []string
	for line := range strings.Lines(after) {
		flag, is := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !is {
			break
		}
		flags = append(flags, flag)
	}
	return flags
}

// copyTree copies what the provider is built from.
func copyTree(t *testing.T, to string) {
	t.Helper()
	for _, file := range []string{"go.mod", "go.sum", "main.go"} {
		content, err := os.ReadFile(filepath.Join(moduleRoot, file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(to, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(to, "internal"), os.DirFS(filepath.Join(moduleRoot, "internal"))); err != nil {
		t.Fatal(err)
	}
}
