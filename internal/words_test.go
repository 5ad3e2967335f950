package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// replaced matches words that have a plain technical term: report, contain, compare, delete, fix, whitespace, re-create.
var replaced = regexp.MustCompile(`(?i)\b(told|tells?|held|holds? against|whoever|nobody|somebody|goes away|hangs? on|mends?|mended|` +
	`blanks?|lets? go|taken? away|takes? away|made again|clicked together)\b`)

// TestWords rejects the replaced words in Markdown, HCL, and the comments and string literals of Go files.
func TestWords(t *testing.T) {
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "..").Output()
	if err != nil {
		t.Skip("the list of files needs Git: ", err)
	}
	for name := range strings.SplitSeq(strings.Trim(string(out), "\x00"), "\x00") {
		name := path.Join("internal", name)
		text := checkedText(t, name)
		for _, line := range text {
			word := replaced.FindString(line)
			if word != "" {
				t.Errorf("%s: replace the word %q with a plain technical term: %s", name, word, line)
			}
		}
	}
}

// checkedText returns the lines of a file that TestWords checks.
func checkedText(t *testing.T, name string) (lines []string) {
	t.Helper()
	content, err := os.ReadFile(path.Join("..", name))
	switch {
	case os.IsNotExist(err) || name == "internal/words_test.go":
		return nil
	case err != nil:
		t.Fatal(err)
	case slices.Contains([]string{".md", ".tmpl", ".tf", ".hcl", ".tfvars"}, path.Ext(name)):
		return strings.Split(string(content), "\n")
	case path.Ext(name) != ".go":
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range file.Comments {
		lines = append(lines, strings.Split(group.Text(), "\n")...)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			lines = append(lines, strings.Split(literal.Value, "\n")...)
		}
		return true
	})
	return lines
}
