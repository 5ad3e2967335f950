package clientgrant_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClientGrant_conflict configures two grants of the same client for the same API: the plan is rejected.
func TestAccClientGrant_conflict(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{
			ConfigDirectory: fixture(), ConfigVariables: config.Variables{"again": config.BoolVariable(true)},
			ExpectError: acctest.Words("Object is configured twice", "timesheets_client_grant", "Remove one"),
		},
	)
}

func TestAccClientGrant_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t)
	n.WithToken("read:resource_servers", "read:clients").Steps(t, grantType, acctest.Step{
		Config: grants(t, n)(), Error: acctest.Words("Unable to create client grant", "create:client_grants"),
	})
}

func TestAccClientGrantsDataSource(t *testing.T) {
	n := acctest.New(t)
	client, audience := createClientAndAPI(t, n)
	second := n.DefaultAPI()
	second.Identifier = "https://" + n.Prefix + ".example/v2"
	n.CreateAPIFrom(t, second)
	n.CreateGrant(t, client, "batch:upload")
	if _, err := n.Ports.Grants.Create(t.Context(), tenant.Grant{ClientID: client, Audience: second.Identifier, SubjectType: tenant.SubjectClient, AllowAllScopes: true}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		config map[string]any
		want   []string
	}{
		"of the client": {map[string]any{"client_id": client}, []string{audience + " [batch:upload] false", second.Identifier + " <nil> true"}},
		"for the API":   {map[string]any{"audience": second.Identifier}, []string{second.Identifier + " <nil> true"}},
	} {
		var got []string
		grants, _ := n.Protocol(t).Data("timesheets_client_grants", c.config)["grants"].([]any)
		for _, one := range grants {
			grant, _ := one.(map[string]any)
			got = append(got, fmt.Sprint(grant["audience"], " ", grant["scopes"], " ", grant["allow_all_scopes"]))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAccClientGrantsDataSource_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	acctest.New(t).WithToken("read:clients").Protocol(t).ExpectDataErrors("timesheets_client_grants", nil, "Unable to list client grants", "read:client_grants")
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
