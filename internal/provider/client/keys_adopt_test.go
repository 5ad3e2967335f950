package client_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// An import tells everything of a key but its text, which nobody can read; the plan after it writes the text into the
// state and nothing into the tenant.
func TestAccClient_keysImported(t *testing.T) {
	n, key := acctest.New(t), newPair(t)
	variables := keyed(map[string]pair{"first": key}, "expires_at", "2040-01-01T00:00:00Z")
	variables["imported"] = config.StringVariable(n.Prefix + " job")
	n.Run(t,
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				_, err := n.Ports.Clients.Create(ctx, tenant.Client{
					Name: n.Prefix + " job", Credentials: []tenant.Credential{{
						Name: "first", Algorithm: "RS256", PEM: key.pem, ExpiresAt: must(t, "2040-01-01T00:00:00Z"),
					}},
				})
				return err
			}),
			ConfigVariables: variables,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("token_endpoint_auth_method"), knownvalue.Null()),
			}},
			ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(), held("first"), has(n, "first*"), enters(n, key, true)},
		},
		resource.TestStep{
			ConfigVariables: keyed(map[string]pair{"first": key}, "expires_at", "2040-01-01T00:00:00Z"), ConfigDirectory: keysFixture, ResourceName: address,
			ImportState: true, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "client_id",
			ImportStateIdFunc: acctest.Attribute(address, "client_id"), ImportStateVerifyIgnore: []string{"private_key_jwt.first.pem"},
		},
		// Under another name it would be the same key once more.
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"second": key}),
			ExpectError: acctest.Words("Key cannot be changed in place", `the name of the key "first"`, "add a new key next to this one"),
		},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key}, "algorithm", "PS256"),
			ExpectError: acctest.Words("Key cannot be changed in place", `the algorithm of the key "first"`),
		},
	)
}

// Wherever an exchange of keys fails, the state holds what was done, and the next apply finishes it.
func TestAccClient_keysInterrupted(t *testing.T) {
	const client, credentials, one = "/api/v2/clients/{id}", "/api/v2/clients/{client_id}/credentials", "/api/v2/clients/{client_id}/credentials/{credential_id}"
	old, young := newPair(t), newPair(t)
	for name, c := range map[string]struct {
		fault   emulator.Fault
		after   []string // what the tenant has when it failed
		writes  []string // what the next apply does
		letsOld bool
	}{
		"before the new one is made":    {emulator.Fault{Method: "POST", Route: credentials, Status: 403}, []string{"old*"}, []string{addKey, useKeys, dropKey}, true},
		"before it is used":             {emulator.Fault{Method: "PATCH", Route: client, Status: 403}, []string{"old*", "young"}, []string{useKeys, dropKey}, true},
		"before the old one is deleted": {emulator.Fault{Method: "DELETE", Route: one, Status: 403}, []string{"old", "young*"}, []string{dropKey}, false},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.EmulatorOnly(t, "makes requests fail")
			n := acctest.New(t)
			n.Run(t,
				resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"old": old})},
				resource.TestStep{
					PreConfig:       acctest.ChangeTenant(t, func(context.Context) error { return n.Server.Inject(c.fault) }),
					ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"young": young}),
					ExpectError: acctest.Words("Unable to update client"),
				},
				resource.TestStep{
					PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
						n.Server.ClearFaults()
						n.Server.ResetJournal()
						return check(ctx, has(n, c.after...), enters(n, old, c.letsOld))
					}),
					ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"young": young}),
					ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(c.writes...), held("young"), has(n, "young*"), enters(n, old, false), enters(n, young, true)},
				},
			)
		})
	}
}

// Keys that came into use after the plan are not taken away unseen.
func TestAccClient_keyAppears(t *testing.T) {
	acctest.EmulatorOnly(t, "somebody else acts while the plan is carried out")
	n, key, young, foreign := acctest.New(t), newPair(t), newPair(t), newPair(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key})},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key, "young": young}),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{between{acctest.ChangeTenant(t, func(ctx context.Context) error {
				clientID, id, err := keyNamed(ctx, n, "first")
				if err != nil {
					return err
				}
				made, err := n.Ports.Credentials.Create(ctx, clientID, tenant.Credential{Name: "foreign", Algorithm: "RS256", PEM: foreign.pem})
				if err == nil {
					_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: clientID}, toKeys(id, made.ID))
				}
				return err
			})}}},
			ExpectError: acctest.Words("Unable to update client", "Keys were added to the client after this plan was made: foreign", "Plan again"),
		},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key, "young": young}),
			ConfigStateChecks: []statecheck.StateCheck{has(n, "first*", "young*"), enters(n, foreign, false)},
		},
	)
}

// Without the right to read keys a client with a secret is managed all the same, and one with keys is not.
func TestAccClient_keysDenied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n, key := acctest.New(t), newPair(t)
	limited := n.WithToken("read:clients", "create:clients", "update:clients", "delete:clients")
	limited.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key}),
			ExpectError: acctest.Words("Unable to update client", "read:client_credentials"),
		},
	)
}

// A client that tells of keys is never shown as one with a secret, whatever keeps its keys from being read.
func TestAccClient_keysRefused(t *testing.T) {
	acctest.EmulatorOnly(t, "makes requests fail")
	n := acctest.New(t)
	id, _ := n.KeyPair(t, n.Prefix+" keyed")
	if err := n.Server.Inject(emulator.Fault{Method: "GET", Route: "/api/v2/clients/{client_id}/credentials", Status: 403}); err != nil {
		t.Fatal(err)
	}
	p := n.Protocol(t)
	if got, said := p.Import("timesheets_client", id, nil); len(said) != 1 || !acctest.Words("Unable to read the keys of client").MatchString(said[0]) {
		t.Errorf("imported as %v, said %q", got.State, said)
	}
	listed := p.List("timesheets_client", map[string]any{"name": n.Prefix + " keyed"}, true, 10, 0)
	if len(listed) != 1 || len(listed[0].Problems) == 0 {
		t.Errorf("listed as %+v", listed)
	}
}

// A client by keys that has none left goes back to a secret.
func TestAccClient_keysGone(t *testing.T) {
	n, key := acctest.New(t), newPair(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key}), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			PreConfig:       acctest.ChangeTenant(t, func(ctx context.Context) error { return takeKeys(ctx, n) }),
			ConfigDirectory: keysFixture,
			ConfigStateChecks: []statecheck.StateCheck{
				n.ExpectWrites(useKeys + " token_endpoint_auth_method"), value("private_key_jwt", knownvalue.Null()),
				value("token_endpoint_auth_method", knownvalue.StringExact("client_secret_post")),
			},
		},
	)
}

// A key that another resource makes is known only when applied, and so is a new one in its place.
func TestAccClient_keyUnknown(t *testing.T) {
	n, first, second := acctest.New(t), newPair(t), newPair(t)
	made := func(key pair) config.Variables { return config.Variables{"pem": config.StringVariable(key.pem)} }
	later := func(path tfjsonpath.Path) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownValue(address, path)}}
	}
	id := tfjsonpath.New("private_key_jwt").AtMapKey("made").AtMapKey("key_id")
	n.Run(t,
		resource.TestStep{
			ConfigVariables: made(first), ConfigPlanChecks: later(id),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, id, knownvalue.StringExact(first.id)), enters(n, first, true), acctest.CheckTenant(n.ResetJournal)},
		},
		resource.TestStep{
			ConfigVariables: made(second), ConfigPlanChecks: later(id),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, id, knownvalue.StringExact(second.id)), n.ExpectWrites(addKey, useKeys, dropKey), enters(n, first, false), enters(n, second, true),
			},
		},
	)
}
