package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// TestComingFromAuth0 follows the guide with a state as auth0/auth0 writes it. Nothing is added, changed or destroyed, no
// write is sent to the tenant, no secret remains in the state, and finally that provider is not needed.
func TestComingFromAuth0(t *testing.T) {
	bed := newTestbed(t)
	w := bed.example(t, "coming-from-auth0")
	state := read(t, filepath.Join("testdata", "coming-from-auth0", "terraform.tfstate"))
	for mark, id := range bed.createObjects(t) {
		state = strings.ReplaceAll(state, mark, id)
	}
	write(t, w, "terraform.tfstate", state)
	bed.server.ResetJournal()

	forgotten := "will no longer be managed by Terraform"
	if bed.cli.Tofu {
		forgotten = "will be removed from the OpenTofu state but will not be destroyed"
	}
	plan := must(t, w, 0, "plan", "-out=plan.bin")
	for _, shown := range []string{
		"Plan: 0 to add, 0 to change, 0 to destroy", // OpenTofu goes on: "2 to forget"
		"auth0_resource_server.timesheets has moved to timesheets_api.timesheets",
		"auth0_resource_server_scope.read_payroll has moved to timesheets_api_scope.read_payroll",
		"auth0_client.import_job has moved to timesheets_client.import_job",
		"auth0_client_grant.import_job has moved to timesheets_client_grant.import_job",
		"auth0_resource_server_scopes.timesheets " + forgotten,
		"auth0_client_credentials.import_job " + forgotten,
	} {
		if !strings.Contains(plan, shown) {
			t.Errorf("the plan does not show %q:\n%s", shown, plan)
		}
	}
	said := must(t, w, 0, "apply", "plan.bin")
	if !strings.Contains(said, "0 added, 0 changed, 0 destroyed") {
		t.Errorf("the move changes something:\n%s", said)
	}

	if err := os.Remove(filepath.Join(w.Dir, "moves.tf")); err != nil {
		t.Fatal(err)
	}
	versions := read(t, filepath.Join(w.Dir, "versions.tf"))
	before, after, _ := strings.Cut(versions, "    # Remove it after")
	_, after, _ = strings.Cut(after, "auth0/auth0\" }\n")
	write(t, w, "versions.tf", before+after)
	w.ConfigFile = bed.alone // without a stand-in for auth0/auth0
	must(t, w, 0, "plan", "-detailed-exitcode")

	for _, entry := range bed.server.Journal() {
		if entry.Method != "GET" && strings.HasPrefix(entry.Route, "/api/") {
			t.Errorf("the move writes: %s %s", entry.Method, entry.Path)
		}
	}
	left := read(t, filepath.Join(w.Dir, "terraform.tfstate"))
	for _, gone := range []string{"auth0_", "from the old state"} {
		if strings.Contains(left, gone) {
			t.Errorf("the state still holds %q", gone)
		}
	}
}

// createObjects creates the objects of the other provider's state, and returns the IDs by their placeholders.
func (bed testbed) createObjects(t *testing.T) map[string]string {
	t.Helper()
	add := func(kind string, body map[string]any) (id string) {
		var made map[string]any
		bed.ask(t, "POST", "/api/v2/"+kind, body, &made)
		id, _ = made["id"].(string)
		if kind == "clients" {
			id, _ = made["client_id"].(string)
		}
		return id
	}
	scope := func(value, description string) map[string]any {
		return map[string]any{"value": value, "description": description}
	}
	ids := map[string]string{
		"@TIMESHEETS@": add("resource-servers", map[string]any{
			"name": "Timesheets API", "identifier": "https://api.timesheets.example/v1", "signing_alg": "RS256",
			"scopes": []any{scope("read:timesheets", ""), scope("batch:upload", "Upload timesheets in bulk")},
		}),
		"@PAYROLL@": add("resource-servers", map[string]any{
			"name": "Payroll API", "identifier": "https://api.payroll.example", "signing_alg": "HS256", "signing_secret": "a signing secret from the old state",
			"scopes": []any{scope("read:payroll", "Read")},
		}),
		"@CLIENT@": add("clients", map[string]any{
			"name": "Timesheets Import Job", "app_type": "non_interactive", "grant_types": []string{"client_credentials"},
			"token_endpoint_auth_method": "client_secret_basic",
		}),
	}
	ids["@GRANT@"] = add("client-grants", map[string]any{
		"client_id": ids["@CLIENT@"], "audience": "https://api.timesheets.example/v1", "scope": []string{"batch:upload"},
	})
	return ids
}

// TestContractors adds and removes contractors. The job gets tokens for exactly the current ones, and for no organization none.
func TestContractors(t *testing.T) {
	bed := newTestbed(t)
	w := bed.example(t, "contractors")
	all := map[string]string{}
	for _, name := range []string{"acme", "blue", "other"} {
		var made struct {
			ID string `json:"id"`
		}
		bed.ask(t, "POST", "/api/v2/organizations", map[string]any{"name": name}, &made)
		all[name] = made.ID
	}
	environment := w.Environment
	for _, names := range [][]string{{"acme"}, {"acme", "blue"}, {"blue"}} {
		contractors := map[string]string{}
		for _, name := range names {
			contractors[name] = all[name]
		}
		content, err := json.Marshal(contractors)
		if err != nil {
			t.Fatal(err)
		}
		w.Environment = append(environment, "TF_VAR_contractors="+string(content))
		said := must(t, w, 0, "apply", "-auto-approve")
		if strings.Contains(said, "Check block assertion failed") {
			t.Errorf("%v: a check failed:\n%s", names, said)
		}
		for name := range all {
			if _, expected := contractors[name]; expected != strings.Contains(said, `"`+name+`" = true`) {
				t.Errorf("%v: the output about %s is wrong:\n%s", names, name, said)
			}
		}
		must(t, w, 0, "plan", "-detailed-exitcode")
	}
	must(t, w, 0, "destroy", "-auto-approve")
}

