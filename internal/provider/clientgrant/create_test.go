package clientgrant_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClientGrant_conflict configures two grants of the same client for the same API: the plan is rejected.
func TestAccClientGrant_conflict(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{},
		resource.TestStep{
			ConfigVariables: config.Variables{"again": config.BoolVariable(true)},
			ExpectError:     acctest.Words("Object is configured twice", "timesheets_client_grant", "Remove one"),
		},
		resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, false, "batch:upload")}},
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
	client, clientGrants := grants("of_client")
	api, apiGrants := grants("of_api")
	n.Run(t, resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{
		statecheck.ExpectKnownValue(client, clientGrants, knownvalue.ListSizeExact(2)),
		statecheck.ExpectKnownValue(client, clientGrants.AtSliceIndex(0).AtMapKey("scopes"), stringSet("batch:upload")),
		statecheck.ExpectKnownValue(client, clientGrants.AtSliceIndex(1).AtMapKey("audience"), knownvalue.StringExact("https://"+n.Prefix+".example/v2")),
		statecheck.ExpectKnownValue(api, apiGrants, knownvalue.ListSizeExact(1)),
		statecheck.ExpectKnownValue(api, apiGrants.AtSliceIndex(0).AtMapKey("allow_all_scopes"), knownvalue.Bool(true)),
		statecheck.ExpectKnownValue(api, apiGrants.AtSliceIndex(0).AtMapKey("scopes"), knownvalue.Null()),
	}})
}

func TestAccClientGrantsDataSource_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:clients")
	n.Run(t, resource.TestStep{Config: `data "timesheets_client_grants" "test" {}`, ExpectError: acctest.Words("Unable to list client grants", "read:client_grants")})
}

// TestAccClientGrant_misspelledUnmanaged creates a grant for an API whose scopes are not managed here: a resource that is planned later
// could create the scope, so the create reads the API once and warns.
func TestAccClientGrant_misspelledUnmanaged(t *testing.T) {
	acctest.EmulatorOnly(t, "counts requests in the emulator's journal")
	n := acctest.New(t)
	client, audience := createClientAndAPI(t, n)
	for scope, want := range map[string]int{"batch:upload": 0, "batch:uplaod": 1} {
		n.Server.ResetJournal()
		config := map[string]any{"client_id": client, "audience": audience, "scopes": []string{scope}}
		p := n.Protocol(t)
		if planned := p.Plan("timesheets_client_grant", acctest.Stored{}, config); len(planned.Warnings) > 0 {
			t.Errorf("%s: the plan warns with %q", scope, planned.Warnings)
		}
		stored, warnings := p.ApplyWithDiagnostics("timesheets_client_grant", acctest.Stored{}, config)
		if len(warnings) != want {
			t.Errorf("%s: the create warns with %q", scope, warnings)
		}
		for _, text := range warnings {
			if !acctest.Words("Scope is not defined", "did not define the scope", `Did you mean "batch:upload"?`, "timesheets_api_scope.NAME.value").MatchString(text) {
				t.Errorf("the create warns with %s", text)
			}
		}
		reads := 0
		for _, entry := range n.Server.Journal() {
			if entry.Method == "GET" && entry.Route == "/api/v2/resource-servers/{id}" {
				reads++
			}
		}
		if reads != 1 {
			t.Errorf("%s: %d reads of the API, want 1", scope, reads)
		}
		id, _ := stored.State["id"].(string)
		if err := n.Ports.Grants.Delete(t.Context(), tenant.GrantKey{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAccClientGrant_ignoredScopes reads a grant that allows all scopes while ignore_changes keeps its former scopes in the state.
func TestAccClientGrant_ignoredScopes(t *testing.T) {
	acctest.EmulatorOnly(t, "leaves objects in the tenant")
	n := acctest.New(t)
	client, audience := createClientAndAPI(t, n)
	p := n.Protocol(t)
	config := map[string]any{"client_id": client, "audience": audience, "allow_all_scopes": true}
	stored := p.Apply("timesheets_client_grant", acctest.Stored{}, config)
	for _, scopes := range []any{nil, []any{}, []any{"batch:upload"}} {
		stored.State["scopes"] = scopes
		if read := p.Read("timesheets_client_grant", stored).State["scopes"]; fmt.Sprint(read) != fmt.Sprint(scopes) || (read == nil) != (scopes == nil) {
			t.Errorf("scopes %v are read as %v", scopes, read)
		}
	}
}
