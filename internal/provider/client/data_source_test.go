package client_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

func TestAccClientDataSource(t *testing.T) {
	n := acctest.New(t)
	var checks []statecheck.StateCheck
	for _, name := range []string{"by_name", "by_id"} {
		for attribute, want := range map[string]knownvalue.Check{
			"name":                       knownvalue.StringExact(n.Prefix + " job"),
			"client_id":                  knownvalue.NotNull(),
			"description":                knownvalue.StringExact("Uploads timesheets every night"),
			"app_type":                   knownvalue.StringExact("non_interactive"),
			"grant_types":                stringSet("client_credentials"),
			"token_endpoint_auth_method": knownvalue.StringExact("client_secret_post"),
			"token_quota":                knownvalue.ObjectExact(map[string]knownvalue.Check{"per_hour": knownvalue.Int64Exact(60), "per_day": knownvalue.Null(), "enforce": knownvalue.Bool(true)}),
			"organization_usage":         knownvalue.StringExact("deny"),
			"client_metadata":            knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("payroll")}),
		} {
			checks = append(checks, statecheck.ExpectKnownValue("data.timesheets_client."+name, tfjsonpath.New(attribute), want))
		}
	}
	n.Run(t, resource.TestStep{ConfigStateChecks: checks})
}

func TestAccClientDataSource_mistakes(t *testing.T) {
	n := acctest.New(t)
	mistake := func(block string, phrases ...string) resource.TestStep {
		return resource.TestStep{Config: "data \"timesheets_client\" \"test\" {\n" + block + "\n}", ExpectError: acctest.Words(phrases...)}
	}
	n.Run(t,
		mistake("", "Exactly one of client_id and name must be set", "exactly one of"),
		mistake(`client_id = "missing"`, "Unable to read client", "missing"),
		mistake(`name = "missing client"`, "Unable to read client", "missing client"),
	)
}

func TestAccClientDataSource_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:resource_servers")
	n.Run(t, resource.TestStep{
		Config: "data \"timesheets_client\" \"test\" {\nclient_id = \"x\"\n}", ExpectError: acctest.Words("Unable to read client", "read:clients"),
	})
}
