package provider_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

// lockout is a change after which the provider gets no tokens, or lacks permissions.
type lockout struct {
	change string // an argument of the resource, with VALUE
	value  string // known in the plan, or only in the apply
	want   []string
}

// locksOut applies a configuration of a resource, and then tries each lockout with a known value, which the plan rejects,
// and with a value that only the apply knows, which the apply rejects. Nothing in the tenant has changed.
func locksOut(t *testing.T, subject func(*testing.T, *acctest.Tenant) protected, lockouts map[string]lockout) {
	t.Helper()
	acctest.EmulatorOnly(t, "risks to lock the tests out")
	s := newTestbed(t, subject, false)
	for name, c := range lockouts {
		arguments := func(change string) string {
			attribute, _, _ := strings.Cut(change, " ")
			var others []string
			for _, line := range strings.Split(s.arguments, "\n") {
				if !strings.HasPrefix(line, attribute+" ") {
					others = append(others, line)
				}
			}
			typeName, label, _ := strings.Cut(s.address, ".")
			return fmt.Sprintf("resource %q %q {\n%s\n%s\n}\n", typeName, label, strings.Join(others, "\n"), change)
		}
		trigger := func(value string) string {
			return fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n  input = %s\n}\n", value)
		}
		try := func(t *testing.T, config, state string, planned bool) {
			t.Helper()
			s.workspace.Write("main.tf", config)
			s.workspace.Write("terraform.tfstate", state)
			tenantBefore := s.tenantState(t)
			printed, ok := s.workspace.Run("apply", "-auto-approve")
			if want := acctest.Words(append([]string{s.summary}, c.want...)...); ok || !want.MatchString(printed) {
				t.Errorf("the error does not contain %q:\n%s", want, printed)
			}
			if strings.Contains(printed, "Plan: ") != planned {
				t.Errorf("rejected at the wrong time:\n%s", printed)
			}
			if s.tenantState(t) != tenantBefore {
				t.Error("the tenant has changed")
			}
		}
		t.Run(name+"/plan", func(t *testing.T) {
			try(t, trigger(`"1"`)+arguments(strings.ReplaceAll(c.change, "VALUE", c.value)), s.state, false)
		})
		t.Run(name+"/apply", func(t *testing.T) {
			try(t, trigger(c.value)+arguments(strings.ReplaceAll(c.change, "VALUE", "terraform_data.trigger.output")), s.state, true)
		})
	}
}

// TestLockout_client tries every attribute of the provider's own client that decides whether it gets tokens.
func TestLockout_client(t *testing.T) {
	t.Parallel()
	locksOut(t, ownClient, map[string]lockout{
		"grant types":          {change: "grant_types = [VALUE]", value: `"password"`, want: []string{"client_credentials"}},
		"secret":               {change: "client_secret_wo = \"" + strings.Repeat("s", 48) + "\"\nclient_secret_wo_version = VALUE", value: "1", want: []string{"a new secret"}},
		"auth method":          {change: "token_endpoint_auth_method = VALUE", value: `"client_secret_basic"`, want: []string{"client_secret_post"}},
		"proof of possession":  {change: "require_proof_of_possession = VALUE", value: "true", want: []string{"no proof of possession"}},
		"organization usage":   {change: "organization_usage = VALUE", value: `"require"`, want: []string{"no organization"}},
		"tokens per day":       {change: "token_quota = { per_day = VALUE }", value: "99", want: []string{"`per_day` must be at least 100"}},
		"tokens per hour":      {change: "token_quota = { per_hour = VALUE }", value: "1", want: []string{"`per_hour` must be at least 20"}},
		"enforcement of quota": {change: "token_quota = {\nper_day = 1\nenforce = VALUE\n}", value: "true", want: []string{"`per_day` must be at least 100"}},
	})
}

// TestLockout_grant tries every attribute of the provider's own grant that decides about its permissions.
func TestLockout_grant(t *testing.T) {
	t.Parallel()
	locksOut(t, ownGrant, map[string]lockout{
		"scopes":             {change: "scopes = [VALUE]", value: `"read:clients"`, want: []string{"it removes", "update:clients"}},
		"organization usage": {change: "organization_usage = VALUE", value: `"require"`, want: []string{"no organization"}},
	})
}

// TestLockout_managementAPI tries every attribute of the Management API that decides about tokens for it.
func TestLockout_managementAPI(t *testing.T) {
	t.Parallel()
	locksOut(t, systemAPI, map[string]lockout{
		"policy":              {change: "authorization_policy_id = VALUE", value: `"policy"`, want: []string{"lock the provider out", "policy decides"}},
		"lifetime":            {change: "token_lifetime = VALUE\ntoken_lifetime_for_web = 1", value: "59", want: []string{"lock the provider out", "60 seconds"}},
		"clients":             {change: "subject_type_authorization = { client = VALUE }", value: `"deny_all"`, want: []string{"permits no change", "client"}},
		"proof of possession": {change: "proof_of_possession = { mechanism = VALUE }", value: `"dpop"`, want: []string{"permits no change", "proof_of_possession"}},
		"algorithm":           {change: "signing_alg = VALUE", value: `"HS256"`, want: []string{"permits no change", "signing_alg"}},
		"dialect":             {change: "token_dialect = VALUE", value: `"rfc9068_profile"`, want: []string{"permits no change", "token_dialect"}},
		"policies":            {change: "enforce_policies = VALUE", value: "true", want: []string{"permits no change", "enforce_policies"}},
		"details":             {change: "authorization_details_types = [VALUE]", value: `"payment"`, want: []string{"permits no change", "authorization_details_types"}},
	})
}

