// Package sample writes a made-up release for tests: everything a real one has, with executables that are none.
package sample

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/release"
)

const (
	// Version is the sample's.
	Version = "1.2.3"
	// KeyID names the key that made the sample's signature.
	KeyID = "0123456789ABCDEF"
)

// Files are the content of a release by file name; tests change it before they write it.
type Files map[string][]byte

// New makes the files of a release for Linux, macOS and Windows.
func New() (Files, error) {
	files := Files{Named("manifest.json"): []byte(`{"version":1,"metadata":{"protocol_versions":["6.0"]}}`)}
	for platform, extension := range map[string]string{"linux_amd64": "", "darwin_arm64": "", "windows_386": ".exe"} {
		archive, err := Archive(release.Name+"_v"+Version+extension, 0o755)
		if err != nil {
			return nil, err
		}
		files[Named(platform+".zip")] = archive
	}
	files.Seal()
	files[Named("SHA256SUMS.sig")] = Signature(1)
	return files, nil
}

// Named is the name of a file of the sample by its last part.
func Named(last string) string { return release.Name + "_" + Version + "_" + last }

// Archive is a zip with one file of the name and the mode.
func Archive(name string, mode fs.FileMode) ([]byte, error) {
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	header := &zip.FileHeader{Name: name, Method: zip.Deflate}
	header.SetMode(mode)
	file, err := archive.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write([]byte("no executable\n")); err != nil {
		return nil, err
	}
	err = archive.Close() // before the content is read: it writes the directory
	return content.Bytes(), err
}

// Seal makes the checksum file that fits the other files.
func (f Files) Seal() {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !strings.HasPrefix(name, Named("SHA256SUMS")) {
			fmt.Fprintf(&lines, "%s  %s\n", release.Sum(f[name]), name)
		}
	}
	f[Named("SHA256SUMS")] = []byte(lines.String())
}

// Signature returns a signature packet as gpg writes it, by a key of the algorithm. It names its key by a fingerprint, and
// its numbers are made up, so that it cannot be verified.
func Signature(algorithm byte) []byte {
	id, _ := hex.DecodeString(KeyID)
	packet := []byte{
		0x89, 0, 45, // tag of a signature, and its length
		4, 0, algorithm, 8, // version, type, algorithms of key and hash
		0, 29, 5, 2, 0, 0, 0, 1, // length of the hashed part, time of creation
		22, 33, 4, // length and type of the fingerprint, version of the key
	}
	packet = append(packet, make([]byte, 12)...)
	packet = append(packet, id...)
	return append(packet, 0, 0, 0xab, 0xcd, 0, 8, 0xff, 0, 8, 0xff) // RSA has one number, others have two
}

// Write puts the files into a folder.
func (f Files) Write(folder string) error {
	for name, content := range f {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
