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
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccAccessToken_assertion gets one token for a client assertion, because Auth0 accepts it once: the apply opens the
// ephemeral resource, and the refresh after it opens it again.
func TestAccAccessToken_assertion(t *testing.T) {
	for source, inFile := range map[string]bool{"value": false, "file": true} {
		t.Run(source, func(t *testing.T) { testAssertion(t, inFile) })
	}
}

func testAssertion(t *testing.T, inFile bool) {
	t.Helper()
	n := withEcho(t)
	clientID, private := n.KeyPair(t, n.Prefix+" keyed")
	assertion := n.Assertion(t, clientID, private)
	variables := config.Variables{"client_id": config.StringVariable(clientID)}
	if inFile {
		file := filepath.Join(t.TempDir(), "assertion")
		if err := os.WriteFile(file, []byte(assertion+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		variables["file"] = config.StringVariable(file)
	} else {
		variables["assertion"] = config.StringVariable(assertion)
	}
	n.Run(t, resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccAccessToken_assertion"), ConfigVariables: variables, ConfigStateChecks: []statecheck.StateCheck{
		expectTokenRequests(n, "client_assertion"), issued(n, clientID, 1),
		echoed(knownvalue.Bool(true), "authorized"), echoed(onlyUpload(), "scopes"), echoed(knownvalue.Null(), "reason"),
	}})
}

// issued checks how many tokens a client got.
func issued(n *acctest.Tenant, clientID string, want int) statecheck.StateCheck {
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
	n := withEcho(t)
	clientID, private := n.KeyPair(t, n.Prefix+" keyed")
	mistake := func(block string, phrases ...string) resource.TestStep {
		return resource.TestStep{
			Config:      "ephemeral \"timesheets_access_token\" \"test\" {\nclient_id = \"x\"\naudience = \"https://x\"\n" + block + "\n}",
			ExpectError: acctest.Words(phrases...),
		}
	}
	n.Run(t,
		mistake(`client_assertion = "`+n.Assertion(t, clientID, private)+`"`, "Unable to get access token", "client_assertion", `both must be the client ID "x"`),
		mistake(`client_assertion = "canary"`, "Unable to get access token", "it is not a JWT"),
		mistake(`client_assertion_file = "missing"`, "Unable to get access token", "client_assertion_file", "the file cannot be read"),
		mistake(`client_assertion_file = ""`, "Invalid client_assertion_file", "It has 0 characters"),
		mistake("client_assertion = \"a\"\nclient_assertion_file = \"b\"", "Exactly one credential must be set"),
		mistake("client_assertion = \"a\"\nclient_secret = \"b\"", "Exactly one credential must be set"),
		mistake("client_assertion = \"a\"\nclient_assertion_signing_alg = \"RS256\"", "Nothing to sign with"),
		mistake("client_assertion = \"a\"\ntoken_endpoint_auth_method = \"client_secret_post\"", "No secret to show"),
	)
}
