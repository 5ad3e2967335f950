package client_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// A client that authenticates by a certificate is not imported, and not planned when it was moved here: the first apply
// would switch that off.
func TestAccClient_certificateRefused(t *testing.T) {
	n := acctest.New(t)
	id, _ := n.KeyPair(t, n.Prefix+" certified")
	n.Certificate(t, id)
	fixture := acctest.Fixture("TestAccClient_basic")
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture},
		resource.TestStep{
			ConfigDirectory: fixture, ResourceName: address, ImportState: true, ImportStateId: id,
			ExpectError: acctest.Words("Client cannot be managed here", "timesheets_client cannot manage the client", "(mTLS)", "Manage the client with auth0/auth0"),
		},
	)
}

func TestAccClient_certificateMoved(t *testing.T) {
	n := acctest.New(t)
	id, _ := n.KeyPair(t, n.Prefix+" certified")
	said := func() []string {
		p := n.Protocol(t) // as another run would: one that reads twice keeps what it read
		moved, said := p.Move(source, "auth0_client", 0, `{"client_id":"`+id+`","name":"job","app_type":"non_interactive"}`, "timesheets_client")
		if said != nil {
			t.Fatal(said)
		}
		return p.PlanErrors("timesheets_client", moved, map[string]any{"name": "job"})
	}
	if got := said(); got != nil {
		t.Errorf("a client with keys: said %q", got)
	}
	n.Certificate(t, id)
	if got := said(); len(got) != 1 || !acctest.Words("Client cannot be managed here", "(mTLS)", "Manage the client with auth0/auth0", "`moved` block").MatchString(got[0]) {
		t.Errorf("a client with a certificate: said %q", got)
	}
}

// Somebody switches a client to a certificate behind Terraform's back: no plan switches that off. Once it is switched
// back, the client is managed as before; and it can be let go of all along.
func TestAccClient_certificateDrift(t *testing.T) {
	key, letGo := newPair(t), config.StaticDirectory("testdata/TestAccClient_certificateLetGo")
	for name, c := range map[string]struct {
		variables config.Variables
		writes    []string // when it was switched back
	}{
		"secret": {config.Variables{}, nil},
		"keys":   {keyed(map[string]pair{"first": key}), []string{useKeys + " token_endpoint_auth_method"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			switched := acctest.ChangeTenant(t, func(ctx context.Context) error {
				client, err := found(ctx, n)
				n.Certificate(t, client.ClientID)
				return errors.Join(err, n.ResetJournal(ctx))
			})
			back := acctest.ChangeTenant(t, func(ctx context.Context) error {
				_, err := n.Ports.Clients.Update(ctx, tenant.ClientKey{Name: n.Prefix + " job"}, toSecret)
				if wrote := n.Writes(); len(wrote) > 0 {
					err = fmt.Errorf("the provider wrote %q", wrote)
				}
				return err
			})
			described := config.Variables{"description": config.StringVariable("Uploads")}
			refused := acctest.Words("Client cannot be managed here", "timesheets_client cannot manage the client", "(mTLS)", "To stop managing it without changing it", "removed")
			n.Run(t,
				resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: c.variables},
				resource.TestStep{PreConfig: switched, ConfigDirectory: keysFixture, ConfigVariables: c.variables, ExpectError: refused},
				resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: described, ExpectError: refused},
				resource.TestStep{PreConfig: back, ConfigDirectory: keysFixture, ConfigVariables: c.variables, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(c.writes...)}},
				resource.TestStep{PreConfig: switched, ConfigDirectory: letGo, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites()}},
			)
		})
	}
}

// A client is switched to a certificate between plan and apply: a change of keys does not switch that off.
func TestAccClient_certificateAppears(t *testing.T) {
	n, first := acctest.New(t), newPair(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": first}),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{between{acctest.ChangeTenant(t, func(ctx context.Context) error {
				client, err := found(ctx, n)
				n.Certificate(t, client.ClientID)
				return err
			})}}},
			ExpectError: acctest.Words("Unable to update client", "The client was switched to certificates (mTLS) after this plan was made", "Nothing was changed"),
		},
	)
}

// Keys by which a client signs requests of people are none of ours: neither shown nor deleted. One that it uses for both
// is taken out of use, and stays.
func TestAccClient_keysForSomethingElse(t *testing.T) {
	n, first, second, foreign := acctest.New(t), newPair(t), newPair(t), newPair(t)
	signs := func(name string, key pair) func() {
		return acctest.ChangeTenant(t, func(ctx context.Context) error {
			client, err := found(ctx, n)
			n.SignedRequests(t, client.ClientID, name, key.pem)
			return errors.Join(err, n.ResetJournal(ctx))
		})
	}
	n.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": first})},
		resource.TestStep{
			PreConfig: signs("foreign", foreign), ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"second": second}),
			ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(addKey, useKeys, dropKey), held("second"), has(n, "second*"), keeps(t, n, "foreign", "second")},
		},
		resource.TestStep{
			PreConfig: signs("second", second), ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"third": first}),
			ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(addKey, useKeys), held("third"), has(n, "third*"), keeps(t, n, "second", "third", "foreign")},
		},
		resource.TestStep{
			ConfigDirectory:   keysFixture,
			ConfigStateChecks: []statecheck.StateCheck{value("private_key_jwt", knownvalue.Null()), has(n), keeps(t, n, "second", "foreign")},
		},
	)
}

// keeps checks which credentials the tenant has of the client, whatever it uses them for.
func keeps(t *testing.T, n *acctest.Tenant, want ...string) statecheck.StateCheck {
	return acctest.CheckTenant(func(ctx context.Context) error {
		client, err := found(ctx, n)
		if err != nil {
			return err
		}
		got := n.Credentials(t, client.ClientID)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			return fmt.Errorf("the client has the credentials %v, want %v", got, want)
		}
		return nil
	})
}
