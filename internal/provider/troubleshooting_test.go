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

// printed is what the sources under this room and framework can print: every text, and the summaries among them, with
// NAME where they put something in.
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

// summaryAt is where the functions that report something take its summary.
var summaryAt = map[string]int{"Refusal": 2, "Advice": 2, "AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1}

func (p *printed) note(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.BinaryExpr:
		p.texts = append(p.texts, flat(n))
	case *ast.BasicLit:
		p.texts = append(p.texts, flat(n))
	case *ast.CallExpr:
		function, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if at, ok := summaryAt[function.Sel.Name]; ok && len(n.Args) > at {
			p.summary(n.Args[at])
		}
	}
	return true
}

var (
	verb     = regexp.MustCompile(`%[a-z]`)
	argument = regexp.MustCompile(`^(Invalid|Missing|Blank) \S+$`)
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

// flat is the text of an expression, with NAME for what is no literal.
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

// TestTroubleshooting holds the guide against the sources: each summary has a row, and each row is a summary or part of
// a text that can be printed.
func TestTroubleshooting(t *testing.T) {
	page, err := os.ReadFile("../tools/templates/guides/troubleshooting.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	can := readPrinted(t)
	if len(can.summaries) < 35 {
		t.Errorf("only %d summaries were found in the sources", len(can.summaries))
	}
	all := strings.Join(can.texts, "\n")
	rows := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+?)` \\|").FindAllStringSubmatch(string(page), -1) {
		rows[row[1]] = true
		if !can.summaries[row[1]] && (strings.Contains(row[1], "NAME") || !strings.Contains(all, row[1])) {
			t.Errorf("nothing prints %q", row[1])
		}
	}
	for summary := range can.summaries {
		if !rows[summary] && !strings.HasPrefix(summary, "Unable to") {
			t.Errorf("%q has no row", summary)
		}
	}
}
