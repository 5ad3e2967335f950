package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// needs skips a test if the CLI does not have a feature.
func (bed testbed) needs(t *testing.T, feature cli.Feature) {
	t.Helper()
	if lacks := bed.cli.Lacks(feature); lacks != "" {
		t.Skip(lacks)
	}
}

// TestQuery finds existing objects with terraform query, generates their configuration, and plans it. All objects are
// imported, and nothing changes.
func TestQuery(t *testing.T) {
	bed := newTestbed(t)
	bed.needs(t, cli.Query)
	maker := bed.example(t, "timesheets")
	must(t, maker, 0, "apply", "-auto-approve")
	for name, c := range map[string]struct {
		lists    []string
		found    int
		imported string
	}{
		"set-up":        {[]string{"timesheets_api", "timesheets_client", "timesheets_client_grant"}, 3, "Plan: 3 to import, 0 to add, 0 to change, 0 to destroy."},
		"single scopes": {[]string{"timesheets_api_scope"}, 5, "Plan: 5 to import, 0 to add, 0 to change, 0 to destroy."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := bed.example(t, "provider/provider.tf")
			for _, noun := range c.lists {
				write(t, w, noun+".tfquery.hcl", read(t, filepath.Join(bed.examples, "list-resources", noun, "list-resource.tfquery.hcl")))
			}
			said := printed(t, w, "query", "-no-color", "-generate-config-out=generated.tf")
			for _, noun := range c.lists {
				if !strings.Contains(said, "list."+noun+".") {
					t.Errorf("the query does not show %s:\n%s", noun, said)
				}
			}
			generated := read(t, filepath.Join(w.Dir, "generated.tf"))
			if found := strings.Count(generated, "\nresource \"") + strings.Count(generated, "\nimport {"); found != 2*c.found {
				t.Errorf("%d blocks are generated, not %d:\n%s", found, 2*c.found, generated)
			}
			noSecrets(t, generated)
			removeQueries(t, w)
			if plan := must(t, w, 0, "plan"); !strings.Contains(plan, c.imported) {
				t.Errorf("the plan is not %q:\n%s\n%s", c.imported, plan, generated)
			}
		})
	}
}

// TestQuery_keys expects that the generated configuration of a client with keys contains everything except the PEM of a key,
// and that the plan succeeds after the PEM is added.
func TestQuery_keys(t *testing.T) {
	bed := newTestbed(t)
	bed.needs(t, cli.Query)
	example := filepath.Join(bed.examples, "resources", "timesheets_client", "resource_keys.tf")
	maker := bed.example(t, example)
	must(t, maker, 0, "apply", "-auto-approve")
	w := bed.example(t, "provider/provider.tf")
	_, variable, _ := strings.Cut(read(t, example), "\nvariable ")
	write(t, w, "variables.tf", "variable "+variable)
	query := read(t, filepath.Join(bed.examples, "list-resources", "timesheets_client", "list-resource.tfquery.hcl"))
	write(t, w, "clients.tfquery.hcl", strings.ReplaceAll(query, "Timesheets", "Payroll"))
	printed(t, w, "query", "-no-color", "-generate-config-out=generated.tf")
	removeQueries(t, w)
	generated := read(t, filepath.Join(w.Dir, "generated.tf"))
	if said := must(t, w, 1, "plan"); !strings.Contains(said, `private_key_jwt["2026"].pem`) {
		t.Errorf("the error does not require the PEM of the key:\n%s\n%s", said, generated)
	}
	filled := regexp.MustCompile(`pem( +)= null`).ReplaceAllString(generated, `pem$1= var.public_key`)
	write(t, w, "generated.tf", filled)
	if plan := must(t, w, 0, "plan"); !strings.Contains(plan, "Plan: 1 to import, 0 to add, 1 to change, 0 to destroy.") {
		t.Errorf("the plan changes more than the PEM of the key:\n%s\n%s", plan, filled)
	}
}

// TestGenerated expects that the configuration that Terraform generates for imported objects plans without changes and
// contains no secret. If the provider generates it, it is about as short as a handwritten one.
func TestGenerated(t *testing.T) {
	bed := newTestbed(t)
	maker := bed.example(t, "timesheets")
	must(t, maker, 0, "apply", "-auto-approve")
	client := strings.TrimSpace(printed(t, maker, "output", "-raw", "client_id"))
	w := bed.example(t, "provider/provider.tf")
	const audience = "https://api.timesheets.example/v1"
	imports := func(argument string) {
		for noun, id := range map[string]string{"api": audience, "client": client, "client_grant": client + " " + audience} {
			write(t, w, noun+".tf", "import {\n"+argument+"  to = timesheets_"+noun+".found\n  id = \""+id+"\"\n}\n")
		}
	}
	imports("")
	if version := bed.cli.Version.Segments(); !bed.cli.Tofu && version[1] == 16 && version[2] < 3 {
		imports("  provider = timesheets\n") // as the guide says, because these versions otherwise look for hashicorp/timesheets
	}
	must(t, w, 0, "plan", "-generate-config-out=generated.tf")
	imports("")
	generated, lines := read(t, filepath.Join(w.Dir, "generated.tf")), 0
	for line := range strings.Lines(generated) {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") {
			lines++
		}
	}
	const maxLines = 22                     // as documented in the guide "Adopting a tenant"
	asked := bed.cli.Lacks(cli.Query) == "" // both features are from the same version
	if asked && lines > maxLines {
		t.Errorf("%d lines are generated, want at most %d:\n%s", lines, maxLines, generated)
	}
	noSecrets(t, generated)
	if plan := must(t, w, 0, "plan"); !strings.Contains(plan, "Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.") {
		t.Errorf("the plan is not empty:\n%s\n%s", plan, generated)
	}
}

func noSecrets(t *testing.T, generated string) {
	t.Helper()
	for line := range strings.Lines(generated) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if strings.Contains(name, "secret") && !strings.Contains(name, "import") && !strings.HasPrefix(strings.TrimSpace(value), "null") && value != "" {
			t.Errorf("a secret is generated: %s", line)
		}
	}
}

// removeQueries removes the queries, so that only the generated configuration remains.
func removeQueries(t *testing.T, w cli.Workspace) {
	t.Helper()
	queries, err := filepath.Glob(filepath.Join(w.Dir, "*.tfquery.hcl"))
	if err != nil || len(queries) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	for _, query := range queries {
		write(t, w, filepath.Base(query), "")
	}
}

// printed runs a command without input, and returns its output.
func printed(t *testing.T, w cli.Workspace, args ...string) string {
	t.Helper()
	output, err := w.Run(t.Context(), args...)
	if err != nil || output.Code != 0 {
		t.Fatalf("terraform %v: code %d, %v\n%s", args, output.Code, err, output.Stderr)
	}
	return string(output.Stdout) + string(output.Stderr)
}
