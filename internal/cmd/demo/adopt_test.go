package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestAdoptExisting imports objects that were created in the dashboard, in versions of it that contain each pair of its
// differences. The plan shows what is narrowed, one apply narrows it, and the job's token proves it.
func TestAdoptExisting(t *testing.T) {
	for _, made := range []emulator.DashboardAPI{
		{AllGrantTypes: false, AuthMethod: "", Algorithm: ""},
		{AllGrantTypes: false, AuthMethod: "client_secret_post", Algorithm: "RS256"},
		{AllGrantTypes: true, AuthMethod: "", Algorithm: "RS256"},
		{AllGrantTypes: true, AuthMethod: "client_secret_post", Algorithm: ""},
	} {
		made.Name, made.Identifier, made.Authorized = "Timesheets API", "https://api.timesheets.example/v1", true
		t.Run(fmt.Sprintf("four grants %v, method %q, algorithm %q", made.AllGrantTypes, made.AuthMethod, made.Algorithm), func(t *testing.T) {
			t.Parallel()
			adopt(t, made)
		})
	}
}

func adopt(t *testing.T, made emulator.DashboardAPI) {
	bed := newTestbedWith(t, emulator.Options{Seed: &emulator.Seed{Dashboard: []emulator.DashboardAPI{made}}})
	bed.addScopes(t, made.Identifier)
	w := bed.example(t, "timesheets")
	write(t, w, "imports.tf", read(t, bed.examples+"/adopt-existing/imports.tf"))
	testApplication := bed.clientID(t, made.Name+" (Test Application)")
	w.Environment = append(w.Environment, "TF_VAR_client_id="+testApplication)
	bed.server.ResetJournal()

	plan := must(t, w, 2, "plan", "-detailed-exitcode")
	for _, shown := range []string{"Plan: 3 to import, 0 to add, 2 to change, 0 to destroy.", `"Timesheets API (Test Application)" -> "Timesheets Import Job"`, `- "approve:timesheets",`} {
		if !strings.Contains(plan, shown) {
			t.Errorf("the plan does not show %s:\n%s", shown, plan)
		}
	}
	if narrowed := strings.Contains(plan, `- "authorization_code",`); narrowed != made.AllGrantTypes {
		t.Errorf("the plan takes grant types away: %v, the client has more than it needs: %v\n%s", narrowed, made.AllGrantTypes, plan)
	}
	must(t, w, 0, "apply", "-auto-approve")
	for _, entry := range bed.server.Journal() {
		if strings.HasPrefix(entry.Route, "/api/") && entry.Method != "GET" && entry.Method != "PATCH" {
			t.Errorf("adopting makes or deletes: %s %s", entry.Method, entry.Path)
		}
	}
	again := must(t, w, 0, "plan", "-detailed-exitcode")
	if strings.Contains(again, "Check block assertion failed") {
		t.Errorf("the job's token is not narrowed:\n%s", again)
	}
	must(t, w, 0, "destroy", "-auto-approve")
}

// addScopes creates scopes as the dashboard does, and grants all of them to the test application.
func (bed testbed) addScopes(t *testing.T, identifier string) {
	t.Helper()
	var grants []struct {
		ID       string `json:"id"`
		Audience string `json:"audience"`
	}
	values := map[string]string{
		"batch:upload": "Upload timesheets in bulk", "read:timesheets": "Read timesheets", "create:timesheets": "Create timesheets",
		"delete:timesheets": "Delete timesheets", "approve:timesheets": "Approve timesheets",
	}
	scopes, ticked := []map[string]string{}, []string{}
	for value, description := range values {
		scopes, ticked = append(scopes, map[string]string{"value": value, "description": description}), append(ticked, value)
	}
	id, found := bed.object(t, "resource-servers", named("identifier", identifier))["id"].(string)
	if !found {
		t.Fatalf("no API has the identifier %s", identifier)
	}
	bed.ask(t, "PATCH", "/api/v2/resource-servers/"+id, map[string]any{"scopes": scopes}, nil)
	bed.ask(t, "GET", "/api/v2/client-grants?audience="+identifier, nil, &grants)
	if len(grants) != 1 {
		t.Fatalf("the API has %d grants", len(grants))
	}
	bed.ask(t, "PATCH", "/api/v2/client-grants/"+grants[0].ID, map[string]any{"scope": ticked}, nil)
}
