//go:build mutants

package mutants

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

var only = flag.String("only", "", "try only the guards whose names match this regular expression")

// TestMutants removes each guard once and expects its test to fail. With all guards in place, every test must pass.
func TestMutants(t *testing.T) {
	pattern, err := regexp.Compile(*only)
	if err != nil {
		t.Fatal(err)
	}
	chosen := slices.DeleteFunc(guards(), func(g guard) bool { return !pattern.MatchString(g.name) })
	if len(chosen) == 0 {
		t.Fatalf("no guard matches %q", *only)
	}
	root, err := tree.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := control(t, root, chosen); err != nil {
		t.Fatal(err)
	}
	for _, g := range chosen {
		t.Run(g.name, func(t *testing.T) {
			if err := trial(t, root, g); err != nil {
				t.Errorf("%s: %v", g.test, err)
			}
		})
	}
}

// control runs the tests with every guard in place. A test that fails, is skipped or does not exist proves nothing.
func control(t *testing.T, root string, guards []guard) error {
	var packages, tests []string
	for _, g := range guards {
		packages, tests = append(packages, g.of()), append(tests, g.test)
	}
	args := append([]string{"-run", "^(" + strings.Join(tests, "|") + ")$"}, slices.Compact(slices.Sorted(slices.Values(packages)))...)
	outcomes, output, err := goTest(t, root, args...)
	if err != nil {
		return err
	}
	for _, g := range guards {
		if outcomes[g.test] != "pass" {
			return fmt.Errorf("%s in %s does not pass with every guard in place: %q\n%s", g.test, g.of(), outcomes[g.test], output)
		}
	}
	return nil
}

var errSurvived = errors.New("the test passes without the guard")

// trial removes a guard in an overlay, which leaves the tree as it is. It is an error if the test does not fail then.
func trial(t *testing.T, root string, g guard) error {
	file := filepath.Join(root, filepath.FromSlash(g.file))
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	changed, err := g.without(string(text))
	if err != nil {
		return err
	}
	replacement, overlay := filepath.Join(t.TempDir(), filepath.Base(file)), filepath.Join(t.TempDir(), "overlay.json")
	content, err := json.Marshal(map[string]map[string]string{"Replace": {file: replacement}})
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(replacement, []byte(changed), 0o600), os.WriteFile(overlay, content, 0o600)); err != nil {
		return err
	}
	t.Setenv("GOFLAGS", strings.TrimSpace(os.Getenv("GOFLAGS")+" '-overlay="+overlay+"'")) // also for programs that the test builds
	outcomes, output, err := goTest(t, root, "-run", "^"+g.test+"$", g.of())
	switch {
	case err != nil || outcomes[g.test] == "fail":
		return err
	case outcomes[g.test] == "pass":
		return errSurvived
	}
	return fmt.Errorf("it ended with %q, neither pass nor fail: the replacement of the guard may not compile\n%s", outcomes[g.test], output)
}

// goTest runs go test and returns how each test ended, and the output. A test that fails is not an error.
func goTest(t *testing.T, root string, args ...string) (outcomes map[string]string, output string, err error) {
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"test", "-json", "-vet=off", "-count=1", "-timeout=5m"}, args...)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, "", err
	}
	var text strings.Builder
	outcomes = map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var event struct{ Action, Test, Output string }
		if err := decoder.Decode(&event); errors.Is(err, io.EOF) {
			return outcomes, text.String(), nil
		} else if err != nil {
			return nil, "", fmt.Errorf("go test -json printed another form: %w", err)
		}
		text.WriteString(event.Output)
		if event.Test != "" && slices.Contains([]string{"pass", "fail", "skip"}, event.Action) {
			outcomes[event.Test] = event.Action
		}
	}
}

// TestTrial tries guards of a small module: one with a test, one without, and mistakes in the table.
func TestTrial(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module small\n\ngo 1.26\n",
		"door.go": "package small\n\nfunc Open(key int) bool {\n\tif key < 0 {\n\t\treturn false\n\t}\n\treturn key == 1\n}\n",
		"door_test.go": "package small\n\nimport \"testing\"\n\n" +
			"func TestOpen(t *testing.T) {\n\tif !Open(1) || Open(2) {\n\t\tt.Error(\"wrong\")\n\t}\n}\n\n" +
			"func TestSkipped(t *testing.T) { t.Skip(\"today\") }\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	covered := guard{name: "covered", file: "door.go", line: "key == 1", off: "true", test: "TestOpen"}
	for name, c := range map[string]struct {
		change           func(*guard)
		caught, survived bool
	}{
		"covered":             {change: func(*guard) {}, caught: true},
		"not covered":         {change: func(g *guard) { g.line, g.off = "key < 0", "false" }, survived: true},
		"does not compile":    {change: func(g *guard) { g.off = "1" }},
		"line does not exist": {change: func(g *guard) { g.line = "key == 3" }},
		"line exists twice":   {change: func(g *guard) { g.line = "key" }},
		"test does not exist": {change: func(g *guard) { g.test = "TestClose" }},
		"test is skipped":     {change: func(g *guard) { g.test = "TestSkipped" }},
	} {
		t.Run(name, func(t *testing.T) {
			g := covered
			c.change(&g)
			if err := trial(t, root, g); (err == nil) != c.caught || errors.Is(err, errSurvived) != c.survived {
				t.Errorf("error %v", err)
			}
		})
	}
	if err := control(t, root, []guard{covered}); err != nil {
		t.Errorf("with the guard in place: %v", err)
	}
	covered.test = "TestSkipped"
	if err := control(t, root, []guard{covered}); err == nil {
		t.Error("a skipped test is accepted as one that passes")
	}
}
