// Package mutants lists the guards of the product: lines that prevent loss of data or of access, each with the test that
// fails without it. With the build tag mutants, its test removes each guard once and expects that test to fail.
package mutants

import (
	"fmt"
	"path"
	"strings"
)

// guard is a line that prevents a harmful action, and the test that covers it.
type guard struct {
	name string
	file string // in the tree
	line string // what is in the file exactly once
	off  string // what replaces it to remove the guard
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

// without is the text of the guard's file without the guard.
func (g guard) without(text string) (string, error) {
	if count := strings.Count(text, g.line); count != 1 {
		return "", fmt.Errorf("%s contains %q %d times instead of once: the guard has moved", g.file, g.line, count)
	}
	return strings.Replace(text, g.line, g.off, 1), nil
}
