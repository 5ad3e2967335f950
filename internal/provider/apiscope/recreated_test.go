package apiscope_test

import (
	"context"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccAPIScope_recreatedSincePlan re-creates the API, with another ID, between a plan that changes the scope and its apply.
// The scope is changed, and the next plan is empty.
func TestAccAPIScope_recreatedSincePlan(t *testing.T) {
	n := acctest.New(t)
	n.CreateAPI(t)
	w := n.Workspace(t)
	write := func(description string) {
		w.Write("main.tf", `
resource "timesheets_api_scope" "test" {
  identifier  = "`+n.Identifier()+`"
  value       = "batch:upload"
  description = "`+description+`"
}
`)
	}
	write("Upload")
	w.Succeed("apply", "-auto-approve")
	write("Upload timesheets")
	w.Succeed("plan", "-out=plan")
	acctest.ChangeTenant(t, func(ctx context.Context) error {
		if err := n.Ports.APIs.Delete(ctx, key(n)); err != nil {
			return err
		}
		_, err := n.Ports.APIs.Create(ctx, n.DefaultAPI(tenant.Scope{Value: "read:timesheets"}))
		return err
	})()
	w.Succeed("apply", "plan")
	w.ExpectEmptyPlan()
	api, err := n.Ports.APIs.Get(t.Context(), key(n))
	if want := []tenant.Scope{{Value: "batch:upload", Description: "Upload timesheets"}, {Value: "read:timesheets"}}; err != nil || !tenant.SameScopes(api.Scopes, want) {
		t.Errorf("the tenant has the scopes %v, want %v (%v)", api.Scopes, want, err)
	}
	w.Succeed("destroy", "-auto-approve")
}