// TestLockout_systemScope tries every attribute of a scope of the Management API.
func TestLockout_systemScope(t *testing.T) {
	t.Parallel()
	locksOut(t, systemScope, map[string]lockout{
		"description": {change: "description = VALUE", value: `"Changed"`, want: []string{"permits no change of its scopes"}},
	})
}

// keyPEM returns the public key of a private one in PEM, and its thumbprint.
func keyPEM(t *testing.T, private *rsa.PrivateKey) (text, thumbprint string) {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), tokens.Thumbprint(&private.PublicKey)
}

// TestLockout_keys rotates the keys of the provider's own client: the key in use remains, others are added and removed.
func TestLockout_keys(t *testing.T) {
	t.Parallel()
	n := acctest.New(t)
	clientID, private := n.KeyPair(t, "Terraform")
	scopes := tenant.ScopeValues(func() []tenant.Scope {
		api, err := n.Ports.APIs.Get(t.Context(), tenant.APIKey{Identifier: n.Server.ManagementAudience()})
		if err != nil {
			t.Fatal(err)
		}
		return api.Scopes
	}())
	if _, err := n.Ports.Grants.Create(t.Context(), tenant.Grant{ClientID: clientID, Audience: n.Server.ManagementAudience(), SubjectType: tenant.SubjectClient, Scopes: scopes}); err != nil {
		t.Fatal(err)
	}
	delete(n.Environment, "AUTH0_CLIENT_SECRET")
	n.Environment["AUTH0_CLIENT_ID"], n.Environment["AUTH0_CLIENT_ASSERTION_PRIVATE_KEY"] = clientID, private
	block, _ := pem.Decode([]byte(private))
	used, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	usedPEM, id := keyPEM(t, used)
	otherPEM, _ := keyPEM(t, other)
	inUse := func(more string) string { return fmt.Sprintf("%q = {\npem = %q\n%s\n}\n", id, usedPEM, more) }
	next := fmt.Sprintf("next = {\npem = %q\n}\n", otherPEM)
	expires := func(after time.Duration) string {
		return fmt.Sprintf("expires_at = %q", time.Now().Add(after).UTC().Format(time.RFC3339))
	}
	w := n.Workspace(t)
	apply := func(keys string) (string, bool) {
		w.Write("main.tf", fmt.Sprintf("resource \"timesheets_client\" \"own\" {\nname = \"Terraform\"\n%s\n}\n", keys))
		return w.Run("apply", "-auto-approve")
	}
	keys := func(text string) string { return "private_key_jwt = {\n" + text + "}" }
	w.Write("main.tf", "resource \"timesheets_client\" \"own\" {\nname = \"Terraform\"\n"+keys(inUse(""))+"\n}\n")
	w.Succeed("import", "timesheets_client.own", clientID)
	for _, step := range []struct {
		name, config string
		rejected     bool
		want         []string
	}{
		{name: "in use", config: keys(inUse(""))},
		{name: "another key", config: keys(inUse("") + next)},
		{name: "without the other key", config: keys(inUse(""))},
		{name: "replaced", config: keys(next), rejected: true, want: []string{"Client is the provider's own", "which this plan removes"}},
		{name: "expired", config: keys(inUse(expires(-time.Hour))), rejected: true, want: []string{"Client is the provider's own", "which expires at"}},
		{name: "expires within the apply", config: keys(inUse(expires(30 * time.Minute))), rejected: true, want: []string{"Client is the provider's own", "which expires at"}},
		{name: "secret", config: `token_endpoint_auth_method = "client_secret_post"`, rejected: true, want: []string{"Client is the provider's own", "between a secret and keys"}},
		{name: "expires soon", config: keys(inUse(expires(240 * time.Hour))), want: []string{"Key of the provider expires soon"}},
	} {
		printed, ok := apply(step.config)
		if ok == step.rejected || len(step.want) > 0 && !acctest.Words(step.want...).MatchString(printed) {
			t.Errorf("%s: rejected %v:\n%s", step.name, !ok, printed)
		}
	}
}

// TestLockout_otherCredentials plans the deletion of a client with other credentials, and applies that as this client.
func TestLockout_otherCredentials(t *testing.T) {
	t.Parallel()
	acctest.EmulatorOnly(t, "risks to lock the tests out")
	s := newTestbed(t, ownClient, true)
	s.tenant.Setenv("AUTH0_API_TOKEN", s.tenant.Server.Token())
	s.workspace.Write("main.tf", s.config(variant{absent: true, trigger: "1"}))
	s.workspace.Succeed("plan", "-out=plan")
	s.tenant.Setenv("AUTH0_API_TOKEN", "")
	if printed, ok := s.workspace.Run("apply", "plan"); ok || !acctest.Words(s.summary, "was not deleted").MatchString(printed) {
		t.Errorf("the client is deleted:\n%s", printed)
	}
}
