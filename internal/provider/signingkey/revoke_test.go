package signingkey_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

const (
	revoke      = "timesheets_revoke_signing_key"
	revokeRoute = "/api/v2/keys/signing/{kid}/revoke"
)

// rotated returns a tenant after a rotation, with the ID of its previous key.
func rotated(t *testing.T) (n *acctest.Tenant, previous string) {
	t.Helper()
	n = acctest.New(t)
	previous = token(t, n).KeyID
	if _, err := n.Ports.Keys.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return n, previous
}

func domainOf(n *acctest.Tenant) string { return strings.TrimPrefix(n.Server.URL(), "http://") }

// TestAccSigningKeys_revoke revokes a previous key: its tokens are not valid afterwards, and the data source shows it. A second
// revocation changes nothing.
func TestAccSigningKeys_revoke(t *testing.T) {
	acctest.EmulatorOnly(t, "a revocation cannot be undone")
	n := acctest.New(t)
	before := token(t, n)
	if _, err := n.Ports.Keys.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := token(t, n)
	p := n.Protocol(t)
	for _, says := range []string{"is revoked. Services", "is revoked already"} {
		progress, diags := p.Invoke(revoke, map[string]any{"kid": before.KeyID, "confirm_domain": domainOf(n)})
		if diags != nil || len(progress) == 0 || !strings.Contains(progress[len(progress)-1], says) {
			t.Errorf("progress %q, diagnostics %q", progress, diags)
		}
	}
	if valid, err := n.Ports.Keys.Verify(t.Context(), after); err != nil || !valid {
		t.Errorf("a token of the current key is not valid: %v", err)
	}
	if valid, err := n.Ports.Keys.Verify(t.Context(), before); err != nil || valid {
		t.Errorf("a token of the revoked key is valid: %v", err)
	}
	state := n.Protocol(t).Data("timesheets_signing_keys", map[string]any{})
	keys, _ := state["keys"].([]any)
	var states []string
	for _, one := range keys {
		key, _ := one.(map[string]any)
		text, _ := key["state"].(string)
		states = append(states, text)
	}
	if !slices.Equal(states, []string{"current", "next"}) {
		t.Errorf("the keys have the states %q", states)
	}
	if ids, _ := state["revoked_key_ids"].([]any); !slices.Equal(ids, []any{before.KeyID}) {
		t.Errorf("revoked are %v", ids)
	}
}

// TestAccSigningKeys_revokeRefused expects that only a previous key of the confirmed tenant can be revoked, with both scopes.
func TestAccSigningKeys_revokeRefused(t *testing.T) {
	acctest.EmulatorOnly(t, "a revocation cannot be undone")
	n, previous := rotated(t)
	states, err := n.Ports.Keys.States(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	with := map[string]string{}
	for id, state := range states {
		with[string(state)] = id
	}
	for name, c := range map[string]struct {
		tenant      *acctest.Tenant
		kid, domain string
		want        string
	}{
		"another tenant":   {n, previous, "example.eu.auth0.com", "Wrong tenant"},
		"current key":      {n, with["current"], domainOf(n), "Rotate first"},
		"next key":         {n, with["next"], domainOf(n), "has signed no token"},
		"unknown key":      {n, "missing", domainOf(n), "has no signing key"},
		"cannot read keys": {n.WithToken("update:signing_keys"), previous, domainOf(n), "read:signing_keys"},
		"cannot revoke":    {n.WithToken("read:signing_keys"), previous, domainOf(n), "update:signing_keys"},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := c.tenant.Protocol(t).Invoke(revoke, map[string]any{"kid": c.kid, "confirm_domain": c.domain})
			if len(diags) != 1 || !strings.HasPrefix(diags[0], "ERROR") || !strings.Contains(diags[0], c.want) {
				t.Errorf("diagnostics %q, want %q", diags, c.want)
			}
		})
	}
	for _, entry := range n.Server.Journal() {
		if entry.Method == http.MethodPut {
			t.Errorf("the provider sent %s %s", entry.Method, entry.Path)
		}
	}
}

// TestAccSigningKeys_revokeLost expects that the request is sent again after a lost response. If all responses are lost, the
// error reports it, and the action can run again.
func TestAccSigningKeys_revokeLost(t *testing.T) {
	acctest.EmulatorOnly(t, "makes requests fail")
	page := emulator.Fault{Status: 200, ContentType: "text/html", Body: "<html>Log in</html>", After: true}
	for name, c := range map[string]struct {
		fault emulator.Fault
		want  string
	}{
		"one": {emulator.Fault{Nth: 1, Cut: emulator.CutAfter}, ""}, "all": {emulator.Fault{Cut: emulator.CutAfter}, "Auth0 did not respond"}, "page": {page, "The response is not from Auth0"},
	} {
		t.Run(name, func(t *testing.T) {
			n, previous := rotated(t)
			c.fault.Method, c.fault.Route = http.MethodPut, revokeRoute
			if err := n.Server.Inject(c.fault); err != nil {
				t.Fatal(err)
			}
			config := map[string]any{"kid": previous, "confirm_domain": domainOf(n)}
			_, diags := n.Protocol(t).Invoke(revoke, config)
			if text := strings.Join(diags, " "); (c.want == "") != (diags == nil) || !strings.Contains(text, c.want) || c.want != "" && !strings.Contains(text, "may have been revoked") {
				t.Errorf("diagnostics %q, want %q", diags, c.want)
			}
			n.Server.ClearFaults()
			if progress, diags := n.Protocol(t).Invoke(revoke, config); diags != nil || !strings.Contains(strings.Join(progress, " "), "revoked already") {
				t.Errorf("progress %q, diagnostics %q", progress, diags)
			}
		})
	}
}

// TestAccSigningKeys_states expects the states of the keys only if the token has the scope for them.
func TestAccSigningKeys_states(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	n := acctest.New(t)
	for scope, known := range map[string]bool{"read:signing_keys": true, "read:nothing": false} {
		state := n.WithToken(scope).Protocol(t).Data("timesheets_signing_keys", map[string]any{})
		keys, _ := state["keys"].([]any)
		first, _ := keys[0].(map[string]any)
		if (first["state"] == "current") != known || (state["revoked_key_ids"] != nil) != known || len(keys) != 2 {
			t.Errorf("%s: %v", scope, state)
		}
	}
}
