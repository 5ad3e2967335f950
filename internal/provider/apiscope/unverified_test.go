package apiscope_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// The read that verifies a change of a scope fails. A created scope is in the state, with a warning. The error of an update
// says that Auth0 accepted it, and the next plan is empty.
func TestAccAPIScope_unverified(t *testing.T) {
	acctest.EmulatorOnly(t, "makes a request fail")
	const configuration = `
resource "timesheets_api" "a" {
  name       = "A"
  identifier = "https://a.test"
}
resource "timesheets_api_scope" "s" {
  identifier  = timesheets_api.a.identifier
  value       = "read:timesheets"
  description = %q
}
`
	n := acctest.New(t)
	w := n.Workspace(t)
	failRead := func(nth int) {
		n.Server.ClearFaults()
		if err := n.Server.Inject(emulator.Fault{
			Method: "GET", Route: "/api/v2/resource-servers/{id}", Nth: nth, Status: http.StatusForbidden,
			Body: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:resource_servers","errorCode":"insufficient_scope"}`,
		}); err != nil {
			t.Fatal(err)
		}
	}
	w.Write("main.tf", fmt.Sprintf(configuration, "Read"))
	failRead(1)
	printed := w.Succeed("apply", "-auto-approve")
	if want := acctest.Words("Warning: Scope is not verified", "Auth0 accepted the change of the scope", "The read that verifies it failed: Insufficient scope", "Plan again"); !want.MatchString(printed) {
		t.Errorf("the create does not warn with %q:\n%s", want, printed)
	}
	n.Server.ClearFaults()
	w.Succeed("plan", "-detailed-exitcode")

	w.Write("main.tf", fmt.Sprintf(configuration, "Read all"))
	failRead(2) // the first one is of the batch, because nothing was read before
	printed, ok := w.Run("apply", "-auto-approve", "-refresh=false")
	if want := acctest.Words("Unable to update scope", "Auth0 accepted the change of the scope"); ok || !want.MatchString(printed) {
		t.Errorf("the update does not end with %q:\n%s", want, printed)
	}
	n.Server.ClearFaults()
	w.Succeed("apply", "-auto-approve")
	w.Succeed("plan", "-detailed-exitcode")
}
