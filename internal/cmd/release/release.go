package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// provider is the name with which all files of a release start.
const provider = "terraform-provider-timesheets"

// release is a finished release in a folder, under the file names that registries require.
type release struct {
	folder    string
	version   string // without a leading v
	platforms []platform
	protocols []string          // of Terraform's plugin protocol, such as 6.0
	sums      map[string]string // SHA-256 of each file in hexadecimal digits, from the checksum file
	keyID     string            // of the signature: the last eight bytes of the fingerprint
	rsa       bool              // whether the signature is by an RSA key
}

// platform is one archive of a release.
type platform struct {
	os, arch string
	file     string
	sum      string // SHA-256
}

func (p platform) String() string { return p.os + "_" + p.arch }

// open reads the only release in a folder. It reads the checksums without verifying them.
func open(folder string) (release, error) {
	found, err := filepath.Glob(filepath.Join(folder, provider+"_*_SHA256SUMS"))
	if err != nil {
		return release{}, err
	}
	if len(found) != 1 {
		return release{}, fmt.Errorf("%s contains %d files %s_VERSION_SHA256SUMS, want 1", folder, len(found), provider)
	}
	name := filepath.Base(found[0])
	r := release{folder: folder, version: strings.TrimSuffix(strings.TrimPrefix(name, provider+"_"), "_SHA256SUMS")}
	for file, read := range map[string]func([]byte) error{
		r.sumsFile(): r.readSums, r.manifestFile(): r.readManifest, r.signatureFile(): r.readSignature,
	} {
		content, readErr := os.ReadFile(r.path(file))
		if readErr == nil {
			readErr = read(content)
		}
		if readErr != nil {
			err = errors.Join(err, fmt.Errorf("read %s: %w", file, readErr))
		}
	}
	return r, err
}

func (r *release) sumsFile() string { return r.prefix() + "SHA256SUMS" }

func (r *release) signatureFile() string { return r.sumsFile() + ".sig" }

func (r *release) manifestFile() string { return r.prefix() + "manifest.json" }

func (r *release) path(file string) string { return filepath.Join(r.folder, file) }

func (r *release) prefix() string { return provider + "_" + r.version + "_" }

func (r *release) readSums(content []byte) (err error) {
	if r.sums, err = parseSums(content); err != nil {
		return err
	}
	for file, sum := range r.sums {
		if p, is := r.archive(file); is {
			p.sum = sum
			r.platforms = append(r.platforms, p)
		}
	}
	slices.SortFunc(r.platforms, func(a, b platform) int { return strings.Compare(a.file, b.file) })
	return nil
}

// archive returns the platform of an archive, and reports whether a file name is that of an archive of the release.
func (r *release) archive(file string) (platform, bool) {
	middle, ours := strings.CutPrefix(file, r.prefix())
	middle, zipped := strings.CutSuffix(middle, ".zip")
	system, arch, two := strings.Cut(middle, "_")
	return platform{os: system, arch: arch, file: file}, ours && zipped && two && system != "" && arch != ""
}

// parseSums reads lines of a checksum, two spaces and a file name.
func parseSums(content []byte) (map[string]string, error) {
	sums := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		sum, file, two := strings.Cut(lines.Text(), "  ")
		if !two || len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "" || file == "" || file != filepath.Base(file) {
			return nil, fmt.Errorf("%q is not a checksum and a file name", lines.Text())
		}
		if _, twice := sums[file]; twice {
			return nil, fmt.Errorf("%s is listed twice", file)
		}
		sums[file] = sum
	}
	return sums, lines.Err()
}

func (r *release) readManifest(content []byte) error {
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&manifest); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || manifest.Version != 1 {
		return errors.New("it is not a manifest of version 1")
	}
	r.protocols = manifest.Metadata.Protocols
	return nil
}

// readSignature reads which key signed. It does not verify the signature, because that needs the public key.
func (r *release) readSignature(content []byte) error {
	if bytes.HasPrefix(content, []byte("-----BEGIN")) {
		return errors.New("it is armored, but registries accept only the binary form")
	}
	first, err := packet.Read(bytes.NewReader(content))
	if err != nil {
		return err
	}
	signature, ok := first.(*packet.Signature)
	if !ok || signature.Version != 4 || signature.IssuerKeyId == nil {
		return errors.New("it is not an OpenPGP signature of version 4 that names its key")
	}
	r.keyID, r.rsa = fmt.Sprintf("%016X", *signature.IssuerKeyId), signature.PubKeyAlgo == packet.PubKeyAlgoRSA
	return nil
}

// sum returns the SHA-256 of a file in hexadecimal digits.
func sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
