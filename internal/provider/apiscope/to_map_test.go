package apiscope_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccAPIScope_toMap moves scopes from timesheets_api_scope to the API's scopes without deleting them. Plans that delete the
// single scopes, or whose scopes do not contain them, are rejected.
func TestAccAPIScope_toMap(t *testing.T) {
	n := acctest.New(t)
	moved := config.StaticDirectory("testdata/TestAccAPIScope_toMapRemoved")
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture(), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ExpectError: acctest.Words("Scopes move into the map of the API", "batch:upload", "removed")},
		resource.TestStep{
			ConfigDirectory: config.StaticDirectory("testdata/TestAccAPIScope_toMapFewer"),
			ExpectError:     acctest.Words("Existing scopes would be removed", "batch:upload", "Add all of them first"),
		},
		resource.TestStep{
			ConfigDirectory: moved,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("timesheets_api.test", plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction(grant, plancheck.ResourceActionNoop),
			}},
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, tenant.Scope{Value: "batch:upload"})},
		},
	)
}
