package api_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const address = "timesheets_api.test"

func identifier(n *acctest.Tenant) string { return "https://" + n.Prefix + ".example/v1" }

func value(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func TestAccAPI_basic(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		ConfigStateChecks: []statecheck.StateCheck{
			value("name", knownvalue.StringExact(n.Prefix+" API")),
			value("identifier", knownvalue.StringExact(identifier(n))),
			value("id", knownvalue.NotNull()),
			value("signing_alg", knownvalue.StringExact("RS256")),
			value("scopes", knownvalue.Null()),
			value("token_lifetime", knownvalue.Int64Exact(86400)),
			value("token_lifetime_for_web", knownvalue.Int64Exact(7200)),
			value("allow_offline_access", knownvalue.Bool(false)),
			value("skip_consent_for_verifiable_first_party_clients", knownvalue.Bool(false)),
			value("enforce_policies", knownvalue.Bool(false)),
			value("token_dialect", knownvalue.StringExact("access_token")),
			value("subject_type_authorization", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"user": knownvalue.StringExact("allow_all"), "client": knownvalue.StringExact("require_client_grant"),
			})),
			value("is_system", knownvalue.Bool(false)),
			value("deletion_protection", knownvalue.Bool(false)),
			value("signing_secret_wo", knownvalue.Null()),
			n.ExpectWrites("POST resource-servers allow_offline_access identifier name signing_alg skip_consent_for_verifiable_first_party_clients token_lifetime token_lifetime_for_web"),
			acctest.CheckTenant(func(ctx context.Context) error {
				_, err := n.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: identifier(n)})
				return err
			}),
		},
	})
}

// updates contains the attributes that change in place, each with a value, and with the fields that a change and a removal send.
var updates = map[string]struct {
	variable config.Variable
	check    knownvalue.Check
	restored knownvalue.Check
	sends    string
}{
	"name":                   {config.StringVariable("Ünïcode – renamed ✓"), nil, nil, "name"},
	"signing_alg":            {config.StringVariable("HS256"), knownvalue.StringExact("HS256"), knownvalue.StringExact("RS256"), "signing_alg"},
	"token_lifetime":         {config.IntegerVariable(3600), knownvalue.Int64Exact(3600), knownvalue.Int64Exact(86400), "token_lifetime token_lifetime_for_web"},
	"token_lifetime_for_web": {config.IntegerVariable(600), knownvalue.Int64Exact(600), knownvalue.Int64Exact(7200), "token_lifetime token_lifetime_for_web"},
	"allow_offline_access":   {config.BoolVariable(true), knownvalue.Bool(true), knownvalue.Bool(false), "allow_offline_access"},
	"skip_consent":           {config.BoolVariable(true), knownvalue.Bool(true), knownvalue.Bool(false), "skip_consent_for_verifiable_first_party_clients"},
	"enforce_policies":       {config.BoolVariable(true), knownvalue.Bool(true), knownvalue.Bool(false), "enforce_policies"},
	"token_dialect":          {config.StringVariable("rfc9068_profile"), knownvalue.StringExact("rfc9068_profile"), knownvalue.StringExact("access_token"), "token_dialect"},
	"subject_type_authorization": {
		config.ObjectVariable(map[string]config.Variable{"user": config.StringVariable("deny_all")}),
		knownvalue.ObjectExact(map[string]knownvalue.Check{"user": knownvalue.StringExact("deny_all"), "client": knownvalue.StringExact("require_client_grant")}),
		knownvalue.ObjectExact(map[string]knownvalue.Check{"user": knownvalue.StringExact("allow_all"), "client": knownvalue.StringExact("require_client_grant")}),
		"subject_type_authorization",
	},
	"allow_online_access": {config.BoolVariable(true), knownvalue.Bool(true), knownvalue.Bool(false), "allow_online_access"},
	"allow_online_access_with_ephemeral_sessions": {
		config.BoolVariable(true), knownvalue.Bool(true), knownvalue.Bool(false), "allow_online_access_with_ephemeral_sessions",
	},
	"consent_policy": {
		config.StringVariable("transactional-authorization-with-mfa"), knownvalue.StringExact("transactional-authorization-with-mfa"), knownvalue.Null(), "consent_policy",
	},
	"authorization_details_types": {
		config.SetVariable(config.StringVariable("payment"), config.StringVariable("shipping")),
		knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("payment"), knownvalue.StringExact("shipping")}), knownvalue.Null(), "authorization_details",
	},
	"authorization_policy_id": {config.StringVariable("apol_1"), knownvalue.StringExact("apol_1"), knownvalue.Null(), "authorization_policy"},
	"proof_of_possession": {
		config.ObjectVariable(map[string]config.Variable{"mechanism": config.StringVariable("dpop"), "required_for": config.StringVariable("all_clients")}),
		knownvalue.ObjectExact(map[string]knownvalue.Check{
			"mechanism": knownvalue.StringExact("dpop"), "required": knownvalue.Bool(true), "required_for": knownvalue.StringExact("all_clients"),
		}),
		knownvalue.Null(), "proof_of_possession",
	},
	"token_encryption": {
		config.ObjectVariable(map[string]config.Variable{"encryption_key": config.ObjectVariable(map[string]config.Variable{
			"pem": config.StringVariable(encryptionPEM), "name": config.StringVariable("first"),
		})}),
		knownvalue.ObjectExact(map[string]knownvalue.Check{
			"format": knownvalue.StringExact("compact-nested-jwe"),
			"encryption_key": knownvalue.ObjectExact(map[string]knownvalue.Check{
				"pem": knownvalue.StringExact(encryptionPEM), "name": knownvalue.StringExact("first"),
				"algorithm": knownvalue.StringExact("RSA-OAEP-256"), "kid": knownvalue.Null(),
			}),
		}),
		knownvalue.Null(), "token_encryption",
	},
}

