package signingkey_test

import (
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const rotate = "timesheets_rotate_signing_key"

// token is one that the tenant signs now.
func token(t *testing.T, n *acctest.Tenant) tenant.Token {
	t.Helper()
	got, err := n.Ports.Tokens.Request(t.Context(), tenant.TokenRequest{
		ClientID: n.Environment["AUTH0_CLIENT_ID"], Secret: secret.New(n.Environment["AUTH0_CLIENT_SECRET"]), Audience: n.Server.ManagementAudience(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// The next key signs afterwards, whatever way the domain is written, and what the one before signed stays good.
func TestAccSigningKeys_rotate(t *testing.T) {
	acctest.EmulatorOnly(t, "a rotation cannot be taken back")
	for _, scheme := range []string{"", "http://"} {
		n := acctest.New(t)
		before := token(t, n)
		domain := strings.TrimPrefix(n.Server.URL(), "http://")
		progress, said := n.Protocol(t).Invoke(rotate, map[string]any{"confirm_domain": scheme + domain})
		if said != nil {
			t.Fatal(said)
		}
		after := token(t, n)
		if after.KeyID == before.KeyID {
			t.Error("the key in use is the old one")
		}
		for _, issued := range []tenant.Token{before, after} {
			if good, err := n.Ports.Keys.Verify(t.Context(), issued); err != nil || !good {
				t.Errorf("a token of the key %s is not good: %v", issued.KeyID, err)
			}
		}
		if len(progress) != 2 || !strings.Contains(progress[0], domain) || !strings.Contains(progress[1], after.KeyID) {
			t.Errorf("progress: %q", progress)
		}
	}
}

func TestAccSigningKeys_rotateRefused(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t)
	before := token(t, n).KeyID
	domain := strings.TrimPrefix(n.Server.URL(), "http://")
	for name, c := range map[string]struct {
		tenant *acctest.Tenant
		domain string
		says   string
	}{
		"another tenant":    {n, "example.eu.auth0.com", "Wrong tenant"},
		"no domain":         {n, "", "Wrong tenant"},
		"part of it":        {n, domain[:len(domain)-1], "Wrong tenant"},
		"one scope missing": {n.WithToken("create:signing_keys"), domain, "update:signing_keys"},
	} {
		t.Run(name, func(t *testing.T) {
			_, said := c.tenant.Protocol(t).Invoke(rotate, map[string]any{"confirm_domain": c.domain})
			if len(said) != 1 || !strings.HasPrefix(said[0], "ERROR") || !strings.Contains(said[0], c.says) {
				t.Errorf("said %q, not %q", said, c.says)
			}
		})
	}
	if token(t, n).KeyID != before {
		t.Error("the key was rotated")
	}
}
