package accesstoken_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccAccessToken_assertion gets one token for a client assertion, because Auth0 accepts it once: the apply opens the
// ephemeral resource, and the refresh after it opens it again.
func TestAccAccessToken_assertion(t *testing.T) {
	n := acctest.NewWithEcho(t)
	clientID, private := n.KeyPair(t, n.Prefix+" keyed")
	n.Run(t, resource.TestStep{
		ConfigVariables: config.Variables{"client_id": config.StringVariable(clientID), "assertion": config.StringVariable(n.Assertion(t, clientID, private))},
		ConfigStateChecks: acctest.Checks{
			expectTokenRequests(n, "client_assertion"), issued(n, clientID, 1),
			echoed(knownvalue.Bool(true), "authorized"), echoed(acctest.StringSet(upload.Value), "scopes"), echoed(knownvalue.Null(), "reason"),
		},
	})
}

// TestAccAccessToken_assertionFile reads the client assertion from a file.
func TestAccAccessToken_assertionFile(t *testing.T) {
	n := acctest.New(t)
	clientID, private := n.KeyPair(t, n.Prefix+" keyed")
	n.CreateAPI(t, upload)
	n.CreateGrant(t, clientID, upload.Value)
	file := filepath.Join(t.TempDir(), "assertion")
	if err := os.WriteFile(file, []byte(n.Assertion(t, clientID, private)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	job := acctest.With(of(clientID, n.Identifier()), "client_assertion_file", file)
	expectToken(t, n.Protocol(t), job, token{"authorized": true, "scopes": []any{upload.Value}, "reason": nil})
	if err := acctest.CheckNow(t.Context(), expectTokenRequests(n, "client_assertion"), issued(n, clientID, 1)); err != nil {
		t.Error(err)
	}
}

// issued checks how many tokens a client got.
func issued(n *acctest.Tenant, clientID string, want int) acctest.Check {
	return acctest.CheckTenant(func(context.Context) error {
		count := 0
		for _, entry := range n.Server.Journal() {
			if entry.Route == "/oauth/token" && entry.Caller == clientID && entry.Status == http.StatusOK {
				count++
			}
		}
		if count != want {
			return fmt.Errorf("the client got %d tokens, want %d", count, want)
		}
		return nil
	})
}

func TestAccAccessToken_assertionMistakes(t *testing.T) {
	n := acctest.New(t)
	clientID, private := n.KeyPair(t, n.Prefix+" keyed")
	p := n.Protocol(t)
	for _, c := range []struct {
		attributes []any
		phrases    []string
	}{
		{[]any{"client_assertion", n.Assertion(t, clientID, private)}, []string{"Unable to get access token", `both must be the client ID "x"`, "client_assertion"}},
		{[]any{"client_assertion", "canary"}, []string{"Unable to get access token", "it is not a JWT"}},
		{[]any{"client_assertion_file", "missing"}, []string{"Unable to get access token", "the file cannot be read", "client_assertion_file"}},
		{[]any{"client_assertion_file", ""}, []string{"Invalid client_assertion_file", "It has 0 characters"}},
		{[]any{"client_assertion", "a", "client_assertion_file", "b"}, []string{"Exactly one credential must be set"}},
		{[]any{"client_assertion", "a", "client_secret", "b"}, []string{"Exactly one credential must be set"}},
		{[]any{"client_assertion", "a", "client_assertion_signing_alg", "RS256"}, []string{"Nothing to sign with"}},
		{[]any{"client_assertion", "a", "token_endpoint_auth_method", "client_secret_post"}, []string{"No secret to show"}},
	} {
		p.ExpectOpenErrors(tokenType, acctest.With(of("x", "https://x"), c.attributes...), c.phrases...)
	}
}
