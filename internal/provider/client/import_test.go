package client_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClient_several creates a client with a name that others have, and with values of the maximum size. An import by that name
// fails and lists them.
func TestAccClient_several(t *testing.T) {
	n := acctest.New(t)
	foreign := n.DefaultClient("job")
	n.CreateClient(t, foreign)
	n.CreateClient(t, foreign)
	metadata := map[string]any{strings.Repeat("k", 255): strings.Repeat("v", 255)}
	for i := range 9 {
		metadata[fmt.Sprint("key ", i)] = fmt.Sprint("ünïcode ✓ ", i)
	}
	configuration := job(n, "description", strings.Repeat("ü", 140), "client_metadata", metadata)
	n.Steps(t, clientType,
		acctest.Step{Config: configuration, Checks: acctest.Checks{
			acctest.Value(address, knownvalue.StringExact("ünïcode ✓ 8"), "client_metadata", "key 8"),
		}},
		acctest.Step{
			ImportBy: []string{"name"}, Config: configuration,
			Error: acctest.Words("Unable to import client", "3 objects have the name", n.Prefix+" job", "Use the ID"),
		},
	)
}

// TestAccClient_importRejected imports clients that cannot be managed: the error states the reason.
func TestAccClient_importRejected(t *testing.T) {
	n := acctest.New(t)
	rejected := func(id string, phrases ...string) acctest.Step {
		return acctest.Step{ImportID: id, Config: job(n), Error: acctest.Words(append([]string{"Client cannot be managed here"}, phrases...)...)}
	}
	spa := tenant.Client{Name: n.Prefix + " spa", AppType: "spa", GrantTypes: []string{"authorization_code"}, TokenEndpointAuthMethod: "none"}
	third := n.DefaultClient("third")
	third.IsThirdParty = true
	n.CreateClient(t, spa)
	n.CreateClient(t, third)
	steps := []acctest.Step{rejected(spa.Name, "`spa`", "machine-to-machine"), rejected(third.Name, "third-party")}
	if id := findGlobalClient(t, n); id != "" {
		steps = append(steps, rejected(id, "the tenant's global client"))
	} else if n.Server != nil {
		t.Error("the emulator does not list the global client")
	}
	n.Steps(t, clientType, steps...)
}

// findGlobalClient returns the ID of the tenant's global client, or "" if it is not listed.
func findGlobalClient(t *testing.T, n *acctest.Tenant) string {
	t.Helper()
	for client, err := range n.Ports.Clients.List(t.Context(), tenant.ClientFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if client.IsGlobal {
			return client.ClientID
		}
	}
	return ""
}

func TestAccClient_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:clients")
	n.Steps(t, clientType, acctest.Step{Config: job(n), Error: acctest.Words("Unable to create client", "create:clients")})
}
