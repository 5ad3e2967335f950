package accesscheck_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func value(name, attribute string, want knownvalue.Check) acctest.Check {
	return acctest.Value("data.timesheets_access_check."+name, want, attribute)
}

func fixture() func(config.TestStepConfigRequest) string {
	return config.StaticDirectory("testdata/TestAccAccessCheck_basic")
}

func TestAccAccessCheck_basic(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		ConfigStateChecks: acctest.Checks{
			value("test", "authorized", knownvalue.Bool(true)),
			value("test", "reason", knownvalue.Null()),
			value("test", "scopes", acctest.StringSet("batch:upload")),
			value("test", "algorithm", knownvalue.StringExact("RS256")),
			value("test", "key_id", knownvalue.NotNull()),
			value("test", "lifetime", knownvalue.Int64Exact(3600)),
			value("test", "issuer", knownvalue.NotNull()),
			value("test", "signature_verified", knownvalue.Bool(true)),
			value("other_audience", "authorized", knownvalue.Bool(false)),
			value("other_audience", "reason", knownvalue.NotNull()),
			value("other_audience", "scopes", knownvalue.Null()),
			value("missing_client", "authorized", knownvalue.Bool(false)),
		},
	})
}

// TestAccAccessCheck_method expects that the secret is sent as the client is configured.
func TestAccAccessCheck_method(t *testing.T) {
	j := newJob(t, acctest.New(t))
	j.client("token_endpoint_auth_method", "client_secret_basic")
	j.expect(nil, result{"authorized": true, "reason": nil, "scopes": []any{"batch:upload"}})
}

// TestAccAccessCheck_symmetric expects no result of the signature's verification, because symmetric keys are not published.
func TestAccAccessCheck_symmetric(t *testing.T) {
	j := newJob(t, acctest.New(t))
	j.api("signing_alg", "HS256")
	j.expect(nil, result{"authorized": true, "algorithm": "HS256", "signature_verified": nil, "key_id": nil})
}

// TestAccAccessCheck_widened adds a scope to the grant outside Terraform, and expects it in the plan.
func TestAccAccessCheck_widened(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				for grant, err := range n.Ports.Grants.List(ctx, tenant.GrantFilter{Audience: "https://" + n.Prefix + ".example/v1"}) {
					if err != nil {
						return err
					}
					if _, err = n.Ports.Grants.Update(ctx, grant.Key(), tenant.GrantUpdate{Planned: tenant.Grant{Scopes: []string{"batch:upload", "read:timesheets"}}}); err != nil {
						return err
					}
				}
				return nil
			}),
			ConfigDirectory: fixture(), PlanOnly: true, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{
				plancheck.ExpectKnownOutputValue("scopes", acctest.StringSet("batch:upload", "read:timesheets")),
			}},
		},
	)
}

// TestAccAccessCheck_encrypted expects only values of the token endpoint's response, because only the API can read the token.
func TestAccAccessCheck_encrypted(t *testing.T) {
	acctest.EmulatorOnly(t, "returns another token")
	n := acctest.New(t).WithToken()
	token := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RSA-OAEP-256","enc":"A256GCM"}`)) + ".a.b.c.d"
	if err := n.Server.Inject(emulator.Fault{
		Method: "POST", Route: "/oauth/token", Body: `{"access_token":"` + token + `","scope":"batch:upload","expires_in":3600,"token_type":"Bearer"}`,
	}); err != nil {
		t.Fatal(err)
	}
	newJob(t, n).expect(nil, result{
		"authorized": true, "scopes": []any{"batch:upload"}, "lifetime": int64(3600), "issuer": nil, "algorithm": nil, "key_id": nil, "signature_verified": nil,
	})
}

// TestAccAccessCheck_denied expects an error that names the missing scope read:client_keys.
func TestAccAccessCheck_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	n := acctest.New(t)
	j := newJob(t, n)
	n.WithToken("read:clients").Protocol(t).ExpectDataErrors("timesheets_access_check", map[string]any{"client_id": j.clientID(), "audience": n.Identifier()},
		"Unable to read the secret for access check", "read:client_keys")
}

// TestAccAccessCheck_quota expects a warning and no error after the client's token quota is exhausted, so that it blocks neither the
// apply that raises it nor a destroy.
func TestAccAccessCheck_quota(t *testing.T) {
	acctest.EmulatorOnly(t, "uses up a quota")
	j := newJob(t, acctest.New(t))
	j.client("token_quota", map[string]any{"per_day": 1})
	j.expect(nil, result{"authorized": true}) // uses up the only token
	j.expect(nil, result{"authorized": nil, "reason": "The token request of the client failed: Client quota exceeded (too_many_requests).", "scopes": nil})
	j.client("token_quota", map[string]any{"per_day": 100})
	j.expect(nil, result{"authorized": true, "reason": nil})
}

