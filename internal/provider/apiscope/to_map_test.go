package apiscope_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccAPIScope_toMap moves scopes from timesheets_api_scope to the API's scopes without deleting them. Plans that delete the
// single scopes, or whose scopes do not contain them, are rejected.
func TestAccAPIScope_toMap(t *testing.T) {
	n := acctest.New(t)
	removed := config.StaticDirectory("testdata/TestAccAPIScope_toMapRemoved")
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{ExpectError: acctest.Words("Scopes move into the map of the API", "batch:upload", "removed")},
		resource.TestStep{
			ConfigDirectory: removed, ConfigVariables: config.Variables{"scopes": config.SetVariable([]config.Variable{}...)},
			ExpectError: acctest.Words("Existing scopes would be removed", "batch:upload", "Add all of them first"),
		},
		resource.TestStep{
			ConfigDirectory: removed,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("timesheets_api.test", acctest.Update),
				plancheck.ExpectResourceAction(grant, acctest.Noop),
			}},
			ConfigStateChecks: acctest.Checks{expectScopes(n, tenant.Scope{Value: "batch:upload"})},
		},
	)
}
