package clientgrant_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClientGrant_own expects that the provider rejects plans that delete, replace or narrow its own grant, and that a removed block
// stops managing the grant.
func TestAccClientGrant_own(t *testing.T) {
	acctest.EmulatorOnly(t, "could lock the tests out of the tenant")
	own, removed := config.StaticDirectory("testdata/TestAccClientGrant_own"), config.StaticDirectory("testdata/TestAccClientGrant_ownRemoved")
	n := acctest.New(t)
	audience := n.Server.URL() + "/api/v2/"
	grant, err := n.Ports.Grants.Get(context.Background(), tenant.GrantKey{ClientID: n.Environment["AUTH0_CLIENT_ID"], Audience: audience})
	if err != nil {
		t.Fatal(err)
	}
	variables := func(scopes []string) config.Variables {
		return config.Variables{
			"client_id": config.StringVariable(grant.ClientID), "audience": config.StringVariable(audience), "scopes": set(scopes...),
		}
	}
	unchanged, otherAudience := variables(grant.Scopes), variables(grant.Scopes)
	otherAudience["audience"] = config.StringVariable("https://api.other.example")
	organization, all := variables(grant.Scopes), variables(nil)
	organization["organization_usage"] = config.StringVariable("require")
	delete(all, "scopes")
	all["all"] = config.BoolVariable(true)
	n.Run(t,
		resource.TestStep{ConfigDirectory: own, ConfigVariables: unchanged, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: unchanged, Destroy: true, ExpectError: acctest.Words("Client grant is the provider's own", "removed")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: variables(grant.Scopes[1:]), ExpectError: acctest.Words("Client grant is the provider's own")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: otherAudience, ExpectError: acctest.Words("Client grant is the provider's own")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: organization, ExpectError: acctest.Words("Client grant is the provider's own", "organization")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: all, ExpectError: acctest.Words("Invalid allow_all_scopes", "List the scopes that the client needs")},
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: unchanged, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites()}},
	)
}

// TestAccClientGrant_system imports a grant that Auth0 created: it can be neither deleted nor changed.
func TestAccClientGrant_system(t *testing.T) {
	acctest.EmulatorOnly(t, "a real tenant creates such a grant only with few subscription plans")
	own, removed := config.StaticDirectory("testdata/TestAccClientGrant_own"), config.StaticDirectory("testdata/TestAccClientGrant_ownRemoved")
	n := acctest.New(t)
	client, err := n.Ports.Clients.Create(t.Context(), tenant.Client{Name: n.Prefix + " express", AppType: "express_configuration"})
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error {
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: client.ClientID})
	})
	audience := n.Server.URL() + "/api/v2/"
	grant, err := n.Ports.Grants.Get(t.Context(), tenant.GrantKey{ClientID: client.ClientID, Audience: audience})
	if err != nil {
		t.Fatal(err)
	}
	variables := config.Variables{
		"client_id": config.StringVariable(grant.ClientID), "audience": config.StringVariable(audience), "scopes": set(grant.Scopes...),
	}
	narrowed := config.Variables{"client_id": variables["client_id"], "audience": variables["audience"], "scopes": set(grant.Scopes[1:]...)}
	rejected := acctest.Words("Client grant is a system grant", "removed")
	n.Run(t,
		resource.TestStep{ConfigDirectory: own, ConfigVariables: variables, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: variables, Destroy: true, ExpectError: rejected},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: narrowed, ExpectError: rejected},
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: variables, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites()}},
	)
}
