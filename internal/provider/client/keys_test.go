package client_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

const (
	addKey    = "POST clients/{client_id}/credentials alg credential_type name pem"
	dropKey   = "DELETE clients/{client_id}/credentials/{credential_id}"
	expireKey = "PATCH clients/{client_id}/credentials/{credential_id} expires_at"
	useKeys   = "PATCH clients/{id} client_authentication_methods"
)

var keysFixture = config.StaticDirectory("testdata/TestAccClient_keys")

// pair is a key pair of a job, with the public half as Terraform gets it.
type pair struct {
	*rsa.PrivateKey
	pem, id string
}

func newPair(t *testing.T) pair {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	return pair{private, text, tokens.Thumbprint(&private.PublicKey)}
}

// keyed are variables that name keys, each with further attributes in turn: name, value.
func keyed(keys map[string]pair, more ...string) config.Variables {
	entries := map[string]config.Variable{}
	for name, key := range keys {
		entry := map[string]config.Variable{"pem": config.StringVariable(key.pem)}
		for i := 0; i < len(more); i += 2 {
			entry[more[i]] = config.StringVariable(more[i+1])
		}
		entries[name] = config.ObjectVariable(entry)
	}
	return config.Variables{"keys": config.MapVariable(entries)}
}

func held(names ...string) statecheck.StateCheck {
	keys := map[string]knownvalue.Check{}
	for _, name := range names {
		keys[name] = knownvalue.NotNull()
	}
	return value("private_key_jwt", knownvalue.MapExact(keys))
}

// enters checks whether a job that signs with a key is let in. It asks for a token for an API that nobody has: whoever
// is let in is told so, and whoever is not is not known.
func enters(n *acctest.Tenant, key pair, want bool) statecheck.StateCheck {
	return acctest.CheckTenant(func(ctx context.Context) error {
		client, err := found(ctx, n)
		if err != nil || n.Server == nil {
			return err
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key.PrivateKey}, nil)
		if err != nil {
			return err
		}
		assertion, err := jwt.Signed(signer).Claims(map[string]any{
			"iss": client.ClientID, "sub": client.ClientID, "aud": n.Server.URL() + "/", "jti": rand.Text(), "exp": time.Now().Add(time.Minute).Unix(),
		}).Serialize()
		if err != nil {
			return err
		}
		form := url.Values{
			"grant_type": {"client_credentials"}, "audience": {"https://nobody.example"}, "client_assertion": {assertion},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.Server.URL()+"/oauth/token", strings.NewReader(form.Encode()))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if err := answer.Body.Close(); err != nil {
			return err
		}
		if in := answer.StatusCode == http.StatusForbidden; in != want {
			return fmt.Errorf("a job with the key %s is let in: %v (status %d), want %v", key.id, in, answer.StatusCode, want)
		}
		return nil
	})
}

// has checks which keys the tenant has, those in use marked with a star.
func has(n *acctest.Tenant, want ...string) statecheck.StateCheck {
	return acctest.CheckTenant(func(ctx context.Context) error {
		authentication, err := authentication(ctx, n)
		if err != nil {
			return err
		}
		got := []string{}
		for _, one := range authentication.Credentials {
			name := one.Name
			if one.InUse {
				name += "*"
			}
			got = append(got, name)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			return fmt.Errorf("the client has the keys %v, want %v", got, want)
		}
		return nil
	})
}

func authentication(ctx context.Context, n *acctest.Tenant) (tenant.Authentication, error) {
	client, err := found(ctx, n)
	if err != nil {
		return tenant.Authentication{}, err
	}
	return n.Ports.Credentials.Of(ctx, tenant.Client{ClientID: client.ClientID})
}

// keyNamed is the id of the client and of its key of that name.
func keyNamed(ctx context.Context, n *acctest.Tenant, name string) (clientID, id string, err error) {
	client, err := found(ctx, n)
	if err != nil {
		return "", "", err
	}
	authentication, err := n.Ports.Credentials.Of(ctx, tenant.Client{ClientID: client.ClientID})
	for _, one := range authentication.Credentials {
		if one.Name == name {
			id = one.ID
		}
	}
	return client.ClientID, id, err
}

