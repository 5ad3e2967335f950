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

// The provider refuses to delete, replace or narrow the grant by which it works, and lets go of it by a removed block.
func TestAccClientGrant_own(t *testing.T) {
	acctest.EmulatorOnly(t, "would take the risk of locking the tests out of the tenant")
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
	whole, elsewhere := variables(grant.Scopes), variables(grant.Scopes)
	elsewhere["audience"] = config.StringVariable("https://api.elsewhere.example")
	within, all := variables(grant.Scopes), variables(nil)
	within["organization_usage"] = config.StringVariable("require")
	delete(all, "scopes")
	all["all"] = config.BoolVariable(true)
	n.Run(t,
		resource.TestStep{ConfigDirectory: own, ConfigVariables: whole, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: whole, Destroy: true, ExpectError: acctest.Words("Client grant is the provider's own", "removed")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: variables(grant.Scopes[1:]), ExpectError: acctest.Words("Client grant is the provider's own")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: elsewhere, ExpectError: acctest.Words("Client grant is the provider's own")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: within, ExpectError: acctest.Words("Client grant is the provider's own", "organization")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: all, ExpectError: acctest.Words("Invalid allow_all_scopes", "by name")},
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: whole, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites()}},
	)
}

// A grant that Auth0 made itself can be imported, and neither deleted nor changed.
func TestAccClientGrant_system(t *testing.T) {
	acctest.EmulatorOnly(t, "a real tenant makes such a grant for few of its plans")
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
	refused := acctest.Words("Client grant is a system grant", "removed")
	n.Run(t,
		resource.TestStep{ConfigDirectory: own, ConfigVariables: variables, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: variables, Destroy: true, ExpectError: refused},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: narrowed, ExpectError: refused},
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: variables, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites()}},
	)
}
