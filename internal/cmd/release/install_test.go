package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

const (
	moduleRoot = "../../.."
	fast       = "-s -w -X main.version=" + sampleVersion
)

// newInstaller returns an installer of a release whose executable for this platform is the provider.
func newInstaller(t *testing.T) installer {
	t.Helper()
	root, err := filepath.Abs(moduleRoot)
	if err != nil {
		t.Fatal(err)
	}
	_, public := key()
	i := installer{folder: t.TempDir(), example: filepath.Join(root, "examples", "timesheets"), public: public}
	if i.cli, err = cli.Find(t.Context(), filepath.Join(root, ".cache")); err != nil {
		t.Fatal(err)
	}
	executable := filepath.Join(t.TempDir(), provider)
	if err := run(t.Context(), root, nil, "go", "build", "-ldflags", fast, "-o", executable, "."); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(executable)
	if err != nil {
		t.Fatal(err)
	}
	f := sample(t)
	f[named(runtime.GOOS+"_"+runtime.GOARCH+".zip")] = archive(t, provider+"_v"+sampleVersion, 0o755, content)
	f.seal(t)
	if i.release, err = checked(t, f); err != nil {
		t.Fatal(err)
	}
	return i
}

// TestInstall installs a release with Terraform, and no forgery of it.
func TestInstall(t *testing.T) {
	i := newInstaller(t)
	if err := i.install(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	read := func(file string) []byte {
		t.Helper()
		content, err := os.ReadFile(i.release.path(file))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	at := slices.IndexFunc(i.release.platforms, func(p platform) bool { return p.os == runtime.GOOS && p.arch == runtime.GOARCH })
	here, sumsFile := i.release.platforms[at], i.release.sumsFile()
	altered, sums := append(read(here.file), 0), read(sumsFile)
	signer, _ := key()
	for name, forgery := range map[string]map[string][]byte{
		"an altered archive": {here.file: altered},
		"an altered archive with altered checksums": {
			here.file: altered, sumsFile: bytes.ReplaceAll(sums, []byte(here.sum), []byte(sum(altered))),
		},
		"a signature by another key": {i.release.signatureFile(): signedByOther(t, sums, packet.PubKeyAlgoRSA)},
		"an armored signature":       {i.release.signatureFile(): signed(t, sums, signer, true)},
	} {
		t.Run(name, func(t *testing.T) { i.refused(t, forgery) })
	}
}

// refused runs init with a forgery, which must fail and leave no executable.
func (i installer) refused(t *testing.T, forgery map[string][]byte) {
	t.Helper()
	w, closeRegistry, err := i.workspace(forgery)
	if err != nil {
		t.Fatal(err)
	}
	defer closeRegistry()
	output, err := w.Run(t.Context(), "init", "-no-color")
	if err != nil || output.Code == 0 {
		t.Fatalf("installed: code %d, %v", output.Code, err)
	}
	err = filepath.WalkDir(filepath.Join(w.Dir, ".terraform"), func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(filepath.Base(path), provider) {
			t.Errorf("%s exists", path)
		}
		if errors.Is(err, fs.ErrNotExist) { // init created nothing
			return nil
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestReproducible builds the provider in two folders. The executables must be equal.
func TestReproducible(t *testing.T) {
	var sums []string
	for _, folder := range []string{"one", "somewhere/else"} {
		tree := filepath.Join(t.TempDir(), folder)
		copyTree(t, tree)
		executable := filepath.Join(t.TempDir(), "provider")
		args := append([]string{"build", "-o", executable}, goreleaserFlags(t)...)
		if err := run(t.Context(), tree, []string{"CGO_ENABLED=0"}, "go", append(args, "-ldflags", fast, ".")...); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(executable)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), tree) {
			t.Errorf("the executable contains the path of the folder it was built in")
		}
		sums = append(sums, sum(content))
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
		t.Fatal(".goreleaser.yml has no flags")
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

// copyTree copies the sources of the provider.
func copyTree(t *testing.T, to string) {
	t.Helper()
	err := os.CopyFS(filepath.Join(to, "internal"), os.DirFS(filepath.Join(moduleRoot, "internal")))
	for _, file := range []string{"go.mod", "go.sum", "main.go"} {
		content, readErr := os.ReadFile(filepath.Join(moduleRoot, file))
		err = errors.Join(err, readErr, os.WriteFile(filepath.Join(to, file), content, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}