// A client with a key is one call, and never shows a way to use a secret.
func TestAccClient_keys(t *testing.T) {
	n, key := acctest.New(t), newPair(t)
	n.Run(t,
		resource.TestStep{
			ConfigVariables: keyed(map[string]pair{"first": key}, "algorithm", "RS256", "expires_at", "2040-01-31T01:00:00+01:00"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(address, tfjsonpath.New("private_key_jwt").AtMapKey("first").AtMapKey("key_id"), knownvalue.StringExact(key.id)),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				n.ExpectWrites("POST clients app_type client_authentication_methods grant_types name"),
				value("token_endpoint_auth_method", knownvalue.Null()),
				value("private_key_jwt", knownvalue.MapExact(map[string]knownvalue.Check{"first": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"pem": knownvalue.StringExact(key.pem), "algorithm": knownvalue.StringExact("RS256"), "key_id": knownvalue.StringExact(key.id),
					"expires_at": knownvalue.StringExact("2040-01-31T01:00:00+01:00"),
				})})),
				has(n, "first*"), enters(n, key, true),
			},
		},
		resource.TestStep{
			ConfigVariables: keyed(map[string]pair{"first": key}, "expires_at", "2041-01-01T00:00:00Z"), ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(expireKey), enters(n, key, true)},
		},
		resource.TestStep{
			ConfigVariables: keyed(map[string]pair{"first": key}),
			ConfigStateChecks: []statecheck.StateCheck{
				n.ExpectWrites(expireKey), enters(n, key, true), acctest.CheckTenant(func(ctx context.Context) error {
					authentication, err := authentication(ctx, n)
					if err == nil && !authentication.Credentials[0].ExpiresAt.IsZero() {
						return fmt.Errorf("the key still expires at %s", authentication.Credentials[0].ExpiresAt)
					}
					return err
				}),
			},
		},
	)
}

// The story of a rotation: add the new key, let the job switch, take the old one away. The job gets in all along.
func TestAccClient_keyRotation(t *testing.T) {
	n, old, young, last := acctest.New(t), newPair(t), newPair(t), newPair(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"old": old}), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"old": old, "young": young}),
			ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(addKey, useKeys), has(n, "old*", "young*"), enters(n, old, true), enters(n, young, true)},
		},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"young": young}),
			ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(useKeys, dropKey), has(n, "young*"), enters(n, old, false), enters(n, young, true)},
		},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"young": last}),
			ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(addKey, useKeys, dropKey), has(n, "young*"), enters(n, young, false), enters(n, last, true)},
		},
	)
}

// Both keys at once, in a tenant that gives a client room for two: one goes, one comes, and one of them is always in use.
func TestAccClient_keysExchanged(t *testing.T) {
	n := acctest.New(t, func(o *emulator.Options) { o.Switches.LimitCredentials = true })
	a, b, c, d := newPair(t), newPair(t), newPair(t), newPair(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"a": a, "b": b}), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"c": c, "d": d}),
			ConfigStateChecks: []statecheck.StateCheck{
				n.ExpectWrites(useKeys, dropKey, addKey, useKeys, dropKey, addKey, useKeys), has(n, "c*", "d*"),
				enters(n, a, false), enters(n, b, false), enters(n, c, true), enters(n, d, true),
			},
		},
	)
}

// From a secret to keys and back, with whatever else changes in the same request.
func TestAccClient_keysOrSecret(t *testing.T) {
	n, key := acctest.New(t), newPair(t)
	described := keyed(map[string]pair{"first": key})
	described["description"] = config.StringVariable("Uploads")
	n.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: described,
			ConfigStateChecks: []statecheck.StateCheck{
				n.ExpectWrites(addKey, useKeys+" description token_endpoint_auth_method"), value("token_endpoint_auth_method", knownvalue.Null()),
				value("description", knownvalue.StringExact("Uploads")), has(n, "first*"), enters(n, key, true),
			},
		},
		resource.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: config.Variables{"token_endpoint_auth_method": config.StringVariable("client_secret_basic")},
			ConfigStateChecks: []statecheck.StateCheck{
				n.ExpectWrites(useKeys+" description token_endpoint_auth_method", dropKey), value("private_key_jwt", knownvalue.Null()),
				value("token_endpoint_auth_method", knownvalue.StringExact("client_secret_basic")), enters(n, key, false),
				acctest.CheckTenant(func(ctx context.Context) error {
					client, err := found(ctx, n)
					if err != nil {
						return err
					}
					secret, err := n.Ports.Secrets.Client(ctx, client.ClientID)
					if err == nil && secret.Value.Empty() {
						return fmt.Errorf("the client has no secret")
					}
					return err
				}),
			},
		},
	)
}

