package client_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
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

// TestAccClient_keysImported imports a client with a key. Auth0 does not return the PEM text, so the next apply writes it to the
// state and sends no write.
func TestAccClient_keysImported(t *testing.T) {
	n, key := acctest.New(t), newPair()
	n.Steps(t, clientType, acctest.Step{
		Before: acctest.ChangeTenant(t, func(ctx context.Context) error {
			_, err := n.Ports.Clients.Create(ctx, tenant.Client{
				Name: n.Prefix + " job", Credentials: []tenant.Credential{{
					Name: "first", Algorithm: "RS256", PEM: key.pem, ExpiresAt: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC),
				}},
			})
			return err
		}),
		ImportID: n.Prefix + " job", Config: keyed(n, map[string]pair{"first": key}, "expires_at", "2040-01-01T00:00:00Z"), Action: acctest.Update,
		Checks: acctest.Checks{
			n.ExpectWrites(), value("token_endpoint_auth_method", knownvalue.Null()), expectKeys("first"), expectCredentials(n, "first*"), expectAuthenticates(n, key, true),
		},
	})
}

// TestAccClient_keyChanged changes what cannot be changed of a key: a client cannot have the same key under another name.
func TestAccClient_keyChanged(t *testing.T) {
	n, key := acctest.New(t), newPair()
	n.Steps(t, clientType,
		acctest.Step{Config: keyed(n, map[string]pair{"first": key})},
		acctest.Step{
			Config: keyed(n, map[string]pair{"second": key}),
			Error:  acctest.Words("Key cannot be changed in place", `the name of the key "first"`, "add a new key next to this one"),
		},
		acctest.Step{
			Config: keyed(n, map[string]pair{"first": key}, "algorithm", "PS256"),
			Error:  acctest.Words("Key cannot be changed in place", `the algorithm of the key "first"`),
		},
	)
}

// TestAccClient_keysInterrupted lets each step of a key rotation fail: the state contains the completed steps, and the next apply
// finishes the rotation.
func TestAccClient_keysInterrupted(t *testing.T) {
	const client, credentials, one = "/api/v2/clients/{id}", "/api/v2/clients/{client_id}/credentials", "/api/v2/clients/{client_id}/credentials/{credential_id}"
	old, young := newPair(), newPair()
	for name, c := range map[string]struct {
		fault    emulator.Fault
		after    []string // credentials of the tenant after the failure
		writes   []string // writes of the next apply
		oldWorks bool     // after the failure
	}{
		"before the new one is created": {emulator.Fault{Method: "POST", Route: credentials, Status: 403}, []string{"old*"}, []string{addKey, useKeys, dropKey}, true},
		"before it is used":             {emulator.Fault{Method: "PATCH", Route: client, Status: 403}, []string{"old*", "young"}, []string{useKeys, dropKey}, true},
		"before the old one is deleted": {emulator.Fault{Method: "DELETE", Route: one, Status: 403}, []string{"old", "young*"}, []string{dropKey}, false},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.EmulatorOnly(t, "makes requests fail")
			n := acctest.New(t)
			n.Steps(t, clientType,
				acctest.Step{Config: keyed(n, map[string]pair{"old": old})},
				acctest.Step{
					Before: acctest.ChangeTenant(t, func(context.Context) error { return n.Server.Inject(c.fault) }),
					Config: keyed(n, map[string]pair{"young": young}),
					Error:  acctest.Words("Unable to update client"),
				},
				acctest.Step{
					Before: acctest.ChangeTenant(t, func(ctx context.Context) error {
						n.Server.ClearFaults()
						n.Server.ResetJournal()
						return acctest.CheckNow(ctx, expectCredentials(n, c.after...), expectAuthenticates(n, old, c.oldWorks))
					}),
					Config: keyed(n, map[string]pair{"young": young}),
					Checks: acctest.Checks{n.ExpectWrites(c.writes...), expectKeys("young"), expectCredentials(n, "young*"), expectAuthenticates(n, old, false), expectAuthenticates(n, young, true)},
				},
			)
		})
	}
}

