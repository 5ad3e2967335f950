package client_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// clientKey is the natural key of a client, which Auth0 chooses.
func clientKey(state map[string]any) map[string]any {
	return map[string]any{"client_id": state["client_id"]}
}

func TestAccClient_identity(t *testing.T) {
	acctest.EmulatorOnly(t, "leaves behind what it makes")
	n := acctest.New(t)
	held := n.Protocol(t).ExpectIdentity(t, "timesheets_client",
		map[string]any{"name": n.Prefix + " job"},
		map[string]any{"name": n.Prefix + " job", "description": "Uploads"}, clientKey)
	if made, err := found(t.Context(), n); err != nil || held.Identity["client_id"] != made.ClientID {
		t.Errorf("the identity is %v, and the tenant has %s (%v)", held.Identity, made.ClientID, err)
	}
}

// A client may be named by its name in an import id, and never in an identity.
func TestAccClient_importIdentity(t *testing.T) {
	acctest.EmulatorOnly(t, "leaves behind what it makes")
	n := acctest.New(t)
	p := n.Protocol(t)
	made := p.Apply("timesheets_client", acctest.Stored{}, map[string]any{
		"name": n.Prefix + " job", "description": "Uploads", "client_metadata": map[string]any{"team": "billing"}, "token_quota": map[string]any{"per_hour": 10},
	})
	p.ExpectImports(t, "timesheets_client", made, []string{fmt.Sprint(made.State["client_id"]), n.Prefix + " job"}, clientKey(made.State))
	if _, said := p.Import("timesheets_client", "", map[string]any{"client_id": "nobody"}); said == nil {
		t.Error("a client that is not there is imported")
	}
}
