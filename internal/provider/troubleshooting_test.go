package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// printed contains the texts that the packages below provider and framework can print, and the summaries among them, with
// NAME in place of formatted values.
type printed struct {
	texts     []string
	summaries map[string]bool
}

func readPrinted(t *testing.T) printed {
	t.Helper()
	p := printed{summaries: map[string]bool{}}
	for _, root := range []string{".", "../framework"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				ast.Inspect(file, p.note)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// summaryAt contains the position of the summary in the arguments of functions that report errors and warnings.
var summaryAt = map[string]int{"Reject": 2, "Warn": 2, "AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1}

func (p *printed) note(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.BinaryExpr:
		p.texts = append(p.texts, flat(n))
	case *ast.BasicLit:
		p.texts = append(p.texts, flat(n))
	case *ast.CallExpr:
		name := ""
		switch function := n.Fun.(type) {
		case *ast.SelectorExpr:
			name = function.Sel.Name
		case *ast.Ident: // in package diagnose
			name = function.Name
		}
		if at, ok := summaryAt[name]; ok && len(n.Args) > at {
			p.summary(n.Args[at])
		}
	}
	return true
}

var (
	verb     = regexp.MustCompile(`%[a-z]`)
	argument = regexp.MustCompile(`^(Invalid|Missing|Empty) \S+$`)
)

func (p *printed) summary(from ast.Expr) {
	if call, ok := from.(*ast.CallExpr); ok && len(call.Args) > 0 { // fmt.Sprintf
		from = call.Args[0]
	}
	text := argument.ReplaceAllString(verb.ReplaceAllString(flat(from), "NAME"), "$1 NAME")
	if text != "NAME" {
		p.summaries[text] = true
	}
}

// flat returns the text of an expression, with NAME in place of everything that is not a literal.
func flat(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.BinaryExpr:
		return flat(e.X) + flat(e.Y)
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
	}
	return "NAME"
}

// TestTroubleshooting compares the guide with the sources: each summary has a row, and each row is a summary or part of a
// text that can be printed.
func TestTroubleshooting(t *testing.T) {
	page, err := os.ReadFile("../tools/templates/guides/troubleshooting.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	texts := readPrinted(t)
	if len(texts.summaries) < 35 {
		t.Errorf("only %d summaries were found in the sources", len(texts.summaries))
	}
	all := strings.Join(texts.texts, "\n")
	rows := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+?)` \\|").FindAllStringSubmatch(string(page), -1) {
		rows[row[1]] = true
		if !texts.summaries[row[1]] && (strings.Contains(row[1], "NAME") || !strings.Contains(all, row[1])) {
			t.Errorf("nothing prints %q", row[1])
		}
	}
	for summary := range texts.summaries {
		if !rows[summary] && !strings.HasPrefix(summary, "Unable to") {
			t.Errorf("%q has no row", summary)
		}
	}
}
