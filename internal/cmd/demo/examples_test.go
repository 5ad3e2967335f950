package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/standin"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// shownClientID is the placeholder in the examples for a client ID that the tenant chooses.
const shownClientID = "kx1qpW2mWq0d3Hd5lX9oYtJt0J1bqXvC"

// TestMain removes what all tests share.
func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(binaries)
	os.Exit(code)
}

// testbed contains what all examples share, and the tenant of a test.
type testbed struct {
	server   *emulator.Server
	examples string // directory of the examples
	config   string // CLI configuration with the built provider, and with stand-ins for others
	alone    string // the same without the stand-ins
	key      string // public key of a job
	cli      cli.CLI
}

// binaries is the directory of what all tests share.
var binaries string

// share builds the provider and the stand-ins once for all tests.
var share = sync.OnceValues(func() (bed testbed, err error) {
	ctx := context.Background()
	if bed.examples, err = filepath.Abs("../../../examples"); err != nil {
		return bed, err
	}
	if binaries, err = os.MkdirTemp("", "demo-"); err != nil {
		return bed, err
	}
	built, err := cli.Build(ctx, binaries)
	if err != nil {
		return bed, err
	}
	if err = tree.Build(ctx, binaries, tree.StandIn); err != nil {
		return bed, err
	}
	bed.cli, bed.alone, bed.key = built.CLI, built.ConfigFile, keypair.New().PublicPEM
	bed.config, err = standin.Install(binaries, filepath.Join(binaries, "standin"), bed.alone)
	return bed, err
})

// newTestbed returns a testbed with a new tenant.
func newTestbed(t *testing.T) testbed {
	t.Helper()
	return newTestbedWith(t, emulator.Options{})
}

func newTestbedWith(t *testing.T, options emulator.Options) testbed {
	t.Helper()
	bed := shared(t)
	bed.server = acctest.Emulator(t, options)
	return bed
}

// shared returns a testbed without a tenant.
func shared(t *testing.T) testbed {
	t.Helper()
	bed, err := share()
	if err != nil {
		t.Fatal(err)
	}
	return bed
}

