package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

const sampleVersion = "1.2.3"

// key is the signing key of all samples, with its public key.
var key = sync.OnceValues(func() (*openpgp.Entity, string) {
	key, public, err := newKey(packet.PubKeyAlgoRSA)
	if err != nil {
		panic(err)
	}
	return key, public
})

// files are the content of a release by file name. Tests change it before they write it.
type files map[string][]byte

// sample returns a release for Linux, macOS and Windows. Its executables are text.
func sample(t *testing.T) files {
	t.Helper()
	f := files{named("manifest.json"): []byte(`{"version":1,"metadata":{"protocol_versions":["6.0"]}}`)}
	for platform, extension := range map[string]string{"linux_amd64": "", "darwin_arm64": "", "windows_386": ".exe"} {
		f[named(platform+".zip")] = archive(t, provider+"_v"+sampleVersion+extension, 0o755, []byte("not an executable\n"))
	}
	f.seal(t)
	return f
}

// named returns the name of a file of the sample by its last part.
func named(last string) string { return provider + "_" + sampleVersion + "_" + last }

// archive returns a zip archive of one file.
func archive(t *testing.T, name string, mode fs.FileMode, content []byte) []byte {
	t.Helper()
	var zipped bytes.Buffer
	writer := zip.NewWriter(&zipped)
	header := &zip.FileHeader{Name: name, Method: zip.Store}
	header.SetMode(mode)
	file, err := writer.CreateHeader(header)
	if err == nil {
		_, err = file.Write(content)
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return zipped.Bytes()
}

// seal writes the checksum file of the other files, and its signature.
func (f files) seal(t *testing.T) {
	t.Helper()
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !strings.HasPrefix(name, named("SHA256SUMS")) {
			fmt.Fprintf(&lines, "%s  %s\n", sum(f[name]), name)
		}
	}
	f[named("SHA256SUMS")] = []byte(lines.String())
	signer, _ := key()
	f[named("SHA256SUMS.sig")] = signed(t, f[named("SHA256SUMS")], signer, false)
}

// signed returns a detached signature.
func signed(t *testing.T, content []byte, by *openpgp.Entity, armored bool) []byte {
	t.Helper()
	sign := openpgp.DetachSign
	if armored {
		sign = openpgp.ArmoredDetachSign
	}
	var signature bytes.Buffer
	if err := sign(&signature, by, bytes.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
	return signature.Bytes()
}

// signedByOther returns a signature by a key that no registry names.
func signedByOther(t *testing.T, content []byte, algorithm packet.PublicKeyAlgorithm) []byte {
	t.Helper()
	other, _, err := newKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return signed(t, content, other, false)
}

// written writes the files into a folder and opens the release.
func (f files) written(t *testing.T) (release, error) {
	t.Helper()
	folder := t.TempDir()
	for name, content := range f {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return open(folder)
}
