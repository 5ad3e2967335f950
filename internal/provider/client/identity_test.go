package client_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// clientKey returns the natural key of a client, which Auth0 generates.
func clientKey(state map[string]any) map[string]any {
	return map[string]any{"client_id": state["client_id"]}
}

func TestAccClient_identity(t *testing.T) {
	acctest.EmulatorOnly(t, "does not delete what it creates")
	n := acctest.New(t)
	stored := n.Protocol(t).ExpectIdentity(t, "timesheets_client",
		map[string]any{"name": n.Prefix + " job"},
		map[string]any{"name": n.Prefix + " job", "description": "Uploads"}, clientKey)
	if created, err := findClient(t.Context(), n); err != nil || stored.Identity["client_id"] != created.ClientID {
		t.Errorf("the identity is %v, and the tenant has %s (%v)", stored.Identity, created.ClientID, err)
	}
}

// TestAccClient_importIdentity imports a client by its ID and its name as an import ID, and by an identity, which cannot contain
// the name.
func TestAccClient_importIdentity(t *testing.T) {
	acctest.EmulatorOnly(t, "does not delete what it creates")
	n := acctest.New(t)
	p := n.Protocol(t)
	created := p.Apply("timesheets_client", acctest.Stored{}, map[string]any{
		"name": n.Prefix + " job", "description": "Uploads", "client_metadata": map[string]any{"team": "billing"}, "token_quota": map[string]any{"per_hour": 10},
	})
	p.ExpectImports(t, "timesheets_client", created, []string{fmt.Sprint(created.State["client_id"]), n.Prefix + " job"}, clientKey(created.State))
	if _, errs := p.Import("timesheets_client", "", map[string]any{"client_id": "missing"}); errs == nil {
		t.Error("a client that does not exist is imported")
	}
}
