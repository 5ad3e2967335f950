package client_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestAccClient_metadataLikeCredentials expects that metadata are kept even if their keys look like credentials.
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

// TestAccClient_quotaKept expects that an unchanged limit of a quota is kept, whether the tenant merges objects or replaces them.
func TestAccClient_quotaKept(t *testing.T) {
	for _, replaces := range []bool{false, true} {
		t.Run(fmt.Sprintf("replaces %v", replaces), func(t *testing.T) {
			n := acctest.New(t, func(o *emulator.Options) { o.Switches.ReplaceObjects = replaces })
			configuration := func(day string) string {
				return `
variable "prefix" { type = string }
resource "timesheets_client" "test" {
  name            = "${var.prefix} job"
  client_metadata = { owner = "team-a", day = "` + day + `" }
  token_quota     = { per_hour = 5, per_day = ` + day + `, enforce = false }
}`
			}
			quota := func(day int64) statecheck.StateCheck {
				return value("token_quota", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"per_hour": knownvalue.Int64Exact(5), "per_day": knownvalue.Int64Exact(day), "enforce": knownvalue.Bool(false),
				}))
			}
			n.Run(t,
				resource.TestStep{Config: configuration("10"), ConfigStateChecks: []statecheck.StateCheck{quota(10)}},
				resource.TestStep{Config: configuration("20"), ConfigStateChecks: []statecheck.StateCheck{quota(20), value("client_metadata", knownvalue.MapSizeExact(2))}},
			)
		})
	}
}
