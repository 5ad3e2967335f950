package client_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// Metadata belong to the user: keys that look like credentials are kept as written.
func TestAccClient_metadataLikeCredentials(t *testing.T) {
	n := acctest.New(t)
	configuration := func(value string) string {
		return `
variable "prefix" { type = string }
resource "timesheets_client" "test" {
  name            = "${var.prefix} job"
  client_metadata = { owner = "team-a", client_secret = "` + value + `", signing_secret = "vault:signing", signing_keys = "none" }
}`
	}
	metadata := func(text string) statecheck.StateCheck {
		return value("client_metadata", knownvalue.MapExact(map[string]knownvalue.Check{
			"owner": knownvalue.StringExact("team-a"), "client_secret": knownvalue.StringExact(text),
			"signing_secret": knownvalue.StringExact("vault:signing"), "signing_keys": knownvalue.StringExact("none"),
		}))
	}
	n.Run(t,
		resource.TestStep{Config: configuration("vault:first"), ConfigStateChecks: []statecheck.StateCheck{metadata("vault:first")}},
		resource.TestStep{
			Config:            configuration("vault:second"),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction("timesheets_client.test", plancheck.ResourceActionUpdate)}},
			ConfigStateChecks: []statecheck.StateCheck{metadata("vault:second")},
		},
	)
}
