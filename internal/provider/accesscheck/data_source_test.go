package accesscheck_test

import (
	"context"
	"encoding/base64"
	"testing"

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
