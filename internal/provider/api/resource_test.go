package api_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	apiType = "timesheets_api"
	address = apiType + ".test"
)

// api returns the configuration of the API of the test with more attributes: names and values in turn.
func api(n *acctest.Tenant, more ...any) map[string]any {
	return acctest.With(map[string]any{"name": n.Prefix + " API", "identifier": n.Identifier()}, more...)
}

func value(attribute string, want knownvalue.Check) acctest.Check {
	return acctest.Value(address, want, attribute)
}

// TestAccAPI_basic creates, changes, imports and deletes an API with the CLI.
func TestAccAPI_basic(t *testing.T) {
	n := acctest.New(t)
	changed := config.Variables{
		"token_lifetime": config.IntegerVariable(3600), "subject_type_authorization": config.ObjectVariable(map[string]config.Variable{"user": config.StringVariable("deny_all")}),
		"scopes": config.MapVariable(map[string]config.Variable{"batch:upload": config.StringVariable("Upload timesheets in bulk")}),
	}
	n.Run(t,
		resource.TestStep{ConfigStateChecks: acctest.Checks{
			value("name", knownvalue.StringExact(n.Prefix+" API")),
			value("identifier", knownvalue.StringExact(n.Identifier())),
			value("id", knownvalue.NotNull()),
			value("signing_alg", knownvalue.StringExact("RS256")),
			value("scopes", knownvalue.Null()),
			value("token_lifetime", knownvalue.Int64Exact(86400)),
			value("token_lifetime_for_web", knownvalue.Int64Exact(7200)),
			value("allow_offline_access", knownvalue.Bool(false)),
			value("skip_consent_for_verifiable_first_party_clients", knownvalue.Bool(false)),
			value("enforce_policies", knownvalue.Bool(false)),
			value("token_dialect", knownvalue.StringExact("access_token")),
			value("subject_type_authorization", subjectsOf("allow_all", "require_client_grant")),
			value("is_system", knownvalue.Bool(false)),
			value("deletion_protection", knownvalue.Bool(false)),
			value("signing_secret_wo", knownvalue.Null()),
			n.ExpectWrites("POST resource-servers allow_offline_access identifier name signing_alg skip_consent_for_verifiable_first_party_clients token_lifetime token_lifetime_for_web"),
			expectScopes(n),
		}},
		resource.TestStep{
			ConfigVariables: changed, ConfigPlanChecks: acctest.ExpectAction(address, acctest.Update),
			ConfigStateChecks: acctest.Checks{
				value("subject_type_authorization", subjectsOf("deny_all", "require_client_grant")), expectScopes(n, "batch:upload"),
				n.ExpectWrites("PATCH resource-servers/{id} scopes subject_type_authorization token_lifetime token_lifetime_for_web"),
			},
		},
		resource.TestStep{ConfigVariables: changed, ResourceName: address, ImportState: true, ImportStateVerify: true},
	)
}

// subjectsOf returns a check of subject_type_authorization.
func subjectsOf(user, client string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{"user": knownvalue.StringExact(user), "client": knownvalue.StringExact(client)})
}

// update is a value of an attribute that changes in place, and the fields that a change and a removal send.
type update struct {
	value           any
	check, restored knownvalue.Check
	sends           string
}

