package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// protocols are what the provider serves. Without a manifest, registries assume protocol 5.
var protocols = []string{"6.0"}

// worker is the platform that HCP Terraform runs on.
const worker = "linux_amd64"

// check returns everything that violates the requirements of registries.
func (r *release) check() error {
	problems := r.checkFiles()
	for _, p := range r.platforms {
		if err := r.checkArchive(p); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", p.file, err))
		}
	}
	if !slices.ContainsFunc(r.platforms, func(p platform) bool { return p.String() == worker }) {
		problems = append(problems, fmt.Errorf("no archive for %s, on which HCP Terraform runs", worker))
	}
	if !slices.Equal(r.protocols, protocols) {
		problems = append(problems, fmt.Errorf("%s: protocols %v, want %v", r.manifestFile(), r.protocols, protocols))
	}
	if !r.rsa {
		problems = append(problems, fmt.Errorf("%s: the key is not RSA; the registry rejects elliptic curves", r.signatureFile()))
	}
	return errors.Join(problems...)
}

// checkFiles compares the files in the folder with the checksum file.
func (r *release) checkFiles() []error {
	var problems []error
	entries, err := os.ReadDir(r.folder)
	if err != nil {
		return []error{err}
	}
	if _, listed := r.sums[r.manifestFile()]; !listed {
		problems = append(problems, fmt.Errorf("%s does not list %s", r.sumsFile(), r.manifestFile()))
	}
	for _, entry := range entries {
		_, archive := r.archive(entry.Name())
		if _, listed := r.sums[entry.Name()]; !listed && archive {
			problems = append(problems, fmt.Errorf("%s does not list %s", r.sumsFile(), entry.Name()))
		}
	}
	for file, want := range r.sums {
		if _, archive := r.archive(file); !archive && file != r.manifestFile() {
			problems = append(problems, fmt.Errorf("%s lists %s; registries accept only archives and the manifest", r.sumsFile(), file))
		}
		content, err := os.ReadFile(r.path(file))
		if err != nil {
			problems = append(problems, err)
		} else if got := sum(content); got != want {
			problems = append(problems, fmt.Errorf("%s: the checksum is %s, but %s contains %s", file, got, r.sumsFile(), want))
		}
	}
	return problems
}

// checkArchive looks for the only executable, which Terraform finds by its name.
func (r *release) checkArchive(p platform) error {
	archive, err := zip.OpenReader(r.path(p.file))
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }() // it was only read
	want := provider + "_v" + r.version
	if p.os == "windows" {
		want += ".exe"
	}
	executables := 0
	for _, file := range archive.File {
		if strings.ContainsAny(file.Name, `/\`) {
			return fmt.Errorf("%s is in a folder", file.Name)
		}
		if strings.HasPrefix(file.Name, provider) {
			executables++
		}
		if file.Name == want && file.Mode().Perm() != 0o755 {
			return fmt.Errorf("%s has mode %v, want 0755", file.Name, file.Mode())
		}
	}
	if _, err := archive.Open(want); err != nil || executables != 1 {
		return fmt.Errorf("%d files %s…, want only %s", executables, provider, want)
	}
	return nil
}