// TestDevelopmentTenant applies the example and uses its permissions: those of the acceptance tests create, check and destroy the
// timesheets example, and those of plans can plan it and nothing else.
func TestDevelopmentTenant(t *testing.T) {
	bed := newTestbed(t)
	before := bed.objectCounts(t)
	setup := bed.example(t, "development-tenant")
	must(t, setup, 0, "apply", "-auto-approve")
	must(t, setup, 0, "plan", "-detailed-exitcode")
	with := func(environment string) cli.Workspace {
		w := bed.example(t, "timesheets")
		w.Environment = append(slices.DeleteFunc(w.Environment, func(entry string) bool {
			return strings.HasPrefix(entry, "AUTH0_CLIENT")
		}), "AUTH0_API_TOKEN="+bed.server.Token(granted(t, setup, environment)...))
		return w
	}
	tests := with("development-tenant")
	must(t, tests, 0, "apply", "-auto-approve")
	must(t, tests, 0, "plan", "-detailed-exitcode")
	must(t, tests, 0, "destroy", "-auto-approve")
	plans := with("development-tenant-plan")
	must(t, plans, 0, "plan", "-var=access_check=false")
	if said := must(t, plans, 1, "apply", "-auto-approve", "-var=access_check=false"); !strings.Contains(said, "create:") {
		t.Errorf("the error does not contain the missing permission:\n%s", said)
	}
	bed.destroy(t, setup, before)
}

// granted returns the scopes of a client grant in the state of a workspace.
func granted(t *testing.T, w cli.Workspace, key string) []string {
	t.Helper()
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct {
				Key        string `json:"index_key"`
				Attributes struct {
					Scopes []string `json:"scopes"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal([]byte(read(t, w.Dir+"/terraform.tfstate")), &state); err != nil {
		t.Fatal(err)
	}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			if resource.Type == "timesheets_client_grant" && instance.Key == key {
				return instance.Attributes.Scopes
			}
		}
	}
	t.Fatalf("the state has no client grant %s", key)
	return nil
}

// TestSharedAPI runs two configurations on one API. Neither plan shows a change after an apply of the other, and the plan
// that deletes the API lists the grants that depend on it.
func TestSharedAPI(t *testing.T) {
	bed := newTestbed(t)
	before := bed.objectCounts(t)
	owner, team := bed.example(t, "shared-api/owner"), bed.example(t, "shared-api/team")
	must(t, owner, 0, "apply", "-auto-approve")
	must(t, team, 0, "apply", "-auto-approve")
	must(t, owner, 0, "plan", "-detailed-exitcode")
	must(t, team, 0, "plan", "-detailed-exitcode")

	warned := must(t, owner, 0, "plan", "-destroy")
	for _, said := range []string{"Client grants are deleted with the API", "https://api.timesheets.example/v1", "cgr_"} {
		if !strings.Contains(warned, said) {
			t.Errorf("the plan that deletes the API does not print %q:\n%s", said, warned)
		}
	}
	must(t, team, 0, "destroy", "-auto-approve")
	alone := must(t, owner, 0, "plan", "-destroy")
	if strings.Contains(alone, "Client grants are deleted") {
		t.Errorf("the API has no grants, and the plan warns:\n%s", alone)
	}
	bed.destroy(t, owner, before)
}

// TestWithAuth0 applies the example with a stand-in for auth0/auth0, whose applications exist in the tenant: the API, the job,
// and a grant for each application coexist with them.
func TestWithAuth0(t *testing.T) {
	bed := newTestbed(t)
	w := bed.example(t, "with-auth0")
	for variable, kind := range map[string]string{"STANDIN_CLIENT_SPA": "spa", "STANDIN_CLIENT_NATIVE": "native"} {
		var made struct {
			ID string `json:"client_id"`
		}
		bed.ask(t, "POST", "/api/v2/clients", map[string]any{"name": kind, "app_type": kind}, &made)
		w.Environment = append(w.Environment, variable+"="+made.ID)
	}
	before := bed.objectCounts(t)
	must(t, w, 0, "plan")
	must(t, w, 0, "apply", "-auto-approve")
	must(t, w, 0, "plan", "-detailed-exitcode")
	var grants []struct {
		Subject string   `json:"subject_type"`
		Scopes  []string `json:"scope"`
	}
	bed.ask(t, "GET", "/api/v2/client-grants?audience=https://api.timesheets.example/v1", nil, &grants)
	count := map[string]int{}
	for _, grant := range grants {
		count[grant.Subject] += len(grant.Scopes)
	}
	if len(grants) != 3 || count["user"] != 8 || count["client"] != 1 {
		t.Errorf("the API has the grants %v", grants)
	}
	bed.destroy(t, w, before)
}
