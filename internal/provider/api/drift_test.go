package api_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func action(want plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)}}
}

// update changes the API of the test outside Terraform.
func update(t *testing.T, n *acctest.Tenant, planned tenant.API) func() {
	return acctest.ChangeTenant(t, func(ctx context.Context) error {
		_, err := n.Ports.APIs.Update(ctx, tenant.APIKey{Identifier: identifier(n)}, tenant.APIUpdate{Planned: planned})
		return err
	})
}

// expectScopes checks the scopes of the API in the tenant.
func expectScopes(n *acctest.Tenant, values ...string) statecheck.StateCheck {
	return acctest.CheckTenant(func(ctx context.Context) error {
		api, err := n.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: identifier(n)})
		if err == nil && !slices.Equal(tenant.ScopeValues(api.Scopes), values) {
			return fmt.Errorf("the tenant has the scopes %v, want %v", tenant.ScopeValues(api.Scopes), values)
		}
		return err
	})
}

// TestAccAPI_drift changes attributes outside Terraform: the next plan shows the change, and the next apply reverts only that.
func TestAccAPI_drift(t *testing.T) {
	for field, change := range map[string]tenant.API{
		"token_encryption": {TokenEncryption: tenant.TokenEncryption{
			Format: "compact-nested-jwe", Algorithm: "RSA-OAEP-512", PEM: encryptionPEM,
		}},
		"proof_of_possession":        {ProofOfPossession: tenant.ProofOfPossession{Mechanism: "mtls"}},
		"consent_policy":             {ConsentPolicy: "transactional-authorization-with-mfa"},
		"authorization_details":      {AuthorizationDetailsTypes: []string{"payment"}},
		"authorization_policy":       {AuthorizationPolicy: "apol_1"},
		"allow_online_access":        {AllowOnlineAccess: true},
		"name":                       {Name: "by hand"},
		"signing_alg":                {SigningAlg: "HS256"},
		"allow_offline_access":       {AllowOfflineAccess: true},
		"enforce_policies":           {EnforcePolicies: true},
		"token_dialect":              {TokenDialect: "rfc9068_profile"},
		"subject_type_authorization": {SubjectTypeAuthorization: tenant.SubjectTypeAuthorization{User: "deny_all", Client: "deny_all"}},
		"skip_consent_for_verifiable_first_party_clients": {SkipConsent: true},
		"token_lifetime token_lifetime_for_web":           {TokenLifetime: 7000, TokenLifetimeForWeb: 60},
	} {
		t.Run(field, func(t *testing.T) {
			n := acctest.New(t)
			fixture := config.StaticDirectory("testdata/TestAccAPI_basic")
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
				resource.TestStep{
					PreConfig: update(t, n, change), ConfigDirectory: fixture, ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
					ConfigStateChecks: []statecheck.StateCheck{
						value("name", knownvalue.StringExact(n.Prefix+" API")), n.ExpectWrites("PATCH resource-servers/{id} " + field),
					},
				},
			)
		})
	}
}

func scopeMap(values map[string]string) config.Variables {
	scopes := map[string]config.Variable{}
	for value, description := range values {
		scopes[value] = config.StringVariable(description)
	}
	return config.Variables{"scopes": config.MapVariable(scopes)}
}

