package main

import (
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// checked writes the files and returns what open and check report.
func checked(t *testing.T, f files) (release, error) {
	t.Helper()
	found, err := f.written(t)
	if err == nil {
		err = found.check()
	}
	return found, err
}

func TestOpen(t *testing.T) {
	found, err := checked(t, sample(t))
	if err != nil {
		t.Fatal(err)
	}
	signer, _ := key()
	if found.version != sampleVersion || found.keyID != signer.PrimaryKey.KeyIdString() {
		t.Errorf("version %s, key %s", found.version, found.keyID)
	}
	if got := fmt.Sprint(found.platforms); got != "[darwin_arm64 linux_amd64 windows_386]" {
		t.Errorf("platforms %s", got)
	}
	if p := found.platforms[1]; p.file != named("linux_amd64.zip") || p.sum != found.sums[p.file] {
		t.Errorf("platform %+v", p)
	}
	withMaterials := sample(t)
	withMaterials[named("linux_amd64.cdx.json")] = []byte("{}") // is published without a checksum
	if _, err := checked(t, withMaterials); err != nil {
		t.Errorf("with a bill of materials: %v", err)
	}
}

// TestDefects makes one defect at a time. The error must name it.
func TestDefects(t *testing.T) {
	linux := named("linux_amd64.zip")
	packed := func(name string, mode fs.FileMode) func(*testing.T, files) {
		return func(t *testing.T, f files) {
			t.Helper()
			f[linux] = archive(t, name, mode, nil)
			f.seal(t)
		}
	}
	sealed := func(change func(files)) func(*testing.T, files) {
		return func(t *testing.T, f files) {
			t.Helper()
			change(f)
			f.seal(t)
		}
	}
	plain := func(change func(files)) func(*testing.T, files) {
		return func(_ *testing.T, f files) { change(f) }
	}
	manifest, sums, signature := named("manifest.json"), named("SHA256SUMS"), named("SHA256SUMS.sig")
	for name, c := range map[string]struct {
		change func(*testing.T, files)
		want   string
	}{
		"an archive is altered":       {plain(func(f files) { f[linux] = append(f[linux], 0) }), linux},
		"an archive is missing":       {plain(func(f files) { delete(f, linux) }), linux},
		"an archive is not listed":    {plain(func(f files) { f[named("linux_arm.zip")] = f[linux] }), "linux_arm"},
		"no archive for HCP":          {sealed(func(f files) { delete(f, linux) }), "linux_amd64"},
		"executable of another name":  {packed(provider, 0o755), provider + "_v" + sampleVersion},
		"executable with another end": {packed(provider+"_v"+sampleVersion+".exe", 0o755), linux},
		"executable is none":          {packed(provider+"_v"+sampleVersion, 0o644), "0755"},
		"executable in a folder":      {packed("bin/"+provider+"_v"+sampleVersion, 0o755), "folder"},
		"an archive is no zip":        {sealed(func(f files) { f[linux] = []byte("text") }), linux},
		"manifest of protocol 5":      {sealed(func(f files) { f[manifest] = []byte(`{"version":1,"metadata":{"protocol_versions":["5.0"]}}`) }), "5.0"},
		"manifest of version 2":       {sealed(func(f files) { f[manifest] = []byte(`{"version":2,"metadata":{"protocol_versions":["6.0"]}}`) }), "version 1"},
		"manifest with something new": {sealed(func(f files) { f[manifest] = []byte(`{"version":1,"extra":1}`) }), manifest},
		"no manifest":                 {sealed(func(f files) { delete(f, manifest) }), manifest},
		"manifest is not listed":      {plain(func(f files) { f[sums] = []byte(sum(f[linux]) + "  " + linux + "\n") }), manifest},
		"bill of materials is listed": {sealed(func(f files) { f[named("linux_amd64.cdx.json")] = []byte("{}") }), "linux_amd64.cdx.json"},
		"signature is listed":         {plain(func(f files) { f[sums] = append(f[sums], sum(f[signature])+"  "+signature+"\n"...) }), "SHA256SUMS.sig"},
		"checksums in another form":   {plain(func(f files) { f[sums] = []byte("sum: abc\n") }), "SHA256SUMS"},
		"no checksums":                {plain(func(f files) { delete(f, sums) }), "SHA256SUMS"},
		"a second release":            {plain(func(f files) { f[provider+"_1.2.4_SHA256SUMS"] = nil }), "2 files"},
		"no signature":                {plain(func(f files) { delete(f, signature) }), "SHA256SUMS.sig"},
		"signature is armored": {func(t *testing.T, f files) {
			t.Helper()
			signer, _ := key()
			f[signature] = signed(t, f[sums], signer, true)
		}, "armored"},
		"signature by an elliptic curve": {func(t *testing.T, f files) {
			t.Helper()
			f[signature] = signedByOther(t, f[sums], packet.PubKeyAlgoEdDSA)
		}, "RSA"},
		"signature is cut":            {plain(func(f files) { f[signature] = f[signature][:20] }), "SHA256SUMS.sig"},
		"signature is empty":          {plain(func(f files) { f[signature] = nil }), "SHA256SUMS.sig"},
		"signature is text":           {plain(func(f files) { f[signature] = []byte("signature") }), "SHA256SUMS.sig"},
		"signature is another packet": {plain(func(f files) { f[signature] = []byte{0xb4, 1, 'x'} }), "names its key"},
	} {
		t.Run(name, func(t *testing.T) {
			f := sample(t)
			c.change(t, f)
			if _, err := checked(t, f); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that names %s", err, c.want)
			}
		})
	}
}

// FuzzParseSums writes what it read, and reads the same again.
func FuzzParseSums(f *testing.F) {
	f.Add([]byte(sum(nil) + "  a.zip\n" + sum([]byte("b")) + "  b.json\n"))
	f.Add([]byte(sum(nil) + "  a.zip\n" + sum(nil) + "  a.zip\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		first, err := parseSums(content)
		if err != nil {
			return
		}
		var again strings.Builder
		for file, sum := range first {
			again.WriteString(sum + "  " + file + "\n")
		}
		second, err := parseSums([]byte(again.String()))
		if err != nil || !maps.Equal(first, second) {
			t.Fatalf("%v, then %v: %v", first, second, err)
		}
	})
}