// TestExamples applies every example on an emulator, plans it again, imports its objects, destroys them, and checks that the
// tenant is as before.
func TestExamples(t *testing.T) {
	bed := shared(t)
	found := 0
	for _, pattern := range []string{"timesheets", "provider/provider*.tf", "resources/*/resource*.tf", "data-sources/*/data-source*.tf", "functions/*/function*.tf", "ephemeral-resources/*/ephemeral-resource*.tf"} {
		matches, err := filepath.Glob(filepath.Join(bed.examples, pattern))
		if err != nil || len(matches) == 0 {
			t.Errorf("no example matches %s: %v", pattern, err)
		}
		for _, match := range matches {
			found++
			name, _ := filepath.Rel(bed.examples, match)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				bed.requireFeatures(t, match)
				newTestbed(t).run(t, match)
			})
		}
	}
	if left := bed.configurations(t); left != found {
		t.Errorf("%d examples were run, there are %d", found, left)
	}
	t.Run("README.md", func(t *testing.T) {
		t.Parallel()
		shown := regexp.MustCompile("(?s)```terraform\n(.+?)```").FindStringSubmatch(read(t, filepath.Join(filepath.Dir(bed.examples), "README.md")))
		if shown == nil {
			t.Fatal("the README shows no configuration")
		}
		path := filepath.Join(t.TempDir(), "README.tf")
		if err := os.WriteFile(path, []byte(shown[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		newTestbed(t).run(t, path)
	})
}

// requireFeatures skips an example that needs a feature that the CLI does not have.
func (bed testbed) requireFeatures(t *testing.T, example string) {
	t.Helper()
	if filepath.Ext(example) == "" {
		return
	}
	for pattern, feature := range map[string]cli.Feature{`(?m)^\s*(ephemeral "|ephemeral\s*=)`: cli.Ephemeral, `(?m)^\s*\w+_wo\s*=`: cli.WriteOnly} {
		if regexp.MustCompile(pattern).MatchString(read(t, example)) {
			bed.needs(t, feature)
		}
	}
}

// folders lists the examples with a configuration of several files. All except the first have a separate test.
var folders = []string{
	"timesheets", "actions", "adopt-existing", "coming-from-auth0", "contractors", "development-tenant", "hand-over", "shared-api",
	"with-auth0", "workload-identity",
}

// configurations returns the number of examples: each .tf file that is not an import block, and the timesheets example.
func (bed testbed) configurations(t *testing.T) int {
	t.Helper()
	count := 1
	err := filepath.WalkDir(bed.examples, func(path string, entry fs.DirEntry, err error) error {
		inside := slices.ContainsFunc(folders, func(folder string) bool {
			return strings.HasPrefix(path, filepath.Join(bed.examples, folder)+string(filepath.Separator))
		})
		if strings.HasSuffix(path, ".tf") && !strings.HasPrefix(entry.Name(), "import-") && !inside {
			count++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

func (bed testbed) run(t *testing.T, example string) {
	before := bed.objectCounts(t)
	first := bed.example(t, example)
	must(t, first, 0, "apply", "-auto-approve")
	must(t, first, 0, "plan", "-detailed-exitcode")
	if made := bed.objectCounts(t); strings.Contains(example, "/resources/") && made == before {
		t.Errorf("the apply created nothing: %s", made)
	}
	bed.imports(t, example)
	bed.destroy(t, first, before)
}

// workspace returns an empty workspace for the tenant.
func (bed testbed) workspace(t *testing.T) cli.Workspace {
	t.Helper()
	return workspace(bed.cli, bed.server, t.TempDir(), bed.config)
}

// example returns a workspace with an example: a directory, or a file together with the example of the provider.
func (bed testbed) example(t *testing.T, example string) cli.Workspace {
	t.Helper()
	if !filepath.IsAbs(example) {
		example = filepath.Join(bed.examples, example)
	}
	w, audience, own := bed.workspace(t), bed.server.ManagementAudience(), bed.server.Terraform()
	w.Environment = append(w.Environment,
		standin.Vault+"="+w.Dir, "TF_VAR_client_id="+own.ClientID, "TF_VAR_client_secret="+own.ClientSecret,
		"TF_VAR_protect=false", "TF_VAR_public_key="+bed.key, "TF_VAR_name=Terraform", "TF_VAR_gateway_id=gateway", "TF_VAR_identifier="+audience, "TF_VAR_audience="+audience)
	if filepath.Ext(example) == "" {
		if err := os.CopyFS(w.Dir, os.DirFS(example)); err != nil {
			t.Fatal(err)
		}
		return w
	}
	provider := filepath.Join(bed.examples, "provider", "provider.tf")
	write(t, w, "provider.tf", read(t, provider))
	if example != provider {
		write(t, w, "example.tf", read(t, example))
	}
	return w
}

// imports imports the objects of the example into new states, with each method in its directory.
func (bed testbed) imports(t *testing.T, example string) {
	t.Helper()
	if filepath.Base(example) != "resource.tf" {
		return
	}
	content := read(t, example)
	client := bed.clientID(t, "Timesheets Import Job")
	for _, block := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
		if lacks := bed.cli.Lacks(cli.Identity); lacks != "" && strings.Contains(block, "identity") {
			t.Log(lacks)
			continue
		}
		w := bed.example(t, example)
		for i, noun := range nouns(content) {
			shown := read(t, filepath.Join(bed.examples, "resources", noun, block))
			write(t, w, fmt.Sprintf("import%d.tf", i), strings.ReplaceAll(shown, shownClientID, client))
		}
		only := must(t, w, 0, "apply", "-auto-approve")
		if !strings.Contains(only, "0 added, 0 changed, 0 destroyed") {
			t.Errorf("%s: the import changes something:\n%s", block, only)
		}
		must(t, w, 0, "plan", "-detailed-exitcode")
	}
	w := bed.example(t, example)
	for _, noun := range nouns(content) {
		shown := regexp.MustCompile(`(?m)^terraform import (\S+) '(.+)'$`).FindStringSubmatch(read(t, filepath.Join(bed.examples, "resources", noun, "import.sh")))
		if shown == nil {
			t.Fatalf("no command in import.sh of %s", noun)
		}
		must(t, w, 0, "import", shown[1], strings.ReplaceAll(shown[2], shownClientID, client))
	}
	must(t, w, 0, "plan", "-detailed-exitcode")
}

// nouns returns the types of the resources in a configuration.
func nouns(content string) []string {
	var found []string
	for _, match := range regexp.MustCompile(`(?m)^resource "(\w+)"`).FindAllStringSubmatch(content, -1) {
		found = append(found, match[1])
	}
	return found
}

// objectCounts returns the number of objects in the tenant.
func (bed testbed) objectCounts(t *testing.T) string {
	t.Helper()
	var counts []string
	for _, kind := range []string{"resource-servers", "clients", "client-grants"} {
		var items []any
		bed.ask(t, "GET", "/api/v2/"+kind, nil, &items)
		counts = append(counts, fmt.Sprintf("%d %s", len(items), kind))
	}
	return strings.Join(counts, ", ")
}

// destroy destroys a configuration, and checks that the tenant is as before.
func (bed testbed) destroy(t *testing.T, w cli.Workspace, before string) {
	t.Helper()
	must(t, w, 0, "destroy", "-auto-approve")
	if after := bed.objectCounts(t); after != before {
		t.Errorf("the tenant had %s, and now has %s", before, after)
	}
}

// ask is [ask] for the tenant of the test.
func (bed testbed) ask(t *testing.T, method, path string, body, answer any) {
	t.Helper()
	if err := ask(t.Context(), bed.server, method, path, body, answer); err != nil {
		t.Fatal(err)
	}
}

// object returns the first object of a list of the tenant that fits, or nil if there is none.
func (bed testbed) object(t *testing.T, list string, fits func(object map[string]any) bool) map[string]any {
	t.Helper()
	var objects []map[string]any
	bed.ask(t, "GET", "/api/v2/"+list, nil, &objects)
	if i := slices.IndexFunc(objects, fits); i >= 0 {
		return objects[i]
	}
	return nil
}

// named returns a function that compares a member of an object with a text.
func named(member, want string) func(object map[string]any) bool {
	return func(object map[string]any) bool { return object[member] == want }
}

// clientID returns the ID of a client by its name, or "" if there is none.
func (bed testbed) clientID(t *testing.T, name string) string {
	t.Helper()
	id, _ := bed.object(t, "clients", named("name", name))["client_id"].(string)
	return id
}

// must runs the CLI with -input=false, fails the test unless it ends with the code, and returns its output.
func must(t *testing.T, w cli.Workspace, code int, args ...string) string {
	t.Helper()
	return ends(t, w, code, append([]string{args[0], "-input=false"}, args[1:]...)...)
}

// ends is must for commands without that flag.
func ends(t *testing.T, w cli.Workspace, code int, args ...string) string {
	t.Helper()
	command := append([]string{args[0], "-no-color"}, args[1:]...)
	output, err := w.Run(t.Context(), command...)
	said := string(output.Stdout) + string(output.Stderr)
	if err != nil || output.Code != code {
		t.Fatalf("terraform %v: code %d, %v\n%s", args, output.Code, err, said)
	}
	return said
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, w cli.Workspace, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.Dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
