package client_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
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

// pair is a key pair of a job. pem is the public key, and id its thumbprint.
type pair struct {
	*rsa.PrivateKey
	pem, id string
}

func newPair() pair {
	key := keypair.New()
	return pair{key.Key, key.PublicPEM, tokens.Thumbprint(&key.Key.PublicKey)}
}

// keyed returns the configuration of the client of the test with keys. more contains names and values of further attributes of each key.
func keyed(n *acctest.Tenant, keys map[string]pair, more ...any) map[string]any {
	entries := map[string]any{}
	for name, key := range keys {
		entries[name] = acctest.With(map[string]any{"pem": key.pem}, more...)
	}
	return job(n, "private_key_jwt", entries)
}

func expectKeys(names ...string) acctest.Check {
	keys := map[string]knownvalue.Check{}
	for _, name := range names {
		keys[name] = knownvalue.NotNull()
	}
	return value("private_key_jwt", knownvalue.MapExact(keys))
}

// expectAuthenticates checks whether a client can authenticate with a key. It requests a token for an API that does not exist: the
// response is 403 for an authenticated client.
func expectAuthenticates(n *acctest.Tenant, key pair, want bool) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		client, err := findClient(ctx, n)
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
			"grant_type": {"client_credentials"}, "audience": {"https://missing.example"}, "client_assertion": {assertion},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.Server.URL()+"/oauth/token", strings.NewReader(form.Encode()))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
		if got := response.StatusCode == http.StatusForbidden; got != want {
			return fmt.Errorf("a job with the key %s authenticates: %v (status %d), want %v", key.id, got, response.StatusCode, want)
		}
		return nil
	})
}

