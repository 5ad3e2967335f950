package accesstoken_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

const fixture = "TestAccAccessToken"

// withEcho returns a tenant with the provider echo, which stores ephemeral values in the state for tests.
func withEcho(t *testing.T) *acctest.Tenant {
	t.Helper()
	n := acctest.New(t)
	n.Others = map[string]func() (tfprotov6.ProviderServer, error){"echo": echoprovider.NewProviderServer()}
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for client_secret_wo
	return n
}

func echoed(want knownvalue.Check, steps ...string) statecheck.StateCheck {
	path := tfjsonpath.New("data")
	for _, step := range steps {
		path = path.AtMapKey(step)
	}
	return statecheck.ExpectKnownValue("echo.test", path, want)
}

func onlyUpload() knownvalue.Check {
	return knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("batch:upload")})
}

// expectTokenRequests checks that the job sent token requests, and that each contained the field.
func expectTokenRequests(n *acctest.Tenant, field string) statecheck.StateCheck {
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

func TestAccAccessToken_secret(t *testing.T) {
	for method, field := range map[string]string{"": "client_secret", "client_secret_basic": "audience"} {
		t.Run("method "+method, func(t *testing.T) {
			n := withEcho(t)
			organization := n.Organization(t, "acme")
			variables := config.Variables{"organization": config.StringVariable(organization)}
			if method != "" {
				variables["auth_method"] = config.StringVariable(method)
			}
			n.Run(t, resource.TestStep{
				ConfigDirectory: acctest.Fixture(fixture), ConfigVariables: variables,
				ConfigStateChecks: []statecheck.StateCheck{
					echoed(knownvalue.Bool(true), "authorized"), echoed(knownvalue.Null(), "reason"), echoed(onlyUpload(), "scopes"),
					echoed(knownvalue.Int64Exact(3600), "lifetime"),
					echoed(knownvalue.StringExact(organization), "organization_id"), echoed(knownvalue.StringExact(organization), "claims", "org_id"),
					echoed(knownvalue.StringExact("Bearer"), "token_type"), echoed(knownvalue.Null(), "proof_key"),
					echoed(knownvalue.StringExact("batch:upload"), "claims", "scope"),
					echoed(knownvalue.StringExact("https://"+n.Prefix+".example/v1"), "claims", "aud"),
					expectTokenRequests(n, field), expectTokenRequests(n, "organization"),
				},
			})
		})
	}
}

// TestAccAccessToken_keyPair gets a token for a client without a secret with its private key. The access check mentions this.
func TestAccAccessToken_keyPair(t *testing.T) {
	n := withEcho(t)
	clientID, private := n.KeyPair(t, n.Prefix+" keyed")
	n.Run(t, resource.TestStep{
		ConfigVariables: config.Variables{"client_id": config.StringVariable(clientID), "private_key": config.StringVariable(private)},
		ConfigDirectory: acctest.Fixture("TestAccAccessToken_keyPair"),
		ConfigStateChecks: []statecheck.StateCheck{
			echoed(onlyUpload(), "scopes"), expectTokenRequests(n, "client_assertion"),
			statecheck.ExpectKnownValue("data.timesheets_access_check.test", tfjsonpath.New("authorized"), knownvalue.Null()),
			statecheck.ExpectKnownValue("data.timesheets_access_check.test", tfjsonpath.New("reason"), knownvalue.StringRegexp(acctest.Words("timesheets_access_token"))),
		},
	})
}

// TestAccAccessToken_refused expects no error and no token after the tenant rejected the request.
func TestAccAccessToken_refused(t *testing.T) {
	n := withEcho(t)
	n.Run(t, resource.TestStep{
		ConfigDirectory: acctest.Fixture(fixture), ConfigVariables: config.Variables{"sent": config.StringVariable("another secret 0123456789")},
		ConfigStateChecks: []statecheck.StateCheck{
			echoed(knownvalue.Bool(false), "authorized"), echoed(knownvalue.StringExact("Unauthorized"), "reason"),
			echoed(knownvalue.Null(), "scopes"), echoed(knownvalue.Null(), "lifetime"), echoed(knownvalue.Null(), "claims"),
		},
	})
}

// TestAccAccessToken_proof expects a token that is bound to the configured key, or to a temporary one that is returned, if the
// API requires a proof.
func TestAccAccessToken_proof(t *testing.T) {
	key := proofKey(t)
	for name, c := range map[string]struct {
		required bool
		key      string
		token    string
		returned knownvalue.Check
	}{
		"temporary":  {true, "", "DPoP", knownvalue.StringRegexp(acctest.Words("BEGIN PRIVATE KEY"))},
		"configured": {true, key, "DPoP", knownvalue.StringExact(key)},
		"permitted":  {false, "", "Bearer", knownvalue.Null()},
	} {
		t.Run(name, func(t *testing.T) {
			n := withEcho(t)
			variables := config.Variables{"possession": config.BoolVariable(c.required)}
			if c.key != "" {
				variables["proof_key"] = config.StringVariable(c.key)
			}
			checks := []statecheck.StateCheck{
				echoed(onlyUpload(), "scopes"), echoed(knownvalue.StringExact(c.token), "token_type"), echoed(c.returned, "proof_key"),
				echoed(knownvalue.Null(), "organization_id"),
			}
			if c.required {
				checks = append(checks, echoed(knownvalue.NotNull(), "claims", "cnf", "jkt"))
			}
			n.Run(t, resource.TestStep{ConfigDirectory: acctest.Fixture(fixture), ConfigVariables: variables, ConfigStateChecks: checks})
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
	n := withEcho(t)
	mistake := func(block string, phrases ...string) resource.TestStep {
		return resource.TestStep{
			Config:      "ephemeral \"timesheets_access_token\" \"test\" {\nclient_id = \"x\"\naudience = \"https://x\"\n" + block + "\n}",
			ExpectError: acctest.Words(phrases...),
		}
	}
	n.Run(t,
		mistake("", "Exactly one credential must be set", "exactly one of"),
		mistake("client_secret = \"a\"\nclient_assertion_private_key = \"b\"", "Exactly one credential must be set"),
		mistake("client_secret = \"a\"\nclient_assertion_signing_alg = \"RS256\"", "Nothing to sign with"),
		mistake("client_assertion_private_key = \"a\"\ntoken_endpoint_auth_method = \"client_secret_post\"", "No secret to show"),
		mistake("client_assertion_private_key = \"canary\"", "Unable to get access token", "with ephemeral.timesheets_access_token.test", "neither PEM"),
		mistake("client_secret = \"a\"\nproof_key = \"canary\"", "Unable to get access token", "proof_key", "neither PEM"),
	)
}
