package accesstoken_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	tokenType = "timesheets_access_token"
	jobSecret = "0123456789abcdef/+ canary"
)

var upload = tenant.Scope{Value: "batch:upload"}

// of returns a configuration without credentials.
func of(clientID, audience string) map[string]any {
	return map[string]any{"client_id": clientID, "audience": audience}
}

// createJob creates a client with a secret, and its access to an API with these settings, outside Terraform.
func createJob(t *testing.T, n *acctest.Tenant, possession tenant.ProofOfPossession, method string) (configuration map[string]any) {
	t.Helper()
	api := n.DefaultAPI(upload)
	api.ProofOfPossession = possession
	n.CreateAPIFrom(t, api)
	client := n.DefaultClient("job")
	client.TokenEndpointAuthMethod = method
	clientID := n.CreateClient(t, client)
	if _, err := n.Ports.Clients.Update(t.Context(), tenant.ClientKey{ClientID: clientID}, tenant.ClientUpdate{Secret: secret.New(jobSecret)}); err != nil {
		t.Fatal(err)
	}
	n.CreateGrant(t, clientID, upload.Value)
	return acctest.With(of(clientID, n.Identifier()), "client_secret", jobSecret)
}

// token contains expected attributes of an access token.
type token map[string]any

// expectToken opens an access token.
func expectToken(t *testing.T, p *acctest.Protocol, config map[string]any, want token) map[string]any {
	t.Helper()
	got, diags := p.Open(tokenType, config)
	if diags != nil {
		t.Fatal(diags)
	}
	for name, value := range want {
		if !reflect.DeepEqual(got[name], value) {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
	return got
}

func echoed(want knownvalue.Check, path ...string) acctest.Check {
	return acctest.Value("echo.test", want, append([]string{"data"}, path...)...)
}

// expectTokenRequests checks that the job sent token requests, and that each contained the field.
func expectTokenRequests(n *acctest.Tenant, field string) acctest.Check {
	return acctest.CheckTenant(func(context.Context) error {
		if n.Server == nil {
			return nil
		}
		count := 0
		for _, entry := range n.Server.Journal() {
			if entry.Route != "/oauth/token" || entry.Caller == n.Server.Terraform().ClientID {
				continue
			}
			count++
			if !slices.Contains(entry.Fields, field) {
				return fmt.Errorf("a token request contains no %s: %v", field, entry.Fields)
			}
		}
		if count == 0 {
			return fmt.Errorf("no token request contains %s", field)
		}
		return nil
	})
}

// TestAccAccessToken_secret gets a token with a secret, in an organization.
func TestAccAccessToken_secret(t *testing.T) {
	n := acctest.NewWithEcho(t)
	organization := n.Organization(t, "acme")
	n.Run(t, resource.TestStep{
		ConfigDirectory: acctest.Fixture("TestAccAccessToken"), ConfigVariables: config.Variables{"organization": config.StringVariable(organization)},
		ConfigStateChecks: acctest.Checks{
			echoed(knownvalue.Bool(true), "authorized"), echoed(knownvalue.Null(), "reason"), echoed(acctest.StringSet(upload.Value), "scopes"),
			echoed(knownvalue.Int64Exact(3600), "lifetime"),
			echoed(knownvalue.StringExact(organization), "organization_id"), echoed(knownvalue.StringExact(organization), "claims", "org_id"),
			echoed(knownvalue.StringExact("Bearer"), "token_type"), echoed(knownvalue.Null(), "proof_key"),
			echoed(knownvalue.StringExact("batch:upload"), "claims", "scope"),
			echoed(knownvalue.StringExact(n.Identifier()), "claims", "aud"),
			expectTokenRequests(n, "client_secret"), expectTokenRequests(n, "organization"),
		},
	})
}

// TestAccAccessToken_secretBasic sends the secret in the header, and the other fields in the body.
func TestAccAccessToken_secretBasic(t *testing.T) {
	n := acctest.New(t)
	job := createJob(t, n, tenant.ProofOfPossession{}, "client_secret_basic")
	expectToken(t, n.Protocol(t), acctest.With(job, "token_endpoint_auth_method", "client_secret_basic"), token{"authorized": true, "scopes": []any{upload.Value}})
	if err := acctest.CheckNow(t.Context(), expectTokenRequests(n, "audience")); err != nil {
		t.Error(err)
	}
}

// TestAccAccessToken_keyPair gets a token for a client without a secret with its private key. The access check mentions this.
func TestAccAccessToken_keyPair(t *testing.T) {
	n := acctest.New(t)
	clientID, private := n.KeyPair(t, n.Prefix+" keyed")
	n.CreateAPI(t, upload)
	n.CreateGrant(t, clientID, upload.Value)
	p, job := n.Protocol(t), of(clientID, n.Identifier())
	expectToken(t, p, acctest.With(job, "client_assertion_private_key", private), token{"scopes": []any{upload.Value}})
	if err := acctest.CheckNow(t.Context(), expectTokenRequests(n, "client_assertion")); err != nil {
		t.Error(err)
	}
	result, _ := p.ReadData("timesheets_access_check", job)
	if reason := fmt.Sprint(result["reason"]); result["authorized"] != nil || !strings.Contains(reason, tokenType) {
		t.Errorf("the access check returns %v", result)
	}
}

// TestAccAccessToken_refused expects no error and no token after the tenant rejected the request.
func TestAccAccessToken_refused(t *testing.T) {
	n := acctest.New(t)
	job := createJob(t, n, tenant.ProofOfPossession{}, "client_secret_post")
	expectToken(t, n.Protocol(t), acctest.With(job, "client_secret", "another secret 0123456789"),
		token{"authorized": false, "reason": "Unauthorized", "scopes": nil, "lifetime": nil, "claims": nil})
}

// TestAccAccessToken_proof expects a token that is bound to the configured key, or to a temporary one that is returned, if the
// API requires a proof.
func TestAccAccessToken_proof(t *testing.T) {
	key := proofKey(t)
	for name, c := range map[string]struct {
		required  bool
		key       any
		tokenType string
		returned  *regexp.Regexp
	}{
		"temporary":  {true, nil, "DPoP", regexp.MustCompile("^-----BEGIN PRIVATE KEY-----")},
		"configured": {true, key, "DPoP", regexp.MustCompile("^" + regexp.QuoteMeta(key) + "$")},
		"permitted":  {false, nil, "Bearer", regexp.MustCompile("^$")},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			job := createJob(t, n, tenant.ProofOfPossession{Mechanism: "dpop", Required: c.required}, "client_secret_post")
			got := expectToken(t, n.Protocol(t), acctest.With(job, "proof_key", c.key), token{"scopes": []any{upload.Value}, "token_type": c.tokenType, "organization_id": nil})
			returned, _ := got["proof_key"].(string)
			if !c.returned.MatchString(returned) || returned == key && c.key == nil {
				t.Errorf("the proof key is %q", returned)
			}
			claims, _ := got["claims"].(map[string]any)
			if confirmed, _ := claims["cnf"].(map[string]any); (confirmed["jkt"] != nil) != c.required {
				t.Errorf("the claims are %v", claims)
			}
		})
	}
}

func proofKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestAccAccessToken_mistakes(t *testing.T) {
	p := acctest.New(t).Protocol(t)
	for _, c := range []struct {
		attributes []any
		phrases    []string
	}{
		{nil, []string{"Exactly one credential must be set", "exactly one of"}},
		{[]any{"client_secret", "a", "client_assertion_private_key", "b"}, []string{"Exactly one credential must be set"}},
		{[]any{"client_secret", "a", "client_assertion_signing_alg", "RS256"}, []string{"Nothing to sign with"}},
		{[]any{"client_assertion_private_key", "a", "token_endpoint_auth_method", "client_secret_post"}, []string{"No secret to show"}},
		{[]any{"client_assertion_private_key", "canary"}, []string{"Unable to get access token", "neither PEM"}},
		{[]any{"client_secret", "a", "proof_key", "canary"}, []string{"Unable to get access token", "neither PEM", "proof_key"}},
	} {
		p.ExpectOpenErrors(tokenType, acctest.With(of("x", "https://x"), c.attributes...), c.phrases...)
	}
}
