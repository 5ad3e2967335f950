package api_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// defaultAPI returns an API with default settings.
func defaultAPI(n *acctest.Tenant) tenant.NewAPI {
	return tenant.NewAPI{API: tenant.API{
		Name: n.Prefix + " foreign", Identifier: identifier(n), SigningAlg: tenant.DefaultSigningAlg,
		TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb,
		TokenDialect: tenant.DefaultTokenDialect, SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(),
	}}
}

// TestAccAPI_conflict creates an API that exists: the error contains an import block, and the API is not changed.
func TestAccAPI_conflict(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
			_, err := n.Ports.APIs.Create(ctx, defaultAPI(n))
			return err
		}),
		ExpectError: acctest.Words("Unable to create API", "already has", identifier(n), "import {", "to = timesheets_api.NAME", `id = "`+identifier(n)+`"`),
	}, resource.TestStep{
		PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
			api, err := n.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: identifier(n)})
			if err == nil && api.Name != n.Prefix+" foreign" {
				err = fmt.Errorf("the foreign API was changed: %+v", api)
			}
			if err == nil {
				err = n.Ports.APIs.Delete(ctx, api.Key())
			}
			return err
		}),
		ConfigStateChecks: []statecheck.StateCheck{expectScopes(n)},
	})
}

func TestAccAPI_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:resource_servers")
	n.Run(t, resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccAPI_basic"), ExpectError: acctest.Words("Unable to create API", "create:resource_servers")})
}

// TestAccAPI_limits creates an API with a thousand scopes, the longest name, and an identifier with characters that need escaping in
// paths and queries.
func TestAccAPI_limits(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(func(ctx context.Context) error {
		for api, err := range n.Ports.APIs.List(ctx, tenant.APIFilter{}) {
			if err != nil {
				return err
			}
			if api.Name != "" && len(api.Scopes) == 1000 && len([]rune(api.Identifier)) == 600 && len([]rune(api.Name)) == 200 {
				return nil
			}
		}
		return fmt.Errorf("the tenant has no such API")
	})}}, resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccAPI_limits"), PlanOnly: true})
}

// TestAccAPI_dependents removes a scope: the read after the apply warns of client grants that are managed elsewhere and still contain
// the scope, and sends one more request.
func TestAccAPI_dependents(t *testing.T) {
	acctest.EmulatorOnly(t, "counts requests in the emulator's journal")
	n := acctest.New(t)
	p := n.Protocol(t)
	config := func(scopes ...string) map[string]any {
		described := map[string]any{}
		for _, scope := range scopes {
			described[scope] = nil
		}
		return map[string]any{"name": n.Prefix, "identifier": identifier(n), "scopes": described}
	}
	stored := p.Apply("timesheets_api", acctest.Stored{}, config("batch:upload", "read:timesheets"))
	client, err := n.Ports.Clients.Create(t.Context(), tenant.Client{Name: n.Prefix, AppType: tenant.MachineToMachine, GrantTypes: []string{tenant.ClientCredentials}, TokenEndpointAuthMethod: "client_secret_post"})
	if err != nil {
		t.Fatal(err)
	}
	grant, err := n.Ports.Grants.Create(t.Context(), tenant.Grant{ClientID: client.ClientID, Audience: identifier(n), SubjectType: "client", Scopes: []string{"batch:upload"}})
	if err != nil {
		t.Fatal(err)
	}
	stored = p.Apply("timesheets_api", stored, config("read:timesheets"))
	warnings := p.PlanErrors("timesheets_api", stored, config("read:timesheets"))
	if len(warnings) != 1 || !acctest.Words("Client grants contain removed scopes", grant.ID, "batch:upload").MatchString(warnings[0]) {
		t.Errorf("the read warns with %q", warnings)
	}
	if err := n.Ports.Grants.Delete(t.Context(), grant.Key()); err != nil {
		t.Fatal(err)
	}
	if read := p.Read("timesheets_api", stored); read.State == nil {
		t.Error("the API is not read")
	}
}
