// Package release is a finished release of the provider in a folder: its archives, checksums, signature and manifest,
// under the names that registries ask for.
package release

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Name is the provider's, as the names of all files of a release start with it.
const Name = "terraform-provider-timesheets"

// Release is a finished release.
type Release struct {
	Folder    string
	Version   string // without a leading v
	Platforms []Platform
	Signature Signature
	Protocols []string          // of Terraform's plugin protocol, such as 6.0
	Sums      map[string]string // of each file, SHA-256 in hexadecimal digits; what the checksum file says
}

// Platform is where one archive of a release runs.
type Platform struct {
	OS, Arch string
	File     string // name of the archive
	Sum      string // SHA-256 of the archive
}

// String is the platform as Terraform writes it.
func (p Platform) String() string { return p.OS + "_" + p.Arch }

// Open reads the release in a folder, which must hold exactly one. It believes what the checksum file says; Check does not.
func Open(folder string) (Release, error) {
	found, err := filepath.Glob(filepath.Join(folder, Name+"_*_SHA256SUMS"))
	if err != nil {
		return Release{}, err
	}
	if len(found) != 1 {
		return Release{}, fmt.Errorf("%s holds %d files %s_VERSION_SHA256SUMS, not one", folder, len(found), Name)
	}
	name := filepath.Base(found[0])
	r := Release{Folder: folder, Version: strings.TrimSuffix(strings.TrimPrefix(name, Name+"_"), "_SHA256SUMS")}
	return r, errors.Join(r.readSums(), r.readManifest(), r.readSignature())
}

// SumsFile is the name of the checksum file.
func (r Release) SumsFile() string { return r.prefix() + "SHA256SUMS" }

// SignatureFile is the name of the signature of the checksum file.
func (r Release) SignatureFile() string { return r.SumsFile() + ".sig" }

// ManifestFile is the name of the registry's manifest.
func (r Release) ManifestFile() string { return r.prefix() + "manifest.json" }

// Path is where a file of the release is.
func (r Release) Path(file string) string { return filepath.Join(r.Folder, file) }

func (r Release) prefix() string { return Name + "_" + r.Version + "_" }

func (r *Release) readSums() error {
	content, err := os.ReadFile(r.Path(r.SumsFile()))
	if err != nil {
		return err
	}
	if r.Sums, err = parseSums(content); err != nil {
		return fmt.Errorf("read %s: %w", r.SumsFile(), err)
	}
	for file, sum := range r.Sums {
		if platform, is := r.platform(file); is {
			platform.Sum = sum
			r.Platforms = append(r.Platforms, platform)
		}
	}
	slices.SortFunc(r.Platforms, func(a, b Platform) int { return strings.Compare(a.File, b.File) })
	return nil
}

// platform tells what an archive is for by its name.
func (r Release) platform(file string) (Platform, bool) {
	middle, is := strings.CutPrefix(file, r.prefix())
	middle, zipped := strings.CutSuffix(middle, ".zip")
	system, arch, two := strings.Cut(middle, "_")
	return Platform{OS: system, Arch: arch, File: file}, is && zipped && two && system != "" && arch != ""
}

// parseSums reads lines of a sum, two blanks and a file's name.
func parseSums(content []byte) (map[string]string, error) {
	sums := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		sum, file, two := strings.Cut(lines.Text(), "  ")
		if !two || !isSum(sum) || file == "" || file != filepath.Base(file) {
			return nil, fmt.Errorf("no line of a checksum file: %q", lines.Text())
		}
		if _, twice := sums[file]; twice {
			return nil, fmt.Errorf("%s is listed twice", file)
		}
		sums[file] = sum
	}
	return sums, lines.Err()
}

func isSum(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}