// TestAccAPI_scopes manages all scopes of an API: scopes are added, described and removed, and a scope that is added outside Terraform
// is removed.
func TestAccAPI_scopes(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{
			ConfigVariables: scopeMap(map[string]string{"batch:upload": "Upload", "read:timesheets": ""}),
			ConfigStateChecks: []statecheck.StateCheck{
				expectScopes(n, "batch:upload", "read:timesheets"),
				n.ExpectWrites("POST resource-servers allow_offline_access identifier name scopes signing_alg skip_consent_for_verifiable_first_party_clients token_lifetime token_lifetime_for_web"),
			},
		},
		resource.TestStep{
			ConfigVariables: scopeMap(map[string]string{"batch:upload": "Upload timesheets", "approve:timesheets": "Approve"}),
			ConfigStateChecks: []statecheck.StateCheck{
				expectScopes(n, "approve:timesheets", "batch:upload"), n.ExpectWrites("PATCH resource-servers/{id} scopes"),
			},
		},
		resource.TestStep{
			PreConfig:        update(t, n, tenant.API{Scopes: []tenant.Scope{{Value: "batch:upload"}, {Value: "foreign"}}}),
			ConfigVariables:  scopeMap(map[string]string{"batch:upload": "Upload timesheets", "approve:timesheets": "Approve"}),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				expectScopes(n, "approve:timesheets", "batch:upload"), n.ExpectWrites("PATCH resource-servers/{id} scopes"),
			},
		},
		resource.TestStep{
			ConfigVariables:   scopeMap(map[string]string{}),
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n), value("scopes", knownvalue.MapExact(nil)), n.ExpectWrites("PATCH resource-servers/{id} scopes")},
		},
	)
}

// TestAccAPI_scopesOmitted omits scopes: changes of the scopes outside Terraform cause no plan.
func TestAccAPI_scopesOmitted(t *testing.T) {
	n := acctest.New(t)
	fixture := config.StaticDirectory("testdata/TestAccAPI_basic")
	foreign := tenant.API{Scopes: []tenant.Scope{{Value: "foreign", Description: "foreign"}}}
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			PreConfig: update(t, n, foreign), ConfigDirectory: fixture, ConfigPlanChecks: action(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, "foreign"), value("scopes", knownvalue.Null()), n.ExpectWrites()},
		},
	)
}

// TestAccAPI_scopesImported imports an API with scopes into a configuration that omits scopes: the plans are empty, also after another
// scope is added.
func TestAccAPI_scopesImported(t *testing.T) {
	n := acctest.New(t)
	list := []tenant.Scope{{Value: "foreign", Description: "foreign"}}
	described := knownvalue.StringExact("foreign")
	n.Run(t,
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				_, err := n.Ports.APIs.Create(ctx, tenant.NewAPI{API: tenant.API{
					Name: n.Prefix + " API", Identifier: identifier(n), SigningAlg: tenant.DefaultSigningAlg, Scopes: list,
					TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb,
					TokenDialect: tenant.DefaultTokenDialect, SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(),
				}})
				return err
			}),
			ConfigPlanChecks:  action(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{value("scopes", knownvalue.MapExact(map[string]knownvalue.Check{"foreign": described})), n.ExpectWrites()},
		},
		resource.TestStep{
			PreConfig:         update(t, n, tenant.API{Scopes: append(list, tenant.Scope{Value: "more", Description: "foreign"})}),
			ConfigPlanChecks:  action(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{value("scopes", knownvalue.MapExact(map[string]knownvalue.Check{"foreign": described, "more": described})), n.ExpectWrites()},
		},
	)
}

// TestAccAPI_scopeAddedAfterPlan adds a scope between plan and update: the state contains the planned scopes, and the next refresh shows
// the added one.
func TestAccAPI_scopeAddedAfterPlan(t *testing.T) {
	n := acctest.New(t)
	foreign := knownvalue.StringExact("foreign")
	n.Run(t,
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				api := defaultAPI(n)
				api.Scopes = []tenant.Scope{{Value: "foreign", Description: "foreign"}}
				_, err := n.Ports.APIs.Create(ctx, api)
				return err
			}),
			ConfigVariables:   config.Variables{"name": config.StringVariable(n.Prefix + " foreign"), "late": config.BoolVariable(false)},
			ConfigStateChecks: []statecheck.StateCheck{value("scopes", knownvalue.MapExact(map[string]knownvalue.Check{"foreign": foreign}))},
		},
		resource.TestStep{
			ConfigVariables:   config.Variables{"name": config.StringVariable(n.Prefix + " renamed"), "late": config.BoolVariable(true)},
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, "foreign", "late")},
		},
	)
}

