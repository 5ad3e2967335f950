package clientgrant_test

import (
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// imported returns the configuration of the client's grant on the Management API, and a step that imports it.
func imported(t *testing.T, n *acctest.Tenant, clientID string) (map[string]any, acctest.Step) {
	t.Helper()
	audience := n.Server.URL() + "/api/v2/"
	grant, err := n.Ports.Grants.Get(t.Context(), tenant.GrantKey{ClientID: clientID, Audience: audience})
	if err != nil {
		t.Fatal(err)
	}
	config := map[string]any{"client_id": clientID, "audience": audience, "scopes": grant.Scopes}
	return config, acctest.Step{ImportID: clientID + " " + audience, Config: config}
}

// TestAccClientGrant_own expects that the provider rejects plans that delete, replace or narrow its own grant, and that the grant can be
// removed from the state.
func TestAccClientGrant_own(t *testing.T) {
	acctest.EmulatorOnly(t, "could lock the tests out of the tenant")
	n := acctest.New(t)
	own, create := imported(t, n, n.Environment["AUTH0_CLIENT_ID"])
	scopes, _ := own["scopes"].([]string)
	rejected := acctest.Words("Client grant is the provider's own")
	n.Steps(t, grantType,
		create,
		acctest.Step{Destroy: true, Error: acctest.Words("Client grant is the provider's own", "removed")},
		acctest.Step{Config: acctest.With(own, "scopes", scopes[1:]), Error: rejected},
		acctest.Step{Config: acctest.With(own, "audience", "https://api.other.example"), Error: rejected},
		acctest.Step{Config: acctest.With(own, "organization_usage", "require"), Error: acctest.Words("Client grant is the provider's own", "organization")},
		acctest.Step{Config: acctest.With(own, "scopes", nil, "allow_all_scopes", true), Error: acctest.Words("Invalid allow_all_scopes", "List the scopes that the client needs")},
		acctest.Step{Forget: true},
	)
	expectNoWrites(t, n)
}

func expectNoWrites(t *testing.T, n *acctest.Tenant) {
	t.Helper()
	if writes := n.Writes(); len(writes) > 0 {
		t.Errorf("the provider wrote %q", writes)
	}
}

// TestAccClientGrant_system imports a grant that Auth0 created: it can be neither deleted nor changed.
func TestAccClientGrant_system(t *testing.T) {
	acctest.EmulatorOnly(t, "a real tenant creates such a grant only with few subscription plans")
	n := acctest.New(t)
	clientID := n.CreateClient(t, tenant.Client{Name: n.Prefix + " express", AppType: "express_configuration"})
	system, create := imported(t, n, clientID)
	scopes, _ := system["scopes"].([]string)
	rejected := acctest.Words("Client grant is a system grant", "removed")
	n.Steps(t, grantType,
		create,
		acctest.Step{Destroy: true, Error: rejected},
		acctest.Step{Config: acctest.With(system, "scopes", scopes[1:]), Error: rejected},
		acctest.Step{Forget: true},
	)
	expectNoWrites(t, n)
}