// Whatever somebody does to the keys behind Terraform's back, the next plan shows it and the next apply takes it back.
func TestAccClient_keyDrift(t *testing.T) {
	key, foreign := newPair(t), newPair(t)
	for name, c := range map[string]struct {
		act    func(ctx context.Context, n *acctest.Tenant) error
		writes []string
	}{
		"taken out of use": {func(ctx context.Context, n *acctest.Tenant) error {
			clientID, _, err := keyNamed(ctx, n, "first")
			if err == nil {
				_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: clientID}, toKeys())
			}
			return err
		}, []string{useKeys}},
		"removed": {takeKeys, []string{addKey, useKeys}},
		"another key": {func(ctx context.Context, n *acctest.Tenant) error {
			clientID, id, err := keyNamed(ctx, n, "first")
			if err != nil {
				return err
			}
			made, err := n.Ports.Credentials.Create(ctx, clientID, tenant.Credential{Name: "foreign", Algorithm: "RS256", PEM: foreign.pem})
			if err == nil {
				_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: clientID}, toKeys(id, made.ID))
			}
			return err
		}, []string{useKeys, dropKey}},
		"expiry": {func(ctx context.Context, n *acctest.Tenant) error {
			clientID, id, err := keyNamed(ctx, n, "first")
			if err == nil {
				_, err = n.Ports.Credentials.Expire(ctx, clientID, id, time.Now().Add(time.Hour))
			}
			return err
		}, []string{expireKey}},
		"back to a secret": {func(ctx context.Context, n *acctest.Tenant) error {
			clientID, _, err := keyNamed(ctx, n, "first")
			if err == nil {
				_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: clientID}, toSecret)
			}
			return err
		}, []string{useKeys + " token_endpoint_auth_method"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			n.Run(t,
				resource.TestStep{ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key}), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
				resource.TestStep{
					PreConfig:       acctest.ChangeTenant(t, func(ctx context.Context) error { return c.act(ctx, n) }),
					ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key}),
					ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}},
					ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites(c.writes...), held("first"), has(n, "first*"), enters(n, key, true), enters(n, foreign, false)},
				},
			)
		})
	}
}

// toSecret lets a client authenticate with a secret in place of keys.
var toSecret = tenant.ClientUpdate{
	Prior: tenant.Client{Proof: tenant.ProofKeys}, Planned: tenant.Client{TokenEndpointAuthMethod: "client_secret_post"},
}

// toKeys lets a client authenticate with the keys of these ids.
func toKeys(ids ...string) tenant.ClientUpdate {
	planned := tenant.Client{Proof: tenant.ProofKeys}
	for _, id := range ids {
		planned.Credentials = append(planned.Credentials, tenant.Credential{ID: id, InUse: true})
	}
	return tenant.ClientUpdate{Planned: planned}
}

// fromSecret removes the way to show a secret as well.
func fromSecret(update tenant.ClientUpdate) tenant.ClientUpdate {
	update.Prior.TokenEndpointAuthMethod = "client_secret_post"
	return update
}

// takeKeys takes the key called first out of use and deletes it. The client goes on to authenticate by keys.
func takeKeys(ctx context.Context, n *acctest.Tenant) error {
	clientID, id, err := keyNamed(ctx, n, "first")
	if err == nil {
		_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: clientID}, toKeys())
	}
	if err == nil {
		err = n.Ports.Credentials.Delete(ctx, clientID, id)
	}
	return err
}

// Somebody switches a client with a secret to keys: the plan takes it back.
func TestAccClient_secretDrift(t *testing.T) {
	n, foreign := acctest.New(t), newPair(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: keysFixture, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				client, err := found(ctx, n)
				if err != nil {
					return err
				}
				made, err := n.Ports.Credentials.Create(ctx, client.ClientID, tenant.Credential{Name: "foreign", Algorithm: "RS256", PEM: foreign.pem})
				if err == nil {
					_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: client.ClientID}, fromSecret(toKeys(made.ID)))
				}
				return err
			}),
			ConfigDirectory: keysFixture,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				n.ExpectWrites(useKeys+" token_endpoint_auth_method", dropKey), value("private_key_jwt", knownvalue.Null()), enters(n, foreign, false),
			},
		},
	)
}

func must(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// check makes state checks that look at the tenant alone.
func check(ctx context.Context, checks ...statecheck.StateCheck) error {
	for _, one := range checks {
		var resp statecheck.CheckStateResponse
		one.CheckState(ctx, statecheck.CheckStateRequest{}, &resp)
		if resp.Error != nil {
			return resp.Error
		}
	}
	return nil
}

// between acts after the plan was made and before it is carried out.
type between struct{ act func() }

// CheckPlan implements plancheck.PlanCheck.
func (b between) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	b.act()
}
