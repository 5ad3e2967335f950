package internal_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shown is a fenced block of a page.
type shown struct {
	page, language, text string
}

// key identifies a block by its page and its first line, and the second if the first ends with a brace.
func (s shown) key() string {
	first, rest, _ := strings.Cut(s.text, "\n")
	second, _, _ := strings.Cut(rest, "\n")
	if strings.HasSuffix(first, "{") {
		first += " " + strings.TrimSpace(second)
	}
	return s.page + ": " + first
}

// elsewhere lists blocks that are neither a file of examples/ nor run by TestBlocks, with the name of the test that does the
// same on an emulator, or the reason why there is none.
var elsewhere = map[string]string{
	`README.md: resource "timesheets_api" "timesheets" { name       = "Timesheets API"`: "TestExamples",
	"README.md: make demo":                               "TestDemo",
	"README.md: provider_installation { dev_overrides {": "It holds a path of the reader's own.",
	"README.md: export AUTH0_DOMAIN=example.eu.auth0.com AUTH0_CLIENT_ID=... AUTH0_CLIENT_SECRET=...": "TestExamples",
	"CONTRIBUTING.md: git clone https://github.com/timesheets/terraform-provider-timesheets":          "It needs the network.",
	"CONTRIBUTING.md: go test -race -run 'TestAccClientGrant_basic' ./internal/provider/clientgrant":  "It is about single tests, which exist and run with all others.",
	"CONTRIBUTING.md: rm -f auth0.env": "It waits for a person in a debugger.",
	"CONTRIBUTING.md: gh attestation verify terraform-provider-timesheets_1.2.3_linux_amd64.zip -R timesheets/terraform-provider-timesheets":                  "It needs a release on GitHub.",
	"examples/policies/README.md: terraform plan -out=tfplan":                                                                                                 "TestPlan",
	"examples/policies/README.md: conftest test --policy examples/policies --namespace timesheets tfplan.json":                                                "It needs Conftest; TestPlan evaluates the same rules.",
	"examples/policies/README.md: opa test examples/policies":                                                                                                 "TestRego",
	"internal/emulator/README.md: go run ./internal/cmd/emulator -listen 127.0.0.1:4010 -state tenant.state -env-out tenant.env":                              "TestKill",
	`internal/emulator/README.md: curl -X POST http://127.0.0.1:4010/_emulator/faults -d '{"method":"POST","route":"/api/v2/clients","nth":1,"cut":"after"}'`: "It needs curl and the emulator of the block above.",
	"docs/functions/jwt_claims.md: jwt_claims(token string) dynamic":                                                                                          "It is a signature, written by the generator from the schema.",
	"docs/guides/credentials-of-the-job.md: export TF_VAR_client_secret=$(openssl rand -hex 20)":                                                              "It needs a repository on GitHub.",
	"docs/guides/hcp-terraform.md: terraform { cloud {":                                                                                                       "It needs an organization in HCP Terraform.",
	"docs/guides/hcp-terraform.md: gh release download v0.1.0 -R timesheets/terraform-provider-timesheets --dir dist":                                         "It needs a release on GitHub.",
	"docs/guides/hcp-terraform.md: required_providers { timesheets = {":                                                                                       "It needs an organization in HCP Terraform.",
	"docs/guides/hcp-terraform.md: export TFE_TOKEN=...":                                                                                                      "It needs an organization in HCP Terraform.",
	`docs/guides/hcp-terraform.md: post $provider/versions registry-provider-versions \`:                                                                      "It needs an organization in HCP Terraform.",
	`docs/guides/reliability.md: data "timesheets_client" "found" { name = "Timesheets Import Job"`:                                                           "TestFault40_Kill",
	"docs/guides/reliability.md: terraform plan -refresh-only":                                                                                                "TestFault40_Kill",
	"docs/guides/reliability.md: import { to = timesheets_client.import_job":                                                                                  "TestFault40_Kill",
	"docs/guides/reliability.md: import { to = timesheets_client.orphan":                                                                                      "TestFault40_Kill",
	"docs/guides/testing.md: terraform init":                                                                                                                  "TestModuleTests",
	"docs/guides/testing.md: git clone https://github.com/timesheets/terraform-provider-timesheets":                                                           "It needs the network; TestModuleTests runs the same tests on an emulator.",
	"docs/guides/testing.md: name: test":                                                                                                                      "It is a workflow of GitHub's.",
	"docs/index.md: export AUTH0_DOMAIN=example.eu.auth0.com":                                                                                                 "TestExamples",
	"docs/index.md: Auth0 requests of this run: calls=8 tokens=2 rejected=0 waited_seconds=0":                                                                 "TestLog_usage",
	"docs/index.md: go run ./internal/cmd/emulator -env-out auth0.env &":                                                                                      "TestCommand",
}

// pages returns all pages for users and contributors, by their path in the repository.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, root := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "examples", "internal"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" || strings.Contains(path, "testdata") {
				return err
			}
			content, err := os.ReadFile(path)
			name, _ := filepath.Rel("..", path)
			found[filepath.ToSlash(name)] = string(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 30 {
		t.Fatalf("only %d pages were found", len(found))
	}
	return found
}

var fence = regexp.MustCompile("(?ms)^( *)```([a-z]*)\n(.*?)^ *```$")

func blocks(page, content string) []shown {
	var found []shown
	for _, match := range fence.FindAllStringSubmatch(content, -1) {
		text := strings.ReplaceAll("\n"+match[3], "\n"+match[1], "\n")
		found = append(found, shown{page, match[2], strings.TrimSpace(text)})
	}
	return found
}

// exemplary returns the content of the files of examples/, which the tests of the demo run.
func exemplary(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", "examples"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		found[strings.TrimSpace(string(content))] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestBlocks checks that every block of every page is run: as a file of examples/, by this test, or by the test in elsewhere.
func TestBlocks(t *testing.T) {
	examples, used, tests := exemplary(t), map[string]bool{}, testNames(t)
	for page, content := range pages(t) {
		dir := t.TempDir() // each block of a page continues after the one before
		for _, block := range blocks(page, content) {
			why, listed := elsewhere[block.key()]
			switch {
			case listed:
				used[block.key()] = true
				if !strings.HasSuffix(why, ".") && !tests[why] {
					t.Errorf("%s: there is no %s", block.key(), why)
				}
			case examples[block.text], block.language == "" && !strings.HasPrefix(page, "docs/"):
			case block.language == "mermaid":
				diagram(t, block)
			case block.language == "shell" && harmless(block.text):
				run(t, dir, block)
			default:
				t.Errorf("no test runs this block of %s (%s):\n%s", page, block.language, block.key())
			}
			if block.language == "shell" {
				parse(t, block, tests)
			}
		}
	}
	for key := range elsewhere {
		if !used[key] {
			t.Errorf("the page has no such block: %s", key)
		}
	}
}

// testNames returns the names of all tests.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		for _, match := range declared.FindAllStringSubmatch(string(content), -1) {
			found[match[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// harmless reports whether a block only sets variables and generates keys.
func harmless(text string) bool {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "export ") && !strings.HasPrefix(line, "openssl ") {
			return false
		}
	}
	return true
}

func run(t *testing.T, dir string, block shown) {
	t.Helper()
	if strings.Contains(block.text, "openssl ") {
		if _, err := exec.LookPath("openssl"); err != nil {
			t.Logf("%s: not run without openssl", block.key())
			return
		}
	}
	command := exec.CommandContext(t.Context(), "sh", "-eu", "-c", block.text)
	command.Dir = dir
	if said, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", block.key(), err, said)
	}
}

// parse checks the shell syntax of a block, and that the files and tests in it exist.
func parse(t *testing.T, block shown, tests map[string]bool) {
	t.Helper()
	for _, name := range regexp.MustCompile(`-run '(Test\w+)`).FindAllStringSubmatch(block.text, -1) {
		if !tests[name[1]] {
			t.Errorf("%s: there is no %s", block.key(), name[1])
		}
	}
	if said, err := exec.CommandContext(t.Context(), "sh", "-n", "-c", block.text).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", block.key(), err, said)
	}
	for _, path := range regexp.MustCompile(`\./internal/[a-z/]+|-chdir=(\S+)`).FindAllString(block.text, -1) {
		if _, err := os.Stat(filepath.Join("..", strings.TrimPrefix(path, "-chdir="))); err != nil {
			t.Errorf("%s: %v", block.key(), err)
		}
	}
	makefile, err := os.ReadFile("../GNUmakefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range regexp.MustCompile(`(?m)^make (\S+)`).FindAllStringSubmatch(block.text, -1) {
		if !strings.Contains(string(makefile), "\n"+target[1]+":") {
			t.Errorf("%s: there is no target %s", block.key(), target[1])
		}
	}
}

