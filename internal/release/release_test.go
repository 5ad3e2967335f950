package release_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/release"
	"github.com/timesheets/terraform-provider-timesheets/internal/release/sample"
)

func files(t *testing.T) sample.Files {
	t.Helper()
	made, err := sample.New()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// judge writes the files and says what Open and Check have against them.
func judge(t *testing.T, files sample.Files) (release.Release, error) {
	t.Helper()
	folder := t.TempDir()
	if err := files.Write(folder); err != nil {
		t.Fatal(err)
	}
	found, err := release.Open(folder)
	if err != nil {
		return found, err
	}
	return found, found.Check()
}

// withBill is a release with a bill of materials, which is published and has no checksum.
func withBill(t *testing.T) sample.Files {
	t.Helper()
	made := files(t)
	made[sample.Named("linux_amd64.cdx.json")] = []byte("{}")
	return made
}

func TestOpen(t *testing.T) {
	found, err := judge(t, files(t))
	if err != nil {
		t.Fatal(err)
	}
	if found.Version != sample.Version || found.Signature.KeyID != sample.KeyID {
		t.Errorf("version %s, key %s", found.Version, found.Signature.KeyID)
	}
	var platforms []string
	for _, platform := range found.Platforms {
		platforms = append(platforms, platform.String())
	}
	if _, err := judge(t, withBill(t)); err != nil {
		t.Errorf("a bill of materials that nothing lists: %v", err)
	}
	if got := strings.Join(platforms, " "); got != "darwin_arm64 linux_amd64 windows_386" {
		t.Errorf("platforms %s", got)
	}
	if found.Platforms[1].File != sample.Named("linux_amd64.zip") || found.Platforms[1].Sum != found.Sums[sample.Named("linux_amd64.zip")] {
		t.Errorf("platform %+v", found.Platforms[1])
	}
}

// TestDefects makes one defect at a time; each is found and named.
func TestDefects(t *testing.T) {
	linux := sample.Named("linux_amd64.zip")
	archive := func(name string, mode fs.FileMode) func(*testing.T, sample.Files) {
		return func(t *testing.T, files sample.Files) {
			content, err := sample.Archive(name, mode)
			if err != nil {
				t.Fatal(err)
			}
			files[linux] = content
			files.Seal()
		}
	}
	sealed := func(change func(sample.Files)) func(*testing.T, sample.Files) {
		return func(_ *testing.T, files sample.Files) {
			change(files)
			files.Seal()
		}
	}
	plain := func(change func(sample.Files)) func(*testing.T, sample.Files) {
		return func(_ *testing.T, files sample.Files) { change(files) }
	}
	manifest := sample.Named("manifest.json")
	for name, c := range map[string]struct {
		change func(*testing.T, sample.Files)
		want   string
	}{
		"an archive is altered":       {plain(func(f sample.Files) { f[linux] = append(f[linux], 0) }), linux},
		"an archive is missing":       {plain(func(f sample.Files) { delete(f, linux) }), linux},
		"an archive is not listed":    {plain(func(f sample.Files) { f[sample.Named("linux_arm.zip")] = f[linux] }), "linux_arm"},
		"no archive for HCP":          {sealed(func(f sample.Files) { delete(f, linux) }), "linux_amd64"},
		"executable of another name":  {archive(release.Name, 0o755), release.Name + "_v" + sample.Version},
		"executable with another end": {archive(release.Name+"_v"+sample.Version+".exe", 0o755), linux},
		"executable is none":          {archive(release.Name+"_v"+sample.Version, 0o644), "0755"},
		"executable in a folder":      {archive("bin/"+release.Name+"_v"+sample.Version, 0o755), "folder"},
		"an archive is no zip":        {sealed(func(f sample.Files) { f[linux] = []byte("text") }), linux},
		"manifest of protocol 5":      {sealed(func(f sample.Files) { f[manifest] = []byte(`{"version":1,"metadata":{"protocol_versions":["5.0"]}}`) }), "5.0"},
		"manifest of version 2":       {sealed(func(f sample.Files) { f[manifest] = []byte(`{"version":2,"metadata":{"protocol_versions":["6.0"]}}`) }), "version 1"},
		"manifest with something new": {sealed(func(f sample.Files) { f[manifest] = []byte(`{"version":1,"extra":1}`) }), manifest},
		"no manifest":                 {sealed(func(f sample.Files) { delete(f, manifest) }), manifest},
		"manifest is not listed":      {plain(func(f sample.Files) { unlist(f, manifest) }), manifest},
		"bill of materials is listed": {sealed(func(f sample.Files) { f[sample.Named("linux_amd64.cdx.json")] = []byte("{}") }), "linux_amd64.cdx.json"},
		"signature is listed":         {plain(func(f sample.Files) { list(f, sample.Named("SHA256SUMS.sig")) }), "SHA256SUMS.sig"},
		"checksums in another form":   {plain(func(f sample.Files) { f[sample.Named("SHA256SUMS")] = []byte("sum: abc\n") }), "SHA256SUMS"},
		"no checksums":                {plain(func(f sample.Files) { delete(f, sample.Named("SHA256SUMS")) }), "SHA256SUMS"},
		"a second release":            {plain(func(f sample.Files) { f[release.Name+"_1.2.4_SHA256SUMS"] = nil }), "2 files"},
		"no signature":                {plain(func(f sample.Files) { delete(f, sample.Named("SHA256SUMS.sig")) }), "SHA256SUMS.sig"},
		"signature is armored": {plain(func(f sample.Files) {
			f[sample.Named("SHA256SUMS.sig")] = []byte("-----BEGIN PGP SIGNATURE-----\n")
		}), "armored"},
		"signature by an elliptic curve": {plain(func(f sample.Files) { f[sample.Named("SHA256SUMS.sig")] = sample.Signature(22) }), "RSA"},
	} {
		t.Run(name, func(t *testing.T) {
			made := files(t)
			c.change(t, made)
			_, err := judge(t, made)
			if err == nil {
				t.Fatal("nobody noticed")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error does not name %s: %v", c.want, err)
			}
		})
	}
}

func list(files sample.Files, name string) {
	line := release.Sum(files[name]) + "  " + name + "\n"
	files[sample.Named("SHA256SUMS")] = append(files[sample.Named("SHA256SUMS")], line...)
}

func unlist(files sample.Files, name string) {
	var kept []string
	for line := range strings.Lines(string(files[sample.Named("SHA256SUMS")])) {
		if !strings.Contains(line, name) {
			kept = append(kept, line)
		}
	}
	files[sample.Named("SHA256SUMS")] = []byte(strings.Join(kept, ""))
}