// expectCredentials checks the names of the client's credentials for authentication. Those in use are marked with an asterisk.
func expectCredentials(n *acctest.Tenant, want ...string) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		authentication, err := authentication(ctx, n)
		if err != nil {
			return err
		}
		got := []string{}
		for _, credential := range authentication.Credentials {
			name := credential.Name
			if credential.InUse {
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
	client, err := findClient(ctx, n)
	if err != nil {
		return tenant.Authentication{}, err
	}
	return n.Ports.Credentials.Of(ctx, tenant.Client{ClientID: client.ClientID})
}

// findKey returns the ID of the client and of its key with the name.
func findKey(ctx context.Context, n *acctest.Tenant, name string) (clientID, id string, err error) {
	client, err := findClient(ctx, n)
	if err != nil {
		return "", "", err
	}
	authentication, err := n.Ports.Credentials.Of(ctx, tenant.Client{ClientID: client.ClientID})
	for _, credential := range authentication.Credentials {
		if credential.Name == name {
			id = credential.ID
		}
	}
	return client.ClientID, id, err
}

// TestAccClient_keys creates a client with a key in one request, without token_endpoint_auth_method, and changes the expiry.
func TestAccClient_keys(t *testing.T) {
	n, key := acctest.New(t), newPair()
	planned := n.Protocol(t).Plan(clientType, acctest.Stored{}, keyed(n, map[string]pair{"first": key}))
	if keys, _ := planned.State["private_key_jwt"].(map[string]any); len(keys) != 1 || keys["first"].(map[string]any)["key_id"] != key.id {
		t.Errorf("the plan contains the keys %v", keys)
	}
	n.Steps(t, clientType,
		acctest.Step{
			Config: keyed(n, map[string]pair{"first": key}, "algorithm", "RS256", "expires_at", "2040-01-31T01:00:00+01:00"),
			Checks: acctest.Checks{
				n.ExpectWrites("POST clients app_type client_authentication_methods grant_types name"),
				value("token_endpoint_auth_method", knownvalue.Null()),
				value("private_key_jwt", knownvalue.MapExact(map[string]knownvalue.Check{"first": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"pem": knownvalue.StringExact(key.pem), "algorithm": knownvalue.StringExact("RS256"), "key_id": knownvalue.StringExact(key.id),
					"expires_at": knownvalue.StringExact("2040-01-31T01:00:00+01:00"),
				})})),
				expectCredentials(n, "first*"), expectAuthenticates(n, key, true),
			},
		},
		acctest.Step{
			Config: keyed(n, map[string]pair{"first": key}, "expires_at", "2041-01-01T00:00:00Z"), Checks: acctest.Checks{n.ExpectWrites(expireKey), expectAuthenticates(n, key, true)},
		},
		acctest.Step{
			Config: keyed(n, map[string]pair{"first": key}),
			Checks: acctest.Checks{
				n.ExpectWrites(expireKey), expectAuthenticates(n, key, true), acctest.CheckTenant(func(ctx context.Context) error {
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

// TestAccClient_keyRotation adds a new key and then removes the old one. The job can authenticate after each step.
func TestAccClient_keyRotation(t *testing.T) {
	n, old, young, last := acctest.New(t), newPair(), newPair(), newPair()
	n.Steps(t, clientType,
		acctest.Step{Config: keyed(n, map[string]pair{"old": old})},
		acctest.Step{
			Config: keyed(n, map[string]pair{"old": old, "young": young}),
			Checks: acctest.Checks{n.ExpectWrites(addKey, useKeys), expectCredentials(n, "old*", "young*"), expectAuthenticates(n, old, true), expectAuthenticates(n, young, true)},
		},
		acctest.Step{
			Config: keyed(n, map[string]pair{"young": young}),
			Checks: acctest.Checks{n.ExpectWrites(useKeys, dropKey), expectCredentials(n, "young*"), expectAuthenticates(n, old, false), expectAuthenticates(n, young, true)},
		},
		acctest.Step{
			Config: keyed(n, map[string]pair{"young": last}),
			Checks: acctest.Checks{n.ExpectWrites(addKey, useKeys, dropKey), expectCredentials(n, "young*"), expectAuthenticates(n, young, false), expectAuthenticates(n, last, true)},
		},
	)
}

// TestAccClient_keysExchanged replaces both keys at once in a tenant that limits a client to two credentials. One of them is always
// in use.
func TestAccClient_keysExchanged(t *testing.T) {
	n := acctest.New(t, func(o *emulator.Options) { o.Switches.LimitCredentials = true })
	a, b, c, d := newPair(), newPair(), newPair(), newPair()
	n.Steps(t, clientType,
		acctest.Step{Config: keyed(n, map[string]pair{"a": a, "b": b})},
		acctest.Step{
			Config: keyed(n, map[string]pair{"c": c, "d": d}),
			Checks: acctest.Checks{
				n.ExpectWrites(useKeys, dropKey, addKey, useKeys, dropKey, addKey, useKeys), expectCredentials(n, "c*", "d*"),
				expectAuthenticates(n, a, false), expectAuthenticates(n, b, false), expectAuthenticates(n, c, true), expectAuthenticates(n, d, true),
			},
		},
	)
}

// TestAccClient_keysOrSecret switches a client from a secret to keys and back, with other changes in the same request.
func TestAccClient_keysOrSecret(t *testing.T) {
	n, key := acctest.New(t), newPair()
	n.Steps(t, clientType,
		acctest.Step{Config: job(n)},
		acctest.Step{
			Config: acctest.With(keyed(n, map[string]pair{"first": key}), "description", "Uploads"),
			Checks: acctest.Checks{
				n.ExpectWrites(addKey, useKeys+" description token_endpoint_auth_method"), value("token_endpoint_auth_method", knownvalue.Null()),
				value("description", knownvalue.StringExact("Uploads")), expectCredentials(n, "first*"), expectAuthenticates(n, key, true),
			},
		},
		acctest.Step{
			Config: job(n, "token_endpoint_auth_method", "client_secret_basic"),
			Checks: acctest.Checks{
				n.ExpectWrites(useKeys+" description token_endpoint_auth_method", dropKey), value("private_key_jwt", knownvalue.Null()),
				value("token_endpoint_auth_method", knownvalue.StringExact("client_secret_basic")), expectAuthenticates(n, key, false),
				acctest.CheckTenant(func(ctx context.Context) error {
					client, err := findClient(ctx, n)
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

// addForeignKey adds a key to a client with the key "first", outside Terraform.
func addForeignKey(ctx context.Context, n *acctest.Tenant, foreign pair) error {
	clientID, id, err := findKey(ctx, n, "first")
	if err != nil {
		return err
	}
	created, err := n.Ports.Credentials.Create(ctx, clientID, tenant.Credential{Name: "foreign", Algorithm: "RS256", PEM: foreign.pem})
	if err == nil {
		_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: clientID}, toKeys(id, created.ID))
	}
	return err
}

// TestAccClient_keyDrift changes keys outside Terraform: the next plan shows the change, and the next apply reverts it.
func TestAccClient_keyDrift(t *testing.T) {
	key, foreign := newPair(), newPair()
	for name, c := range map[string]struct {
		act    func(ctx context.Context, n *acctest.Tenant) error
		writes []string
	}{
		"deactivated": {deactivateKey, []string{useKeys}},
		"removed":     {deleteKey, []string{addKey, useKeys}},
		"another key": {func(ctx context.Context, n *acctest.Tenant) error {
			return addForeignKey(ctx, n, foreign)
		}, []string{useKeys, dropKey}},
		"expiry": {func(ctx context.Context, n *acctest.Tenant) error {
			return expireFirst(ctx, n, time.Now().Add(time.Hour))
		}, []string{expireKey}},
		"back to a secret": {switchToSecret, []string{useKeys + " token_endpoint_auth_method"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			n.Steps(t, clientType,
				acctest.Step{Config: keyed(n, map[string]pair{"first": key})},
				acctest.Step{
					Before: acctest.ChangeTenant(t, func(ctx context.Context) error { return c.act(ctx, n) }),
					Config: keyed(n, map[string]pair{"first": key}),
					Action: acctest.Update,
					Checks: acctest.Checks{n.ExpectWrites(c.writes...), expectKeys("first"), expectCredentials(n, "first*"), expectAuthenticates(n, key, true), expectAuthenticates(n, foreign, false)},
				},
			)
		})
	}
}

// toSecret switches a client from keys to a secret.
var toSecret = tenant.ClientUpdate{
	Prior: tenant.Client{AuthKind: tenant.AuthKeys}, Planned: tenant.Client{TokenEndpointAuthMethod: "client_secret_post"},
}

// toKeys returns an update that lets a client authenticate with the keys with these IDs.
func toKeys(ids ...string) tenant.ClientUpdate {
	planned := tenant.Client{AuthKind: tenant.AuthKeys}
	for _, id := range ids {
		planned.Credentials = append(planned.Credentials, tenant.Credential{ID: id, InUse: true})
	}
	return tenant.ClientUpdate{Planned: planned}
}

// fromSecret adds the removal of token_endpoint_auth_method to an update.
func fromSecret(update tenant.ClientUpdate) tenant.ClientUpdate {
	update.Prior.TokenEndpointAuthMethod = "client_secret_post"
	return update
}

// deactivateKey deactivates the key named first. The client is still configured to authenticate with keys.
func deactivateKey(ctx context.Context, n *acctest.Tenant) error {
	_, err := n.Ports.Clients.Update(ctx, key(n), toKeys())
	return err
}

// deleteKey deactivates and deletes the key named first.
func deleteKey(ctx context.Context, n *acctest.Tenant) error {
	if err := deactivateKey(ctx, n); err != nil {
		return err
	}
	return deleteUnusedKey(ctx, n)
}

// deleteUnusedKey deletes the key named first, which is not in use.
func deleteUnusedKey(ctx context.Context, n *acctest.Tenant) error {
	clientID, id, err := findKey(ctx, n, "first")
	if err == nil {
		err = n.Ports.Credentials.Delete(ctx, clientID, id)
	}
	return err
}

// expireFirst sets when the key named first expires.
func expireFirst(ctx context.Context, n *acctest.Tenant, at time.Time) error {
	clientID, id, err := findKey(ctx, n, "first")
	if err == nil {
		_, err = n.Ports.Credentials.Expire(ctx, clientID, id, at)
	}
	return err
}

func switchToSecret(ctx context.Context, n *acctest.Tenant) error {
	_, err := n.Ports.Clients.Update(ctx, key(n), toSecret)
	return err
}

// switchToForeignKey switches a client from a secret to a key that is not in the configuration.
func switchToForeignKey(ctx context.Context, n *acctest.Tenant, foreign pair) error {
	client, err := findClient(ctx, n)
	if err != nil {
		return err
	}
	created, err := n.Ports.Credentials.Create(ctx, client.ClientID, tenant.Credential{Name: "foreign", Algorithm: "RS256", PEM: foreign.pem})
	if err == nil {
		_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: client.ClientID}, fromSecret(toKeys(created.ID)))
	}
	return err
}

// TestAccClient_secretDrift switches a client from a secret to keys outside Terraform: the next apply reverts that.
func TestAccClient_secretDrift(t *testing.T) {
	n, foreign := acctest.New(t), newPair()
	n.Steps(t, clientType,
		acctest.Step{Config: job(n)},
		acctest.Step{
			Before: acctest.ChangeTenant(t, func(ctx context.Context) error { return switchToForeignKey(ctx, n, foreign) }),
			Config: job(n),
			Action: acctest.Update,
			Checks: acctest.Checks{
				n.ExpectWrites(useKeys+" token_endpoint_auth_method", dropKey), value("private_key_jwt", knownvalue.Null()), expectAuthenticates(n, foreign, false),
			},
		},
	)
}
