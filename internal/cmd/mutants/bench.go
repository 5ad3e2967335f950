package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// guard is a line that keeps something bad from happening, and the test that watches it.
type guard struct {
	name string
	file string // in the tree
	line string // what is in the file exactly once
	off  string // what stands in its place when the guard is switched off
	test string
	in   string // package of the test; empty: that of the file
}

// of is the package of the test, as go test takes it.
func (g guard) of() string {
	if g.in != "" {
		return "./" + g.in
	}
	return "./" + path.Dir(g.file)
}

// without is the text of the guard's file with the guard switched off.
func (g guard) without(text string) (string, error) {
	if count := strings.Count(text, g.line); count != 1 {
		return "", fmt.Errorf("%s holds %q %d times, and not once: the guard has moved", g.file, g.line, count)
	}
	return strings.Replace(text, g.line, g.off, 1), nil
}

// bench is where guards are tried: the tree itself is left as it is.
type bench struct {
	root   string
	folder string // for what stands in the place of the tree's files
}

// control runs the tests with every guard in place. One that fails, is skipped or does not exist proves nothing.
func (b bench) control(ctx context.Context, guards []guard) error {
	var packages, tests []string
	for _, g := range guards {
		packages, tests = append(packages, g.of()), append(tests, g.test)
	}
	args := append([]string{"-run", "^(" + strings.Join(tests, "|") + ")$"}, slices.Compact(slices.Sorted(slices.Values(packages)))...)
	outcomes, said, err := b.test(ctx, args...)
	if err != nil {
		return err
	}
	for _, g := range guards {
		if outcomes[g.test] != "pass" {
			return fmt.Errorf("%s in %s does not pass with every guard in place: %q\n%s", g.test, g.of(), outcomes[g.test], said)
		}
	}
	return nil
}

var errSurvived = errors.New("the test passes without the guard")

// trial switches a guard off; it is an error if its test does not fail then.
func (b bench) trial(ctx context.Context, g guard) error {
	file := filepath.Join(b.root, filepath.FromSlash(g.file))
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	changed, err := g.without(string(text))
	if err != nil {
		return err
	}
	overlay, err := b.overlay(file, changed)
	if err != nil {
		return err
	}
	outcomes, said, err := b.test(ctx, "-overlay", overlay, "-run", "^"+g.test+"$", g.of())
	if err != nil {
		return err
	}
	switch outcomes[g.test] {
	case "fail":
		return nil
	case "pass":
		return errSurvived
	}
	return fmt.Errorf("%s ended with %q, neither pass nor fail: what stands in the place of the guard may not compile\n%s", g.test, outcomes[g.test], said)
}

// overlay writes what tells the compiler to take text for a file of the tree.
func (b bench) overlay(file, text string) (string, error) {
	instead, overlay := filepath.Join(b.folder, filepath.Base(file)), filepath.Join(b.folder, "overlay.json")
	content, err := json.Marshal(map[string]map[string]string{"Replace": {file: instead}})
	if err != nil {
		return "", err
	}
	return overlay, errors.Join(os.WriteFile(instead, []byte(text), 0o600), os.WriteFile(overlay, content, 0o600))
}

// test runs go test and returns how each test ended, and what was said. That tests fail is no error.
func (b bench) test(ctx context.Context, args ...string) (outcomes map[string]string, said string, err error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json", "-vet=off", "-count=1", "-timeout=5m"}, args...)...)
	cmd.Dir = b.root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		return nil, "", errors.Join(err, ctx.Err())
	}
	return ends(out)
}

// ends reads what go test -json prints.
func ends(out []byte) (outcomes map[string]string, said string, err error) {
	var text strings.Builder
	outcomes = map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var event struct{ Action, Test, Output string }
		if err := decoder.Decode(&event); errors.Is(err, io.EOF) {
			return outcomes, text.String(), nil
		} else if err != nil {
			return nil, "", fmt.Errorf("go test printed what is no event: %w", err)
		}
		text.WriteString(event.Output)
		switch event.Action {
		case "pass", "fail", "skip":
			if event.Test != "" {
				outcomes[event.Test] = event.Action
			}
		}
	}
}
