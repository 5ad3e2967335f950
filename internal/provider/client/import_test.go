package client_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClient_several creates several clients with the same name and with values of the maximum size. An import by that name
// fails and lists them.
func TestAccClient_several(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("timesheets_client.test[2]", tfjsonpath.New("client_metadata").AtMapKey("key 8"), knownvalue.StringExact("ünïcode ✓ 2")),
			acctest.CheckTenant(func(ctx context.Context) error {
				_, err := findClient(ctx, n)
				var ambiguous *tenant.Ambiguous
				if !errors.As(err, &ambiguous) || len(ambiguous.Found) != 3 {
					return errors.New("the tenant does not have three clients with the name")
				}
				return nil
			}),
		}},
		resource.TestStep{
			ResourceName: "timesheets_client.test[0]", ImportState: true, ImportStateId: n.Prefix + " job",
			ExpectError: acctest.Words("Unable to import client", "3 objects have the name", n.Prefix+" job", "Use the ID"),
		},
	)
}

// TestAccClient_importRejected imports clients that cannot be managed: the error states the reason.
func TestAccClient_importRejected(t *testing.T) {
	n := acctest.New(t)
	fixture := acctest.Fixture("TestAccClient_basic")
	steps := []resource.TestStep{{ConfigDirectory: fixture}}
	for name, c := range map[string]struct {
		client  tenant.Client
		phrases []string
	}{
		"spa":   {tenant.Client{AppType: "spa", GrantTypes: []string{"authorization_code"}, TokenEndpointAuthMethod: "none"}, []string{"Client cannot be managed here", "`spa`", "machine-to-machine"}},
		"third": {tenant.Client{AppType: "non_interactive", GrantTypes: []string{"client_credentials"}, TokenEndpointAuthMethod: "client_secret_post", IsThirdParty: true}, []string{"Client cannot be managed here", "third-party"}},
	} {
		c.client.Name = n.Prefix + " " + name
		steps = append(steps, resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				created, err := n.Ports.Clients.Create(ctx, c.client)
				n.Later(func(ctx context.Context) error {
					return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: created.ClientID})
				})
				return err
			}),
			ConfigDirectory: fixture, ResourceName: address, ImportState: true, ImportStateId: c.client.Name, ExpectError: acctest.Words(c.phrases...),
		})
	}
	if id := findGlobalClient(t, n); id != "" {
		steps = append(steps, resource.TestStep{
			ConfigDirectory: fixture, ResourceName: address, ImportState: true, ImportStateId: id,
			ExpectError: acctest.Words("Client cannot be managed here", "the tenant's global client"),
		})
	} else if n.Server != nil {
		t.Error("the emulator does not list the global client")
	}
	n.Run(t, steps...)
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
	for permission, scopes := range map[string][]string{"create:clients": {"read:clients"}} {
		n := acctest.New(t).WithToken(scopes...)
		n.Run(t, resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccClient_basic"), ExpectError: acctest.Words("Unable to create client", permission)})
	}
}
