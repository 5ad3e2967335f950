package accesscheck_test

import (
	"context"
	"encoding/base64"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func value(name, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data.timesheets_access_check."+name, tfjsonpath.New(attribute), want)
}

func fixture() func(config.TestStepConfigRequest) string {
	return config.StaticDirectory("testdata/TestAccAccessCheck_basic")
}

func scopes(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, 0, len(values))
	for _, value := range values {
		checks = append(checks, knownvalue.StringExact(value))
	}
	return knownvalue.SetExact(checks)
}

func TestAccAccessCheck_basic(t *testing.T) {
	for _, method := range []string{"client_secret_post", "client_secret_basic"} {
		t.Run(method, func(t *testing.T) {
			n := acctest.New(t)
			n.Run(t, resource.TestStep{
				ConfigDirectory: fixture(), ConfigVariables: config.Variables{"auth_method": config.StringVariable(method)},
				ConfigStateChecks: []statecheck.StateCheck{
					value("test", "authorized", knownvalue.Bool(true)),
					value("test", "reason", knownvalue.Null()),
					value("test", "scopes", scopes("batch:upload")),
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
		})
	}
}

// TestAccAccessCheck_symmetric expects no result of the signature's verification, because symmetric keys are not published.
func TestAccAccessCheck_symmetric(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		ConfigDirectory: fixture(), ConfigVariables: config.Variables{"signing_alg": config.StringVariable("HS256")},
		ConfigStateChecks: []statecheck.StateCheck{
			value("test", "authorized", knownvalue.Bool(true)),
			value("test", "algorithm", knownvalue.StringExact("HS256")),
			value("test", "signature_verified", knownvalue.Null()),
			value("test", "key_id", knownvalue.Null()),
		},
	})
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
				plancheck.ExpectKnownOutputValue("scopes", scopes("batch:upload", "read:timesheets")),
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
	n.Run(t, resource.TestStep{
		ConfigDirectory: fixture(),
		ConfigStateChecks: []statecheck.StateCheck{
			value("test", "authorized", knownvalue.Bool(true)),
			value("test", "scopes", scopes("batch:upload")),
			value("test", "lifetime", knownvalue.Int64Exact(3600)),
			value("test", "issuer", knownvalue.Null()),
			value("test", "algorithm", knownvalue.Null()),
			value("test", "key_id", knownvalue.Null()),
			value("test", "signature_verified", knownvalue.Null()),
		},
	})
}

// TestAccAccessCheck_denied expects an error that names the missing scope read:client_keys.
func TestAccAccessCheck_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	n := acctest.New(t)
	limited := n.WithToken("read:clients", "create:clients", "update:clients", "delete:clients",
		"read:client_grants", "create:client_grants", "update:client_grants", "delete:client_grants",
		"read:resource_servers", "create:resource_servers", "update:resource_servers", "delete:resource_servers")
	limited.Run(t, resource.TestStep{ConfigDirectory: fixture(), ExpectError: acctest.Words("Unable to read the secret for access check", "read:client_keys")})
}