const encryptionPEM = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArTzHZdu7ZJYFhlzwKNbD
7XyPrh13kq0Cn0p8LEC4Y9wuys6Csc9KywZGIeCngZzD1jXaoFtdDT7VP3qhCr7A
HxRfG00/oJcTv/dlEhw/4NYsuE3ev6esnZTXCIYZCdmiY56lwLMwMF7Q13cWVot5
vZJV9qEsXOqCUvAZOW6gVBehjLXkfkRyLsH1kQuBKOYAVEwaDccCLbIY4vLntzJl
/12ruuKKCDdRx6NxO/7TyiJiGZ0mhWxmvj7h2oc7ttP1iv6hLcc1ia60DHcjfnLH
J/82av14QJmjFXU6PZDRay26CM3rB5uSbcN27+X4v3L18dGRxDSQJv3p3IZ7pc6t
qwIDAQAB
-----END PUBLIC KEY-----
`

func attributeOf(variable string) string {
	if variable == "skip_consent" {
		return "skip_consent_for_verifiable_first_party_clients"
	}
	return variable
}

func TestAccAPI_update(t *testing.T) {
	for variable, u := range updates {
		t.Run(variable, func(t *testing.T) {
			n := acctest.New(t)
			fixture := config.StaticDirectory("testdata/TestAccAPI_update")
			if variable == "name" {
				u.check, u.restored = knownvalue.StringExact(n.Prefix+" Ünïcode – renamed ✓"), knownvalue.StringExact(n.Prefix+" API")
			}
			same := statecheck.CompareValue(compare.ValuesSame())
			id := func() statecheck.StateCheck { return same.AddStateValue(address, tfjsonpath.New("id")) }
			inPlace := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}}
			change := n.ExpectWrites("PATCH resource-servers/{id} " + u.sends)
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture, ConfigStateChecks: []statecheck.StateCheck{id(), acctest.CheckTenant(n.ResetJournal)}},
				resource.TestStep{
					ConfigDirectory: fixture, ConfigVariables: config.Variables{variable: u.variable}, ConfigPlanChecks: inPlace,
					ConfigStateChecks: []statecheck.StateCheck{id(), value(attributeOf(variable), u.check), change},
				},
				resource.TestStep{
					ConfigDirectory: fixture, ConfigPlanChecks: inPlace,
					ConfigStateChecks: []statecheck.StateCheck{id(), value(attributeOf(variable), u.restored), change},
				},
			)
		})
	}
}

// TestAccAPI_deletionProtection expects that a change of deletion_protection sends no request.
func TestAccAPI_deletionProtection(t *testing.T) {
	n := acctest.New(t)
	fixture := config.StaticDirectory("testdata/TestAccAPI_update")
	guarded := config.Variables{"deletion_protection": config.BoolVariable(true)}
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture, ConfigVariables: guarded, ConfigStateChecks: []statecheck.StateCheck{
			value("deletion_protection", knownvalue.Bool(true)), acctest.CheckTenant(n.ResetJournal),
		}},
		resource.TestStep{ConfigDirectory: fixture, ConfigVariables: guarded, Destroy: true, ExpectError: acctest.Words("API is protected", "deletion_protection")},
		resource.TestStep{ConfigDirectory: fixture, ConfigStateChecks: []statecheck.StateCheck{value("deletion_protection", knownvalue.Bool(false)), n.ExpectWrites()}},
	)
}

func TestAccAPI_replace(t *testing.T) {
	n := acctest.New(t)
	version := func(v string) config.Variables { return config.Variables{"version_path": config.StringVariable(v)} }
	n.Run(t,
		resource.TestStep{ConfigVariables: version("v1"), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			ConfigVariables: version("v2"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectResourceAction("timesheets_client_grant.test", plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectResourceAction("timesheets_client.test", plancheck.ResourceActionNoop),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				value("identifier", knownvalue.StringExact("https://"+n.Prefix+".example/v2")),
				acctest.CheckTenant(func(ctx context.Context) error {
					if api, err := n.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: identifier(n)}); err == nil {
						return fmt.Errorf("the API %q still exists", api.Identifier)
					}
					return nil
				}),
			},
		},
	)
}
