package api_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccAPI_system imports an API that Auth0 created: it can be neither deleted nor renamed.
func TestAccAPI_system(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system API of a real tenant")
	system, removed := config.StaticDirectory("testdata/TestAccAPI_system"), config.StaticDirectory("testdata/TestAccAPI_systemRemoved")
	n := acctest.New(t)
	identifier := config.Variables{"identifier": config.StringVariable(n.Server.URL() + "/api/v2/")}
	renamed := config.Variables{"identifier": identifier["identifier"], "name": config.StringVariable("Ours")}
	bound := config.Variables{
		"identifier":          identifier["identifier"],
		"proof_of_possession": config.ObjectVariable(map[string]config.Variable{"mechanism": config.StringVariable("dpop")}),
	}
	n.Run(t,
		resource.TestStep{ConfigDirectory: system, ConfigVariables: identifier, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("timesheets_api.system", tfjsonpath.New("is_system"), knownvalue.Bool(true)), acctest.CheckTenant(n.ResetJournal),
		}},
		resource.TestStep{ConfigDirectory: system, ConfigVariables: identifier, Destroy: true, ExpectError: acctest.Words("API is a system API", "removed")},
		resource.TestStep{ConfigDirectory: system, ConfigVariables: renamed, ExpectError: acctest.Words("API is a system API", "name")},
		resource.TestStep{ConfigDirectory: system, ConfigVariables: bound, ExpectError: acctest.Words("API is a system API", "proof_of_possession", "Set the value that the tenant has")},
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: identifier, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites()}},
	)
}