// TestAccAccessCheck_everyApply expects that a check with the documented references is read in every apply that changes the
// API, the client or the grant, after the change. The second plan, which every step includes, is empty.
func TestAccAccessCheck_everyApply(t *testing.T) {
	n := acctest.New(t)
	step := func(algorithm string, grantTypes, granted []string, checks ...acctest.Check) resource.TestStep {
		return resource.TestStep{
			ConfigDirectory:   fixture(),
			ConfigVariables:   config.Variables{"signing_alg": config.StringVariable(algorithm), "grant_types": texts(grantTypes), "scopes": texts(granted)},
			ConfigStateChecks: checks,
		}
	}
	grantTypes, other := []string{tenant.ClientCredentials}, []string{"authorization_code"}
	n.Run(t,
		step("RS256", grantTypes, []string{"batch:upload"}, value("test", "authorized", knownvalue.Bool(true)), value("test", "algorithm", knownvalue.StringExact("RS256"))),
		step("PS256", grantTypes, []string{"batch:upload"}, value("test", "algorithm", knownvalue.StringExact("PS256"))),
		step("PS256", grantTypes, []string{"read:timesheets"}, value("test", "scopes", acctest.StringSet("read:timesheets"))),
		step("PS256", other, []string{"read:timesheets"}, value("test", "authorized", knownvalue.Bool(false))),
	)
}

func texts(values []string) config.Variable {
	variables := make([]config.Variable, 0, len(values))
	for _, value := range values {
		variables = append(variables, config.StringVariable(value))
	}
	return config.SetVariable(variables...)
}

// TestAccessCheckHasNoResult expects `authorized = null` and one warning, and no error, after a response that is not Auth0's,
// a timeout or a failed step.
func TestAccessCheckHasNoResult(t *testing.T) {
	acctest.EmulatorOnly(t, "injects faults")
	const secret, token, keys = "/api/v2/clients/{id}", "/oauth/token", "/.well-known/jwks.json"
	const page, html = "<html><title>Sign in</title></html>", "text/html"
	for name, c := range map[string]struct {
		fault  emulator.Fault
		reason string
	}{
		"secret: server error":  {emulator.Fault{Route: secret, Status: 503}, "The client's secret could not be read: "},
		"secret: gateway's 404": {emulator.Fault{Route: secret, Status: 404, Body: `{"message":"no Route matched with those values"}`}, "The client's secret could not be read: "},
		"secret: gateway's 403": {emulator.Fault{Route: secret, Status: 403, Body: page, ContentType: html}, "The client's secret could not be read: "},
		"secret: page":          {emulator.Fault{Route: secret, Status: 200, Body: page, ContentType: html}, "The client's secret could not be read: "},
		"secret: cut":           {emulator.Fault{Route: secret, Cut: emulator.CutBefore}, "The client's secret could not be read: "},
		"secret: timeout":       {emulator.Fault{Route: secret, Delay: time.Minute}, "The client's secret could not be read: "},
		"token: server error":   {emulator.Fault{Route: token, Status: 503}, "The token request of the client failed: "},
		"token: gateway's 403":  {emulator.Fault{Route: token, Status: 403, Body: page, ContentType: html}, "The token request of the client failed: "},
		"token: page":           {emulator.Fault{Route: token, Status: 200, Body: page, ContentType: html}, "The token request of the client failed: "},
		"token: no JWT":         {emulator.Fault{Route: token, Status: 200, Body: `{"access_token":"opaque"}`}, "The token request of the client failed: "},
		"token: tenant's limit": {emulator.Fault{Route: token, Status: 429, Headers: map[string]string{"Retry-After": "3600"}}, "The token request of the client failed: "},
		"keys: server error":    {emulator.Fault{Route: keys, Status: 503}, "The client gets a token, but the tenant's published keys could not be read: "},
		"keys: page":            {emulator.Fault{Route: keys, Status: 200, Body: page, ContentType: html}, "The client gets a token, but the tenant's published keys could not be read: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := acctest.New(t).WithToken()
			n.Environment["TIMESHEETS_REQUEST_TIMEOUT"] = "1s"
			if err := n.Server.Inject(c.fault); err != nil {
				t.Fatal(err)
			}
			result, diags := n.Protocol(t).ReadData("timesheets_access_check", map[string]any{
				"client_id": n.Server.Terraform().ClientID, "audience": n.Server.URL() + "/api/v2/",
			})
			if len(diags) != 1 || !strings.HasPrefix(diags[0], "WARNING: Access check has no result: For client") {
				t.Fatalf("diagnostics %q, want one warning", diags)
			}
			reason, _ := result["reason"].(string)
			if authorized := result["authorized"]; authorized != nil || !strings.HasPrefix(reason, c.reason) || strings.Contains(reason, "\n") {
				t.Errorf("authorized %v, reason %q, want null and %q", authorized, reason, c.reason)
			}
			if !strings.Contains(diags[0], reason) {
				t.Errorf("the warning %q does not contain the reason", diags[0])
			}
		})
	}
}
