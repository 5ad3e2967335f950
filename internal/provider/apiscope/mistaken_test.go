package apiscope_test

import (
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccAPIScope_apiID references the ID of an API instead of its identifier. Auth0 finds the API by both, but the state would then
// contain the identifier, which Terraform rejects after the scope exists. The apply ends before it creates the scope and the grant.
func TestAccAPIScope_apiID(t *testing.T) {
	n := acctest.New(t)
	w := n.Workspace(t)
	config := func(attribute string) string {
		return `
resource "timesheets_api" "test" {
  name       = "` + n.Prefix + `"
  identifier = "` + n.Identifier() + `"
}
resource "timesheets_api_scope" "test" {
  identifier = timesheets_api.test.` + attribute + `
  value      = "batch:upload"
}
resource "timesheets_client" "test" {
  name = "` + n.Prefix + `"
}
resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.` + attribute + `
  scopes    = []
}
`
	}
	for _, ids := range []string{"unknown", "known"} {
		w.Write("main.tf", config("id"))
		printed, ok := w.Run("apply", "-auto-approve")
		for _, attribute := range []string{"identifier", "audience"} {
			if !acctest.Words("Invalid "+attribute, "has the form of the ID of an API", "Write its identifier: timesheets_api.NAME.identifier").MatchString(printed) || ok {
				t.Errorf("the %s ID is not rejected in %s:\n%s", ids, attribute, printed)
			}
		}
	}
	api, err := n.Ports.APIs.Get(t.Context(), key(n))
	if err != nil || len(api.Scopes) > 0 {
		t.Errorf("the tenant has the API %+v, %v", api, err)
	}
	w.Write("main.tf", config("identifier"))
	w.ExpectPlanned(w.Succeed("apply", "-auto-approve"), "2 added, 0 changed, 0 destroyed")
	w.ExpectEmptyPlan()
	w.Succeed("destroy", "-auto-approve")
}

// TestAccAPIScope_systemNew adds a scope to a system API, which Auth0 rejects (RS021): the plan rejects it already.
func TestAccAPIScope_systemNew(t *testing.T) {
	acctest.EmulatorOnly(t, "needs the identifier of the Management API")
	n := acctest.New(t)
	config := map[string]any{"identifier": n.Server.ManagementAudience(), "value": "batch:upload"}
	n.Steps(t, scopeType, acctest.Step{Config: config, Error: acctest.Words("Scope belongs to a system API", "This plan creates the scope", "Otherwise remove the resource")})
}
