package signingkey_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const rotate = "timesheets_rotate_signing_key"

// token requests a token, which the tenant signs with the current key.
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

// TestAccSigningKeys_rotate expects that the next key signs tokens after a rotation, and that tokens of the previous one remain
// valid. The domain can have a scheme.
func TestAccSigningKeys_rotate(t *testing.T) {
	acctest.EmulatorOnly(t, "a rotation cannot be undone")
	for _, scheme := range []string{"", "http://"} {
		n := acctest.New(t)
		before := token(t, n)
		domain := strings.TrimPrefix(n.Server.URL(), "http://")
		progress, diags := n.Protocol(t).Invoke(rotate, map[string]any{"confirm_domain": scheme + domain})
		if diags != nil {
			t.Fatal(diags)
		}
		after := token(t, n)
		if after.KeyID == before.KeyID {
			t.Error("the key was not rotated")
		}
		for _, issued := range []tenant.Token{before, after} {
			if valid, err := n.Ports.Keys.Verify(t.Context(), issued); err != nil || !valid {
				t.Errorf("a token of the key %s is not valid: %v", issued.KeyID, err)
			}
		}
		if len(progress) != 2 || !strings.Contains(progress[0], domain) || !strings.Contains(progress[1], after.KeyID) {
			t.Errorf("progress: %q", progress)
		}
	}
}

func TestAccSigningKeys_rotateRefused(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	n := acctest.New(t)
	before := token(t, n).KeyID
	domain := strings.TrimPrefix(n.Server.URL(), "http://")
	for name, c := range map[string]struct {
		tenant *acctest.Tenant
		domain string
		want   string
	}{
		"another tenant":    {n, "example.eu.auth0.com", "Wrong tenant"},
		"no domain":         {n, "", "Wrong tenant"},
		"part of it":        {n, domain[:len(domain)-1], "Wrong tenant"},
		"one scope missing": {n.WithToken("create:signing_keys"), domain, "update:signing_keys"},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := c.tenant.Protocol(t).Invoke(rotate, map[string]any{"confirm_domain": c.domain})
			if len(diags) != 1 || !strings.HasPrefix(diags[0], "ERROR") || !strings.Contains(diags[0], c.want) {
				t.Errorf("diagnostics %q, want %q", diags, c.want)
			}
		})
	}
	if token(t, n).KeyID != before {
		t.Error("the key was rotated")
	}
}

func TestAccSigningKeys(t *testing.T) {
	n := acctest.New(t)
	first := func(attribute string, want knownvalue.Check) acctest.Check {
		return statecheck.ExpectKnownValue("data.timesheets_signing_keys.test", tfjsonpath.New("keys").AtSliceIndex(0).AtMapKey(attribute), want)
	}
	n.Run(t, resource.TestStep{ConfigStateChecks: acctest.Checks{
		first("id", knownvalue.NotNull()),
		first("use", knownvalue.StringExact("sig")),
		first("type", knownvalue.StringExact("RSA")),
		first("certificate", knownvalue.NotNull()),
	}})
}

// TestAccSigningKeys_noScopes reads the keys with a token without scopes, because they are public.
func TestAccSigningKeys_noScopes(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	keys := acctest.New(t).WithToken("read:nothing").Protocol(t).Data("timesheets_signing_keys", nil)["keys"]
	if list, _ := keys.([]any); len(list) == 0 {
		t.Errorf("the keys are %v", keys)
	}
}
