package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/release"
)

// forgery is one way to alter a release.
type forgery struct {
	name string
	make func(ctx context.Context, h house) (map[string][]byte, error)
}

// forgeries must not be installed.
var forgeries = []forgery{
	{"an altered archive", func(_ context.Context, h house) (map[string][]byte, error) {
		return h.alterArchive(false)
	}},
	{"an altered archive with altered checksums", func(_ context.Context, h house) (map[string][]byte, error) {
		return h.alterArchive(true)
	}},
	{"a signature by another key", func(ctx context.Context, h house) (map[string][]byte, error) {
		return h.signAgain(ctx, h.keys.stranger)
	}},
	{"an armored signature", func(ctx context.Context, h house) (map[string][]byte, error) {
		return h.signAgain(ctx, h.keys.fingerprint, "--armor")
	}},
}

// reject looks that Terraform refuses each forgery. That it takes the genuine release is the business of install.
func (h house) reject(ctx context.Context, out io.Writer) error {
	for _, f := range forgeries {
		altered, err := f.make(ctx, h)
		if err != nil {
			return fmt.Errorf("make %s: %w", f.name, err)
		}
		reason, err := h.refused(ctx, altered)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		fmt.Fprintf(out, "refused: %s (%s)\n", f.name, reason)
	}
	return nil
}

// refused initializes a workspace, which must fail and leave no executable, and returns what Terraform said.
func (h house) refused(ctx context.Context, altered map[string][]byte) (string, error) {
	w, closeRegistry, err := h.workspace(altered)
	if err != nil {
		return "", err
	}
	defer closeRegistry()
	output, err := w.Run(ctx, "init", "-no-color")
	if err != nil {
		return "", err
	}
	if output.Code == 0 {
		return "", fmt.Errorf("%s installed it", h.cli)
	}
	err = filepath.WalkDir(filepath.Join(w.Dir, ".terraform"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(entry.Name(), release.Name) {
			return fmt.Errorf("%s refused it, and left %s", h.cli, path)
		}
		if errors.Is(err, fs.ErrNotExist) { // init made nothing at all
			return nil
		}
		return err
	})
	return why(output.Stderr), err
}

// why is the sentence in which Terraform tells what is wrong: the end of the first diagnostic's text.
func why(said []byte) string {
	text := strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(string(said))), " ")
	if at := strings.LastIndex(text, ": "); at >= 0 {
		return text[at+2:]
	}
	return text
}

// alterArchive adds a byte to the archive for this machine, and puts its new sum into the checksums if they follow.
func (h house) alterArchive(checksumsToo bool) (map[string][]byte, error) {
	here := slices.IndexFunc(h.release.Platforms, func(p release.Platform) bool { return p.OS == runtime.GOOS && p.Arch == runtime.GOARCH })
	if here < 0 {
		return nil, fmt.Errorf("the release has no archive for %s_%s", runtime.GOOS, runtime.GOARCH)
	}
	archive := h.release.Platforms[here]
	content, err := os.ReadFile(h.release.Path(archive.File))
	if err != nil {
		return nil, err
	}
	altered := map[string][]byte{archive.File: append(content, 0)}
	if !checksumsToo {
		return altered, nil
	}
	sums, err := os.ReadFile(h.release.Path(h.release.SumsFile()))
	altered[h.release.SumsFile()] = bytes.ReplaceAll(sums, []byte(archive.Sum), []byte(release.Sum(altered[archive.File])))
	return altered, err
}

// signAgain signs the checksums anew.
func (h house) signAgain(ctx context.Context, fingerprint string, options ...string) (map[string][]byte, error) {
	signature, err := h.keys.sign(ctx, fingerprint, h.release.Path(h.release.SumsFile()), options...)
	return map[string][]byte{h.release.SignatureFile(): signature}, err
}
