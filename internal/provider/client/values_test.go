package client_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccClient_emptyValues expects that an empty description and null elements of metadata mean the same as none, and that the
// state keeps them: every step includes a second plan, which is empty.
func TestAccClient_emptyValues(t *testing.T) {
	n := acctest.New(t)
	step := func(description, metadata string, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{Config: `resource "timesheets_client" "test" {
  name            = "` + n.Prefix + ` job"
  description     = ` + description + `
  client_metadata = ` + metadata + `
}`, ConfigStateChecks: checks}
	}
	check := func(attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("timesheets_client.test", tfjsonpath.New(attribute), want)
	}
	n.Run(t,
		step(`""`, `{ owner = "a", team = null }`, n.ExpectWrites("POST clients app_type client_metadata grant_types name token_endpoint_auth_method"),
			check("description", knownvalue.StringExact("")),
			check("client_metadata", knownvalue.MapExact(map[string]knownvalue.Check{"owner": knownvalue.StringExact("a"), "team": knownvalue.Null()}))),
		step(`null`, `{ owner = "a" }`, n.ExpectWrites(), check("description", knownvalue.Null())),
		step(`"Uploads."`, `{ owner = null, team = "b" }`, n.ExpectWrites("PATCH clients/{id} client_metadata description")),
		step(`""`, `{ owner = null }`, n.ExpectWrites("PATCH clients/{id} client_metadata description")),
		step(`null`, `null`, n.ExpectWrites()),
	)
}

// TestAccClient_id expects that the attribute id equals client_id in the resource and in the data source.
func TestAccClient_id(t *testing.T) {
	n := acctest.New(t)
	same := func(address string) statecheck.StateCheck {
		return statecheck.CompareValuePairs(address, tfjsonpath.New("id"), address, tfjsonpath.New("client_id"), compare.ValuesSame())
	}
	configuration := `resource "timesheets_client" "test" {
  name = "` + n.Prefix + ` job"
}
data "timesheets_client" "test" {
  client_id = timesheets_client.test.id
}`
	n.Run(t,
		resource.TestStep{Config: configuration, ConfigStateChecks: []statecheck.StateCheck{same("timesheets_client.test"), same("data.timesheets_client.test")}},
		resource.TestStep{Config: configuration, ResourceName: "timesheets_client.test", ImportState: true, ImportStateVerify: true},
	)
}
