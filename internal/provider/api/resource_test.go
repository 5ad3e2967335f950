package api_test

import (
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
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

// updates returns an update of each attribute.
func updates(n *acctest.Tenant) map[string]acctest.Change {
	return map[string]acctest.Change{
		"name":                   acctest.ChangeToText(n.Prefix+" Ünïcode – renamed ✓", knownvalue.StringExact(n.Prefix+" API")),
		"signing_alg":            acctest.ChangeToText("HS256", knownvalue.StringExact("RS256")),
		"token_lifetime":         acctest.ChangeTo(3600, knownvalue.Int64Exact(3600), knownvalue.Int64Exact(86400), "token_lifetime", "token_lifetime_for_web"),
		"token_lifetime_for_web": acctest.ChangeTo(600, knownvalue.Int64Exact(600), knownvalue.Int64Exact(7200), "token_lifetime_for_web"),
		"allow_offline_access":   acctest.ChangeToTrue(),
		"skip_consent_for_verifiable_first_party_clients": acctest.ChangeToTrue(),
		"enforce_policies": acctest.ChangeToTrue(),
		"token_dialect":    acctest.ChangeToText("rfc9068_profile", knownvalue.StringExact("access_token")),
		"subject_type_authorization": acctest.ChangeTo(
			map[string]any{"user": "deny_all"}, subjectsOf("deny_all", "require_client_grant"), subjectsOf("allow_all", "require_client_grant"),
		),
		"allow_online_access":                         acctest.ChangeToTrue(),
		"allow_online_access_with_ephemeral_sessions": acctest.ChangeToTrue(),
		"consent_policy":                              acctest.ChangeToText("transactional-authorization-with-mfa", knownvalue.Null()),
		"authorization_policy_id":                     acctest.ChangeToText("apol_1", knownvalue.Null(), "authorization_policy"),
		"authorization_details_types": acctest.ChangeTo(
			[]string{"payment", "shipping"}, acctest.StringSet("payment", "shipping"), knownvalue.Null(), "authorization_details",
		),
		"proof_of_possession": acctest.ChangeTo(
			map[string]any{"mechanism": "dpop", "required_for": "all_clients"},
			knownvalue.ObjectExact(map[string]knownvalue.Check{
				"mechanism": knownvalue.StringExact("dpop"), "required": knownvalue.Bool(true), "required_for": knownvalue.StringExact("all_clients"),
			}),
			knownvalue.Null(),
		),
		"token_encryption": acctest.ChangeTo(
			map[string]any{"encryption_key": map[string]any{"pem": encryptionPEM(), "name": "first"}},
			knownvalue.ObjectExact(map[string]knownvalue.Check{
				"format": knownvalue.StringExact("compact-nested-jwe"),
				"encryption_key": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"pem": knownvalue.StringExact(encryptionPEM()), "name": knownvalue.StringExact("first"),
					"algorithm": knownvalue.StringExact("RSA-OAEP-256"), "kid": knownvalue.Null(),
				}),
			}),
			knownvalue.Null(),
		).WithoutImport(),
	}
}

var encryptionPEM = sync.OnceValue(func() string { return keypair.New().PublicPEM })

// TestAccAPI_update sets and removes each attribute: only it is sent, and a removal restores the default.
func TestAccAPI_update(t *testing.T) {
	n := acctest.New(t)
	config := func(more ...any) map[string]any { return acctest.With(api(n, "scopes", map[string]any{}), more...) }
	n.Steps(t, apiType, n.ChangesInPlace(address, "resource-servers", config, updates(n))...)
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
