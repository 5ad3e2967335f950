package mutants

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// TestGuardsAreWhereTheyWere finds every guard of the table, and its test, in the tree. A guard that has moved must be
// updated in the table, because it is no longer tried otherwise.
func TestGuardsAreWhereTheyWere(t *testing.T) {
	root, err := tree.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, g := range guards() {
		t.Run(g.name, func(t *testing.T) {
			if seen[g.name] {
				t.Error("there are two of this name")
			}
			seen[g.name] = true
			text, err := os.ReadFile(filepath.Join(root, g.file))
			if err != nil {
				t.Fatal(err)
			}
			changed, err := g.without(string(text))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.ParseFile(token.NewFileSet(), g.file, changed, parser.SkipObjectResolution); err != nil {
				t.Errorf("without it the file is no Go: %v", err)
			}
			if !declares(t, filepath.Join(root, g.of()), g.test) {
				t.Errorf("%s holds no %s", g.of(), g.test)
			}
		})
	}
}

// declares reports whether a test is in the test files of a folder.
func declares(t *testing.T, folder, test string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+test+"(t *testing.T) {") {
			return true
		}
	}
	return false
}
