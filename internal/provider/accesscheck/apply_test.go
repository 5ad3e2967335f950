package accesscheck_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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