// updates returns an update of each attribute.
func updates(n *acctest.Tenant) map[string]update {
	switched := func(sends string) update { return update{true, knownvalue.Bool(true), knownvalue.Bool(false), sends} }
	text := func(text string, restored knownvalue.Check, sends string) update {
		return update{text, knownvalue.StringExact(text), restored, sends}
	}
	return map[string]update{
		"name":                   text(n.Prefix+" Ünïcode – renamed ✓", knownvalue.StringExact(n.Prefix+" API"), "name"),
		"signing_alg":            text("HS256", knownvalue.StringExact("RS256"), "signing_alg"),
		"token_lifetime":         {3600, knownvalue.Int64Exact(3600), knownvalue.Int64Exact(86400), "token_lifetime token_lifetime_for_web"},
		"token_lifetime_for_web": {600, knownvalue.Int64Exact(600), knownvalue.Int64Exact(7200), "token_lifetime token_lifetime_for_web"},
		"allow_offline_access":   switched("allow_offline_access"),
		"skip_consent_for_verifiable_first_party_clients": switched("skip_consent_for_verifiable_first_party_clients"),
		"enforce_policies": switched("enforce_policies"),
		"token_dialect":    text("rfc9068_profile", knownvalue.StringExact("access_token"), "token_dialect"),
		"subject_type_authorization": {
			map[string]any{"user": "deny_all"}, subjectsOf("deny_all", "require_client_grant"), subjectsOf("allow_all", "require_client_grant"), "subject_type_authorization",
		},
		"allow_online_access":                         switched("allow_online_access"),
		"allow_online_access_with_ephemeral_sessions": switched("allow_online_access_with_ephemeral_sessions"),
		"consent_policy":                              text("transactional-authorization-with-mfa", knownvalue.Null(), "consent_policy"),
		"authorization_policy_id":                     text("apol_1", knownvalue.Null(), "authorization_policy"),
		"authorization_details_types": {
			[]string{"payment", "shipping"},
			acctest.StringSet("payment", "shipping"),
			knownvalue.Null(), "authorization_details",
		},
		"proof_of_possession": {
			map[string]any{"mechanism": "dpop", "required_for": "all_clients"},
			knownvalue.ObjectExact(map[string]knownvalue.Check{
				"mechanism": knownvalue.StringExact("dpop"), "required": knownvalue.Bool(true), "required_for": knownvalue.StringExact("all_clients"),
			}),
			knownvalue.Null(), "proof_of_possession",
		},
		"token_encryption": {
			map[string]any{"encryption_key": map[string]any{"pem": encryptionPEM, "name": "first"}},
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

// TestAccAPI_update sets and removes each attribute: only it is sent, and a removal restores the default.
func TestAccAPI_update(t *testing.T) {
	n := acctest.New(t)
	same := acctest.Same(address, "id")
	steps := []acctest.Step{{Config: api(n)}}
	for attribute, u := range updates(n) {
		id := same()
		change := n.ExpectWrites("PATCH resource-servers/{id} " + u.sends)
		steps = append(steps,
			acctest.Step{Config: api(n, attribute, u.value), Action: acctest.Update, Checks: acctest.Checks{id, value(attribute, u.check), change}},
			acctest.Step{Config: api(n), Action: acctest.Update, Checks: acctest.Checks{value(attribute, u.restored), change}},
		)
	}
	n.Steps(t, apiType, steps...)
}

// TestAccAPI_deletionProtection expects that a change of deletion_protection sends no request.
func TestAccAPI_deletionProtection(t *testing.T) {
	n := acctest.New(t)
	n.Steps(t, apiType,
		acctest.Step{Config: api(n, "deletion_protection", true), Checks: acctest.Checks{value("deletion_protection", knownvalue.Bool(true))}},
		acctest.Step{Destroy: true, Error: acctest.Words("API is protected", "deletion_protection")},
		acctest.Step{Config: api(n), Checks: acctest.Checks{value("deletion_protection", knownvalue.Bool(false)), n.ExpectWrites()}},
	)
}

func TestAccAPI_replace(t *testing.T) {
	n := acctest.New(t)
	w := n.FixtureWorkspace(t, "TestAccAPI_replace")
	w.Write("client.auto.tfvars", "client_id = \""+n.CreateClient(t, n.DefaultClient("job"))+"\"\n")
	w.Succeed("apply", "-auto-approve")
	printed := w.Succeed("apply", "-auto-approve", "-var=version_path=v2")
	w.ExpectPlanned(printed, "timesheets_api.test must be replaced", "timesheets_client_grant.test must be replaced", "2 to add, 0 to change, 2 to destroy")
	if api, err := n.Ports.APIs.Get(t.Context(), tenant.APIKey{Identifier: n.Identifier()}); err == nil {
		t.Errorf("the API %q still exists", api.Identifier)
	}
	if _, err := n.Ports.APIs.Get(t.Context(), tenant.APIKey{Identifier: "https://" + n.Prefix + ".example/v2"}); err != nil {
		t.Error(err)
	}
	w.ExpectEmptyPlan("-var=version_path=v2")
	w.Succeed("destroy", "-auto-approve")
}