// TestAccClient_keyAddedAfterPlan adds a key between plan and apply: the apply does not remove it, because no plan has shown it.
func TestAccClient_keyAddedAfterPlan(t *testing.T) {
	acctest.EmulatorOnly(t, "changes the tenant during an apply")
	n, key, young, foreign := acctest.New(t), newPair(), newPair(), newPair()
	n.Steps(t, clientType,
		acctest.Step{Config: keyed(n, map[string]pair{"first": key})},
		acctest.Step{
			Config:      keyed(n, map[string]pair{"first": key, "young": young}),
			BeforeApply: acctest.ChangeTenant(t, func(ctx context.Context) error { return addForeignKey(ctx, n, foreign) }),
			Error:       acctest.Words("Unable to update client", "Keys were added to the client after this plan was made: foreign", "Plan again"),
		},
		acctest.Step{
			Config: keyed(n, map[string]pair{"first": key, "young": young}),
			Checks: acctest.Checks{expectCredentials(n, "first*", "young*"), expectAuthenticates(n, foreign, false)},
		},
	)
}

// TestAccClient_keysDenied expects that clients with a secret can be managed without the permission to read keys, and clients with
// keys cannot.
func TestAccClient_keysDenied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n, key := acctest.New(t), newPair()
	limited := n.WithToken("read:clients", "create:clients", "update:clients", "delete:clients")
	limited.Steps(t, clientType,
		acctest.Step{Config: job(n)},
		acctest.Step{Config: job(n, "token_endpoint_auth_method", "client_secret_basic")},
		acctest.Step{
			Config: keyed(n, map[string]pair{"first": key}),
			Error:  acctest.Words("Unable to update client", "read:client_credentials"),
		},
	)
	limited.Steps(t, clientType,
		acctest.Step{ImportID: n.SilentClient(t, n.Prefix+" job"), Config: job(n)},
		acctest.Step{Config: job(n, "token_endpoint_auth_method", "client_secret_basic")},
	)
}

// TestAccClient_keysNotReadable expects an error if the keys of a client with keys cannot be read, and never a client with a secret.
func TestAccClient_keysNotReadable(t *testing.T) {
	acctest.EmulatorOnly(t, "makes requests fail")
	n := acctest.New(t)
	id, _ := n.KeyPair(t, n.Prefix+" keyed")
	if err := n.Server.Inject(emulator.Fault{Method: "GET", Route: "/api/v2/clients/{client_id}/credentials", Status: 403}); err != nil {
		t.Fatal(err)
	}
	p := n.Protocol(t)
	if got, errs := p.Import("timesheets_client", id, nil); len(errs) != 1 || !acctest.Words("Unable to read the keys of client").MatchString(errs[0]) {
		t.Errorf("imported as %v, errors %q", got.State, errs)
	}
	listed := p.List("timesheets_client", map[string]any{"name": n.Prefix + " keyed"}, true, 10, 0)
	if len(listed) != 1 || len(listed[0].Problems) == 0 {
		t.Errorf("listed as %+v", listed)
	}
}

// TestAccClient_keysDeleted deletes the only key of a client outside Terraform: the next apply switches the client to a secret.
func TestAccClient_keysDeleted(t *testing.T) {
	n, key := acctest.New(t), newPair()
	n.Steps(t, clientType,
		acctest.Step{Config: keyed(n, map[string]pair{"first": key})},
		acctest.Step{
			Before: acctest.ChangeTenant(t, func(ctx context.Context) error { return deleteKey(ctx, n) }),
			Config: job(n),
			Checks: acctest.Checks{
				n.ExpectWrites(useKeys + " token_endpoint_auth_method"), value("private_key_jwt", knownvalue.Null()),
				value("token_endpoint_auth_method", knownvalue.StringExact("client_secret_post")),
			},
		},
	)
}

// TestAccClient_keyUnknown configures a key that is unknown in the plan, and then replaces it by another one.
func TestAccClient_keyUnknown(t *testing.T) {
	n, first, second := acctest.New(t), newPair(), newPair()
	generated := func(key pair) config.Variables { return config.Variables{"pem": config.StringVariable(key.pem)} }
	unknown := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectUnknownValue(address, tfjsonpath.New("private_key_jwt").AtMapKey("generated").AtMapKey("key_id")),
	}}
	id := func(key pair) acctest.Check {
		return acctest.Value(address, knownvalue.StringExact(key.id), "private_key_jwt", "generated", "key_id")
	}
	n.Run(t,
		resource.TestStep{
			ConfigVariables: generated(first), ConfigPlanChecks: unknown,
			ConfigStateChecks: acctest.Checks{id(first), expectAuthenticates(n, first, true), acctest.CheckTenant(n.ResetJournal)},
		},
		resource.TestStep{
			ConfigVariables: generated(second), ConfigPlanChecks: unknown,
			ConfigStateChecks: acctest.Checks{
				id(second), n.ExpectWrites(addKey, useKeys, dropKey), expectAuthenticates(n, first, false), expectAuthenticates(n, second, true),
			},
		},
	)
}
