package clientgrant_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// A grant that exists is not taken over: the error hands over the import block, and the grant stays as it was.
func TestAccClientGrant_conflict(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{},
		resource.TestStep{
			ConfigVariables: config.Variables{"again": config.BoolVariable(true)},
			ExpectError:     acctest.Words("Unable to create client grant", "already has", "import {", "to = timesheets_client_grant.NAME"),
		},
		resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{allows(n, false, "batch:upload")}},
	)
}

func TestAccClientGrant_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:resource_servers", "create:resource_servers", "delete:resource_servers", "read:clients", "create:clients", "delete:clients")
	n.Run(t, resource.TestStep{ConfigDirectory: fixture(), ExpectError: acctest.Words("Unable to create client grant", "create:client_grants")})
}

func TestAccClientGrantsDataSource(t *testing.T) {
	n := acctest.New(t)
	grants := func(name string) (string, tfjsonpath.Path) {
		return "data.timesheets_client_grants." + name, tfjsonpath.New("grants")
	}
	client, of := grants("of_client")
	api, at := grants("of_api")
	n.Run(t, resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{
		statecheck.ExpectKnownValue(client, of, knownvalue.ListSizeExact(2)),
		statecheck.ExpectKnownValue(client, of.AtSliceIndex(0).AtMapKey("scopes"), texts("batch:upload")),
		statecheck.ExpectKnownValue(client, of.AtSliceIndex(1).AtMapKey("audience"), knownvalue.StringExact("https://"+n.Prefix+".example/v2")),
		statecheck.ExpectKnownValue(api, at, knownvalue.ListSizeExact(1)),
		statecheck.ExpectKnownValue(api, at.AtSliceIndex(0).AtMapKey("allow_all_scopes"), knownvalue.Bool(true)),
		statecheck.ExpectKnownValue(api, at.AtSliceIndex(0).AtMapKey("scopes"), knownvalue.Null()),
	}})
}

func TestAccClientGrantsDataSource_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:clients")
	n.Run(t, resource.TestStep{Config: `data "timesheets_client_grants" "test" {}`, ExpectError: acctest.Words("Unable to list client grants", "read:client_grants")})
}

// On an API of others a scope may come from a resource of its own that is planned later: the refusal says how to tell.
func TestAccClientGrant_misspeltOfOthers(t *testing.T) {
	n := acctest.New(t)
	identifier := "https://" + n.Prefix + ".example/v1"
	n.Run(t, resource.TestStep{
		PreConfig: acctest.Do(t, func(ctx context.Context) error {
			api, err := n.Ports.APIs.Create(ctx, tenant.NewAPI{API: tenant.API{
				Name: n.Prefix, Identifier: identifier, SigningAlg: tenant.DefaultSigningAlg, Scopes: []tenant.Scope{{Value: "batch:upload"}},
				TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb,
				TokenDialect: tenant.DefaultTokenDialect, SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(),
			}})
			n.Later(func(ctx context.Context) error { return n.Ports.APIs.Delete(ctx, api.Key()) })
			return err
		}),
		Config: `
data "timesheets_api" "test" {
  identifier = "` + identifier + `"
}

resource "timesheets_client_grant" "test" {
  client_id = "somebody"
  audience  = data.timesheets_api.test.identifier
  scopes    = ["batch:uplaod"]
}
`,
		ExpectError: acctest.Words("Scope does not exist", `Did you mean "batch:upload"?`, "If a timesheets_api_scope makes it", "timesheets_api_scope.NAME.value"),
	})
}