func TestAccAPI_import(t *testing.T) {
	n := acctest.New(t)
	step := func(attribute string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: acctest.Attribute(address, attribute)}
	}
	n.Run(t,
		resource.TestStep{},
		step("id"),
		step("identifier"),
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "https://missing.example", ExpectError: acctest.Words("Unable to import API", "https://missing.example")},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "two parts", ExpectError: acctest.Words("Invalid import ID")},
	)
}

func TestAccAPI_disappears(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{},
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				return n.Ports.APIs.Delete(ctx, tenant.APIKey{Identifier: identifier(n)})
			}),
			ConfigPlanChecks:  action(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, "batch:upload", "read:timesheets")},
		},
	)
}

// TestAccAPI_recreated deletes and re-creates the API outside Terraform: the state follows it by its identifier.
func TestAccAPI_recreated(t *testing.T) {
	n := acctest.New(t)
	fixture := config.StaticDirectory("testdata/TestAccAPI_basic")
	differ := statecheck.CompareValue(compare.ValuesDiffer())
	changed := func() statecheck.StateCheck { return differ.AddStateValue(address, tfjsonpath.New("id")) }
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture, ConfigStateChecks: []statecheck.StateCheck{changed(), acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				key := tenant.APIKey{Identifier: identifier(n)}
				api, err := n.Ports.APIs.Get(ctx, key)
				if err == nil {
					err = n.Ports.APIs.Delete(ctx, key)
				}
				if err == nil {
					_, err = n.Ports.APIs.Create(ctx, tenant.NewAPI{API: api})
				}
				return err
			}),
			ConfigDirectory: fixture, ConfigPlanChecks: action(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{changed(), n.ExpectWrites()},
		},
	)
}

// TestAccAPI_writeOnly expects that the secret is sent only if its version changes, and is not stored in the state. The version is a
// number, a text, or the ID of a resource that is replaced, which is unknown in the plan.
func TestAccAPI_writeOnly(t *testing.T) {
	n := acctest.New(t)
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for signing_secret_wo
	number, text := config.IntegerVariable[int], config.StringVariable
	secret := func(secret string, version config.Variable) config.Variables {
		return config.Variables{"secret": text(secret), "secret_version": version}
	}
	rotated := func(secret, rotation string) config.Variables {
		return config.Variables{"secret": text(secret), "rotation": text(rotation)}
	}
	sent := append(unstored(), n.ExpectWrites("PATCH resource-servers/{id} signing_secret"))
	n.Run(t,
		resource.TestStep{ConfigVariables: secret("canary-signing-secret-1", number(1)), ConfigStateChecks: append(unstored(), acctest.CheckTenant(n.ResetJournal))},
		resource.TestStep{ConfigVariables: secret("canary-signing-secret-2", number(1)), ConfigStateChecks: append(unstored(), n.ExpectWrites())},
		resource.TestStep{ConfigVariables: secret("canary-signing-secret-2", text("1")), ConfigStateChecks: append(unstored(), n.ExpectWrites())},
		resource.TestStep{ConfigVariables: secret("canary-signing-secret-2", text("2026-11-a")), ConfigStateChecks: sent},
		resource.TestStep{ConfigVariables: rotated("canary-signing-secret-3", "1"), ConfigStateChecks: sent},
		resource.TestStep{ConfigVariables: rotated("canary-signing-secret-4", "1"), ConfigStateChecks: append(unstored(), n.ExpectWrites())},
		resource.TestStep{ConfigVariables: rotated("canary-signing-secret-4", "2"), ConfigStateChecks: sent},
	)
}

// unstored checks that the state does not contain the signing secret.
func unstored() []statecheck.StateCheck {
	return []statecheck.StateCheck{value("signing_secret_wo", knownvalue.Null())}
}
