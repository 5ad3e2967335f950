package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestComingFromAuth0 follows the guide with a state as auth0/auth0 writes it. Nothing is added, changed or destroyed, no
// write is sent to the tenant, no secret remains in the state, and finally that provider is not needed.
func TestComingFromAuth0(t *testing.T) {
	th := newTheatre(t)
	server := acctest.Emulator(t, emulator.Options{})
	w := th.stage(t, server, th.examples+"/coming-from-auth0")
	state := read(t, filepath.Join("testdata", "coming-from-auth0", "terraform.tfstate"))
	for mark, id := range createObjects(t, server) {
		state = strings.ReplaceAll(state, mark, id)
	}
	write(t, w, "terraform.tfstate", state)
	server.ResetJournal()

	forgotten := "will no longer be managed by Terraform"
	if th.cli.Tofu {
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
	w.ConfigFile = th.alone // without a stand-in for auth0/auth0
	must(t, w, 0, "plan", "-detailed-exitcode")

	for _, entry := range server.Journal() {
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
func createObjects(t *testing.T, server *emulator.Server) map[string]string {
	t.Helper()
	add := func(kind string, body map[string]any) (id string) {
		var made map[string]any
		if err := ask(t.Context(), server, "POST", "/api/v2/"+kind, body, &made); err != nil {
			t.Fatal(err)
		}
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
