package main

import (
	"errors"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// TestGuardsAreWhereTheyWere finds every guard of the table in the tree, and every test: a guard that moved must be
// found again, or nobody tries it any more.
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

// TestTrial tries guards of a small module of its own: one that is watched, one that is not, and mistakes of the table.
func TestTrial(t *testing.T) {
	bench := bench{root: t.TempDir(), folder: t.TempDir()}
	for name, text := range map[string]string{
		"go.mod":  "module small\n\ngo 1.26\n",
		"door.go": "package small\n\nfunc Open(key int) bool {\n\tif key < 0 {\n\t\treturn false\n\t}\n\treturn key == 1\n}\n",
		"door_test.go": "package small\n\nimport \"testing\"\n\n" +
			"func TestOpen(t *testing.T) {\n\tif !Open(1) || Open(2) {\n\t\tt.Error(\"wrong\")\n\t}\n}\n\n" +
			"func TestSkipped(t *testing.T) { t.Skip(\"today\") }\n",
	} {
		if err := os.WriteFile(filepath.Join(bench.root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	watched := guard{name: "watched", file: "door.go", line: "key == 1", off: "true", test: "TestOpen"}
	for name, c := range map[string]struct {
		change func(*guard)
		caught bool
		not    error
	}{
		"watched":           {change: func(*guard) {}, caught: true},
		"not watched":       {change: func(g *guard) { g.line, g.off = "key < 0", "false" }, not: errSurvived},
		"does not compile":  {change: func(g *guard) { g.off = "1" }},
		"is not there":      {change: func(g *guard) { g.line = "key == 3" }},
		"is there twice":    {change: func(g *guard) { g.line = "key" }},
		"test is not there": {change: func(g *guard) { g.test = "TestClose" }},
		"test is skipped":   {change: func(g *guard) { g.test = "TestSkipped" }},
	} {
		t.Run(name, func(t *testing.T) {
			g := watched
			c.change(&g)
			err := bench.trial(t.Context(), g)
			if (err == nil) != c.caught || errors.Is(err, errSurvived) != (c.not != nil) {
				t.Errorf("error %v", err)
			}
		})
	}
	if err := bench.control(t.Context(), []guard{watched}); err != nil {
		t.Errorf("with the guard in place: %v", err)
	}
	watched.test = "TestSkipped"
	if err := bench.control(t.Context(), []guard{watched}); err == nil {
		t.Error("a test that is skipped is taken for one that passes")
	}
}
