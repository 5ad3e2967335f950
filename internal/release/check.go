package release

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// protocols are what the provider serves. Without the manifest a registry takes it for one of protocol 5.
var protocols = []string{"6.0"}

// worker is the platform that HCP Terraform runs on.
const worker = "linux_amd64"

// Check holds the release against what registries ask for, and returns all that is amiss.
func (r Release) Check() error {
	problems := r.checkFiles()
	for _, platform := range r.Platforms {
		if err := r.checkArchive(platform); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", platform.File, err))
		}
	}
	if !slices.ContainsFunc(r.Platforms, func(p Platform) bool { return p.String() == worker }) {
		problems = append(problems, fmt.Errorf("there is no archive for %s, on which HCP Terraform runs", worker))
	}
	if !slices.Equal(r.Protocols, protocols) {
		problems = append(problems, fmt.Errorf("%s: protocols %v, want %v", r.ManifestFile(), r.Protocols, protocols))
	}
	if !r.Signature.RSA {
		problems = append(problems, fmt.Errorf("%s: made by a key that is not RSA; the registry refuses elliptic curves", r.SignatureFile()))
	}
	return errors.Join(problems...)
}

// checkFiles compares the files there are with the checksums.
func (r Release) checkFiles() []error {
	var problems []error
	entries, err := os.ReadDir(r.Folder)
	if err != nil {
		return []error{err}
	}
	if _, listed := r.Sums[r.ManifestFile()]; !listed {
		problems = append(problems, fmt.Errorf("%s does not list %s", r.SumsFile(), r.ManifestFile()))
	}
	for _, entry := range entries {
		if _, listed := r.Sums[entry.Name()]; !listed && r.isArchive(entry.Name()) {
			problems = append(problems, fmt.Errorf("%s does not list %s", r.SumsFile(), entry.Name()))
		}
	}
	for file, want := range r.Sums {
		if !r.isArchive(file) && file != r.ManifestFile() {
			problems = append(problems, fmt.Errorf("%s lists %s; registries refuse all but archives and the manifest", r.SumsFile(), file))
		}
		content, err := os.ReadFile(r.Path(file))
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if got := Sum(content); got != want {
			problems = append(problems, fmt.Errorf("%s: its sum is %s, and %s says %s", file, got, r.SumsFile(), want))
		}
	}
	return problems
}

// isArchive reports whether a file is an archive of the release, by its name.
func (r Release) isArchive(file string) bool {
	_, is := r.platform(file)
	return is
}

// Sum is the SHA-256 of a file, in hexadecimal digits.
func Sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// checkArchive looks for the one executable, which Terraform finds by its name.
func (r Release) checkArchive(p Platform) error {
	archive, err := zip.OpenReader(r.Path(p.File))
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }() // it was only read
	want := Name + "_v" + r.Version
	if p.OS == "windows" {
		want += ".exe"
	}
	executables := 0
	for _, file := range archive.File {
		if strings.ContainsAny(file.Name, `/\`) {
			return fmt.Errorf("%s is in a folder", file.Name)
		}
		if strings.HasPrefix(file.Name, Name) {
			executables++
		}
		if file.Name == want && file.Mode().Perm() != 0o755 {
			return fmt.Errorf("%s has mode %v, want 0755", file.Name, file.Mode())
		}
	}
	if _, err := archive.Open(want); err != nil || executables != 1 {
		return fmt.Errorf("%d files %s…, want one, %s", executables, Name, want)
	}
	return nil
}

func (r *Release) readManifest() error {
	content, err := os.ReadFile(r.Path(r.ManifestFile()))
	if err != nil {
		return err
	}
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&manifest); err != nil {
		return fmt.Errorf("read %s: %w", r.ManifestFile(), err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || manifest.Version != 1 {
		return fmt.Errorf("%s is no manifest of version 1", r.ManifestFile())
	}
	r.Protocols = manifest.Metadata.Protocols
	return nil
}
