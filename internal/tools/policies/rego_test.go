package policies_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
)

const (
	root     = "../../.." // of the repository
	examples = root + "/examples/policies"
)

// modules returns the content of all Rego files by name.
func modules(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(examples, "*.rego"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d Rego files: %v", len(files), err)
	}
	found := map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Base(file)] = string(content)
	}
	return found
}

// parse returns the parsed Rego files in a version of the language.
func parse(t *testing.T, version ast.RegoVersion) map[string]*ast.Module {
	t.Helper()
	parsed := map[string]*ast.Module{}
	for name, content := range modules(t) {
		module, err := ast.ParseModuleWithOpts(name, content, ast.ParserOptions{RegoVersion: version})
		if err != nil {
			t.Fatal(err)
		}
		parsed[name] = module
	}
	return parsed
}

// TestRego runs the Rego tests, and checks that they evaluate each line of the policies.
func TestRego(t *testing.T) {
	coverage := cover.New()
	var passed int
	inTransaction(t, func(ctx context.Context, store storage.Store, transaction storage.Transaction) error {
		parsed := parse(t, ast.RegoV1)
		results, err := tester.NewRunner().SetStore(store).SetModules(parsed).SetCoverageQueryTracer(coverage).RunTests(ctx, transaction)
		if err != nil {
			return err
		}
		for result := range results {
			if !result.Pass() {
				t.Errorf("%s: %v", result.Name, result.Error)
			}
			passed++
		}
		report := coverage.Report(parsed)
		for _, file := range []string{"timesheets.rego", "settings.rego"} {
			if lines := report.Files[file]; lines == nil || len(lines.NotCovered) > 0 {
				t.Errorf("%s: the tests do not evaluate %+v", file, lines)
			}
		}
		return nil
	})
	if passed < 40 {
		t.Errorf("only %d tests", passed)
	}
}

func inTransaction(t *testing.T, do func(context.Context, storage.Store, storage.Transaction) error) {
	t.Helper()
	store := inmem.New()
	if err := storage.Txn(t.Context(), store, storage.TransactionParams{}, func(transaction storage.Transaction) error {
		return do(t.Context(), store, transaction)
	}); err != nil {
		t.Fatal(err)
	}
}

// TestRegoVersions checks that the files also compile in the version of Rego before 1.0, which a policy set can still use.
func TestRegoVersions(t *testing.T) {
	for name, version := range map[string]ast.RegoVersion{"v0": ast.RegoV0, "v1": ast.RegoV1} {
		t.Run(name, func(t *testing.T) {
			compiler := ast.NewCompiler().WithStrict(true)
			if compiler.Compile(parse(t, version)); compiler.Failed() {
				t.Error(compiler.Errors)
			}
		})
	}
}

// TestFormat checks that the files have the format of "opa fmt".
func TestFormat(t *testing.T) {
	for name, content := range modules(t) {
		formatted, err := format.Source(name, []byte(content))
		if err != nil {
			t.Fatal(err)
		}
		if string(formatted) != content {
			t.Errorf("%s: run opa fmt", name)
		}
	}
}

// evaluate returns the array that a query returns for an input, as HCP Terraform expects it.
func evaluate(t *testing.T, query string, input any) []string {
	t.Helper()
	options := []func(*rego.Rego){rego.Query(query), rego.Input(input)}
	for name, content := range modules(t) {
		options = append(options, rego.Module(name, content))
	}
	results, err := rego.New(options...).Eval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 || len(results[0].Expressions) != 1 {
		t.Fatalf("%s is undefined: %v", query, results)
	}
	encoded, err := json.Marshal(results[0].Expressions[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	if err := json.Unmarshal(encoded, &found); err != nil {
		t.Fatalf("%s returns %s: %v", query, encoded, err)
	}
	slices.Sort(found)
	return found
}

var (
	policy = regexp.MustCompile(`(?m)^policy "(\w+)" \{\n  query             = "(data\.timesheets\.(\w+))"\n  enforcement_level = "(mandatory|advisory)"\n`)
	rule   = regexp.MustCompile(`(?m)^((?:deny|warn)_\w+) contains `)
)

// TestPolicySet checks that each policy of policies.hcl has a query that returns an array, and that each rule is part of one.
func TestPolicySet(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(examples, "policies.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	found := policy.FindAllStringSubmatch(string(content), -1)
	if len(found) != strings.Count(string(content), "\npolicy ") {
		t.Errorf("%d policies have a query of this package and an enforcement level: %v", len(found), found)
	}
	queried := map[string]bool{}
	for _, match := range found {
		name, query, queriedRule := match[1], match[2], match[3]
		queried[queriedRule] = true
		if queriedRule != "deny_"+name && queriedRule != name {
			t.Errorf("the policy %s queries %s", name, query)
		}
		if got := evaluate(t, query, map[string]any{"plan": map[string]any{"planned_values": map[string]any{}}}); len(got) > 0 {
			t.Errorf("%s of an empty plan is %q", query, got)
		}
	}
	source := modules(t)["timesheets.rego"]
	_, unions, _ := strings.Cut(source, "violations := union({")
	unions, _, _ = strings.Cut(unions, "# Policy")
	for _, match := range rule.FindAllStringSubmatch(source, -1) {
		if !queried[match[1]] && strings.HasPrefix(match[1], "deny_") || !queried["undecided"] {
			t.Errorf("no policy queries %s", match[1])
		}
		if !strings.Contains(unions, "\t"+match[1]+",") {
			t.Errorf("neither violations nor undecided contains %s", match[1])
		}
	}
}