// TestMakefile checks that the packages that the targets name exist.
func TestMakefile(t *testing.T) {
	makefile, err := os.ReadFile("../GNUmakefile")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\./(internal/[a-z0-9/]+)`).FindAllStringSubmatch(string(makefile), -1)
	if len(named) < 20 {
		t.Errorf("only %d packages found", len(named))
	}
	for _, name := range named {
		if _, err := os.Stat(filepath.Join("..", name[1])); err != nil {
			t.Errorf("GNUmakefile: %v", err)
		}
	}
}

// diagram checks that the type of a diagram is one that GitHub renders. It does not render the diagram.
func diagram(t *testing.T, block shown) {
	t.Helper()
	kind, rest, _ := strings.Cut(block.text, "\n")
	if !slices.Contains([]string{"flowchart LR", "flowchart TD", "sequenceDiagram"}, kind) || !strings.Contains(rest, ">") {
		t.Errorf("%s is not a diagram", block.key())
	}
}

// scopesNamed matches the statement of the Management API scopes on a page.
var scopesNamed = regexp.MustCompile("`(read|create|update|delete):[a-z_]+`|no Management API scope")

// TestScopesOfPages checks that each page about an object that sends requests lists the Management API scopes that it needs,
// or states that it needs none.
func TestScopesOfPages(t *testing.T) {
	count := 0
	for page, content := range pages(t) {
		folder := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(page)), "docs/")
		if !slices.Contains([]string{"resources", "data-sources", "list-resources", "ephemeral-resources", "actions"}, folder) {
			continue
		}
		count++
		if !scopesNamed.MatchString(content) {
			t.Errorf("%s does not list the Management API scopes that it needs", page)
		}
	}
	if count < 17 {
		t.Errorf("only %d pages", count)
	}
}
