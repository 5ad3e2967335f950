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

// Scopes move from resources of their own into the API's map without ever being gone: deleting them at the same time is
// refused, and so is a map that leaves out what nobody saw go.
func TestAccAPIScope_toMap(t *testing.T) {
	n := acctest.New(t)
	moved := config.StaticDirectory("testdata/TestAccAPIScope_toMapLetGo")
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture(), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ExpectError: acctest.Words("Scopes move into the map of the API", "batch:upload", "removed")},
		resource.TestStep{
			ConfigDirectory: config.StaticDirectory("testdata/TestAccAPIScope_toMapFewer"),
			ExpectError:     acctest.Words("Existing scopes would be removed", "batch:upload", "Write all of them first"),
		},
		resource.TestStep{
			ConfigDirectory: moved,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("timesheets_api.test", plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction(grant, plancheck.ResourceActionNoop),
			}},
			ConfigStateChecks: []statecheck.StateCheck{has(n, tenant.Scope{Value: "batch:upload"})},
		},
	)
}
