package api_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// change changes the API of the test outside Terraform.
func change(t *testing.T, n *acctest.Tenant, planned tenant.API) func() {
	return acctest.ChangeTenant(t, func(ctx context.Context) error {
		_, err := n.Ports.APIs.Update(ctx, tenant.APIKey{Identifier: n.Identifier()}, tenant.APIUpdate{Planned: planned})
		return err
	})
}

// expectScopes checks the scopes of the API in the tenant.
func expectScopes(n *acctest.Tenant, values ...string) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		api, err := n.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: n.Identifier()})
		if err == nil && !slices.Equal(tenant.ScopeValues(api.Scopes), values) {
			return fmt.Errorf("the tenant has the scopes %v, want %v", tenant.ScopeValues(api.Scopes), values)
		}
		return err
	})
}

// TestAccAPI_drift changes attributes outside Terraform: the next plan shows the change, and the next apply reverts only that.
func TestAccAPI_drift(t *testing.T) {
	n := acctest.New(t)
	steps := []acctest.Step{{Config: api(n)}}
	for field, changed := range map[string]tenant.API{
		"token_encryption": {TokenEncryption: tenant.TokenEncryption{
			Format: "compact-nested-jwe", Algorithm: "RSA-OAEP-512", PEM: encryptionPEM(),
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
		"token_lifetime":                                  {TokenLifetime: 50000},
		"token_lifetime_for_web":                          {TokenLifetimeForWeb: 60},
	} {
		steps = append(steps, acctest.Step{
			Before: change(t, n, changed), Config: api(n), Action: acctest.Update,
			Checks: acctest.Checks{value("name", knownvalue.StringExact(n.Prefix+" API")), n.ExpectWrites("PATCH resource-servers/{id} " + field)},
		})
	}
	n.Steps(t, apiType, steps...)
}

// TestAccAPI_scopes manages all scopes of an API: scopes are added, described and removed, and a scope that is added outside Terraform
// is removed.
func TestAccAPI_scopes(t *testing.T) {
	n := acctest.New(t)
	step := func(scopes map[string]any, writes string, values ...string) acctest.Step {
		return acctest.Step{Config: api(n, "scopes", scopes), Checks: acctest.Checks{expectScopes(n, values...), n.ExpectWrites(writes)}}
	}
	const write = "PATCH resource-servers/{id} scopes"
	described := map[string]any{"batch:upload": "Upload timesheets", "approve:timesheets": "Approve"}
	drift := step(described, write, "approve:timesheets", "batch:upload")
	drift.Before = change(t, n, tenant.API{Scopes: []tenant.Scope{{Value: "batch:upload"}, {Value: "foreign"}}})
	drift.Action = acctest.Update
	n.Steps(t, apiType,
		step(map[string]any{"batch:upload": "Upload", "read:timesheets": ""},
			"POST resource-servers allow_offline_access identifier name scopes signing_alg skip_consent_for_verifiable_first_party_clients token_lifetime token_lifetime_for_web",
			"batch:upload", "read:timesheets"),
		step(described, write, "approve:timesheets", "batch:upload"),
		drift,
		step(map[string]any{}, write),
	)
}

// TestAccAPI_scopesOmitted omits scopes: changes of the scopes outside Terraform cause no plan.
func TestAccAPI_scopesOmitted(t *testing.T) {
	n := acctest.New(t)
	n.Steps(t, apiType,
		acctest.Step{Config: api(n)},
		acctest.Step{
			Before: change(t, n, tenant.API{Scopes: []tenant.Scope{{Value: "foreign", Description: "foreign"}}}), Config: api(n), Action: acctest.Noop,
			Checks: acctest.Checks{expectScopes(n, "foreign"), value("scopes", knownvalue.Null()), n.ExpectWrites()},
		},
	)
}

// TestAccAPI_scopesThatCannotBeAdded starts to manage the scopes of an API, which has one that no configuration can contain (RS011): the
// error does not ask to add it, and what it asks works.
func TestAccAPI_scopesThatCannotBeAdded(t *testing.T) {
	n := acctest.New(t)
	others := []tenant.Scope{{Value: "read all"}, {Value: "write all"}}
	step := func(want *regexp.Regexp, scopes ...tenant.Scope) acctest.Step {
		return acctest.Step{
			Before: change(t, n, tenant.API{Scopes: scopes}), Config: api(n, "scopes", map[string]any{"ok": nil}), Error: want,
		}
	}
	n.Steps(t, apiType,
		acctest.Step{Config: api(n)},
		step(regexp.MustCompile("does not contain `read all` or `write all`. No configuration can contain `read all` or `write all`.*in the dashboard.*which keeps them.$"), others...),
		step(acctest.Words("does not contain `read all` or `second`", "No configuration can contain `read all`,", "Add all others first"),
			others[0], tenant.Scope{Value: "second"}),
		step(acctest.Words("does not contain `second`. Add all of them first"), tenant.Scope{Value: "second"}),
		acctest.Step{
			Before: change(t, n, tenant.API{Scopes: []tenant.Scope{{Value: "ok"}}}), Config: api(n, "scopes", map[string]any{"ok": nil}), Action: acctest.Update,
			Checks: acctest.Checks{expectScopes(n, "ok")},
		},
	)
}

// create creates the API of the test with scopes outside Terraform.
func create(t *testing.T, n *acctest.Tenant, scopes ...tenant.Scope) func() {
	return acctest.ChangeTenant(t, func(ctx context.Context) error {
		_, err := n.Ports.APIs.Create(ctx, n.DefaultAPI(scopes...))
		return err
	})
}

// foreignScopes checks the scopes in the state, each with the description "foreign".
func foreignScopes(values ...string) acctest.Check {
	scopes := map[string]knownvalue.Check{}
	for _, value := range values {
		scopes[value] = knownvalue.StringExact("foreign")
	}
	return value("scopes", knownvalue.MapExact(scopes))
}

// TestAccAPI_scopesImported imports an API with scopes into a configuration that omits scopes: the plans are empty, also after another
// scope is added.
func TestAccAPI_scopesImported(t *testing.T) {
	n := acctest.New(t)
	foreign := tenant.Scope{Value: "foreign", Description: "foreign"}
	n.Steps(t, apiType,
		acctest.Step{
			Before: create(t, n, foreign), ImportID: n.Identifier(), Config: api(n), Action: acctest.Noop,
			Checks: acctest.Checks{foreignScopes("foreign"), n.ExpectWrites()},
		},
		acctest.Step{
			Before: change(t, n, tenant.API{Scopes: []tenant.Scope{foreign, {Value: "more", Description: "foreign"}}}), Config: api(n), Action: acctest.Noop,
			Checks: acctest.Checks{foreignScopes("foreign", "more"), n.ExpectWrites()},
		},
	)
}

// TestAccAPI_scopeAddedAfterPlan adds a scope between plan and update: the state contains the planned scopes, and the next refresh shows
// the added one.
func TestAccAPI_scopeAddedAfterPlan(t *testing.T) {
	n := acctest.New(t)
	foreign := tenant.Scope{Value: "foreign", Description: "foreign"}
	renamed := api(n, "name", n.Prefix+" renamed")
	n.Steps(t, apiType,
		acctest.Step{Before: create(t, n, foreign), ImportID: n.Identifier(), Config: api(n), Checks: acctest.Checks{foreignScopes("foreign")}},
		acctest.Step{
			Config: renamed, BeforeApply: change(t, n, tenant.API{Scopes: []tenant.Scope{foreign, {Value: "late", Description: "foreign"}}}),
			Checks: acctest.Checks{foreignScopes("foreign"), expectScopes(n, "foreign", "late")},
		},
		acctest.Step{Config: renamed, Action: acctest.Noop, Checks: acctest.Checks{foreignScopes("foreign", "late")}},
	)
}

func TestAccAPI_import(t *testing.T) {
	n := acctest.New(t)
	scoped := api(n, "scopes", map[string]any{"batch:upload": "Upload timesheets in bulk", "read:timesheets": nil})
	n.Steps(t, apiType,
		acctest.Step{Config: scoped},
		acctest.Step{ImportBy: []string{"id"}, Config: scoped},
		acctest.Step{ImportBy: []string{"identifier"}, Config: scoped},
		acctest.Step{ImportID: "https://missing.example", Config: scoped, Error: acctest.Words("Unable to import API", "https://missing.example")},
		acctest.Step{ImportID: "two parts", Config: scoped, Error: acctest.Words("Invalid import ID")},
	)
}

// TestAccAPI_disappears deletes the API outside Terraform: the next apply creates it and its scopes again.
func TestAccAPI_disappears(t *testing.T) {
	n := acctest.New(t)
	scoped := api(n, "scopes", map[string]any{"batch:upload": "Upload timesheets in bulk", "read:timesheets": nil})
	n.Steps(t, apiType,
		acctest.Step{Config: scoped},
		acctest.Step{
			Before: acctest.ChangeTenant(t, func(ctx context.Context) error {
				return n.Ports.APIs.Delete(ctx, tenant.APIKey{Identifier: n.Identifier()})
			}),
			Config: scoped, Action: acctest.Create, Checks: acctest.Checks{expectScopes(n, "batch:upload", "read:timesheets")},
		},
	)
}

// TestAccAPI_recreated deletes and re-creates the API outside Terraform: the state follows it by its identifier.
func TestAccAPI_recreated(t *testing.T) {
	n := acctest.New(t)
	changed := acctest.Differ(address, "id")
	n.Steps(t, apiType,
		acctest.Step{Config: api(n), Checks: acctest.Checks{changed()}},
		acctest.Step{
			Before: acctest.ChangeTenant(t, func(ctx context.Context) error {
				key := tenant.APIKey{Identifier: n.Identifier()}
				api, err := n.Ports.APIs.Get(ctx, key)
				if err == nil {
					err = n.Ports.APIs.Delete(ctx, key)
				}
				if err == nil {
					_, err = n.Ports.APIs.Create(ctx, tenant.NewAPI{API: api})
				}
				return err
			}),
			Config: api(n), Action: acctest.Noop, Checks: acctest.Checks{changed(), n.ExpectWrites()},
		},
	)
}

// TestAccAPI_writeOnly sets the secret with the CLI: it is sent only if its version changes, and is not stored in the state. The version
// is a number, a text, or the ID of a resource that is replaced, which is unknown in the plan.
func TestAccAPI_writeOnly(t *testing.T) {
	n := acctest.New(t)
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for signing_secret_wo
	step := func(secret, name string, version config.Variable, check acctest.Check) resource.TestStep {
		return resource.TestStep{
			ConfigVariables:   config.Variables{"secret": config.StringVariable(secret), name: version},
			ConfigStateChecks: acctest.Checks{value("signing_secret_wo", knownvalue.Null()), check},
		}
	}
	n.Run(t,
		step("canary-signing-secret-1", "secret_version", config.IntegerVariable(1), acctest.CheckTenant(n.ResetJournal)),
		step("canary-signing-secret-2", "secret_version", config.StringVariable("1"), n.ExpectWrites()),
		step("canary-signing-secret-3", "rotation", config.StringVariable("1"), n.ExpectWrites("PATCH resource-servers/{id} signing_secret")),
	)
}

// TestAccAPI_secretVersion sends the secret only if its version changes.
func TestAccAPI_secretVersion(t *testing.T) {
	n := acctest.New(t)
	step := func(secret, version string, writes ...string) acctest.Step {
		return acctest.Step{
			Config: api(n, "signing_alg", "HS256", "signing_secret_wo", secret, "signing_secret_wo_version", version),
			Checks: acctest.Checks{value("signing_secret_wo", knownvalue.Null()), n.ExpectWrites(writes...)},
		}
	}
	n.Steps(t, apiType,
		step("canary-signing-secret-1", "1", "POST resource-servers allow_offline_access identifier name signing_alg signing_secret "+
			"skip_consent_for_verifiable_first_party_clients token_lifetime token_lifetime_for_web"),
		step("canary-signing-secret-2", "1"),
		step("canary-signing-secret-2", "2026-11-a", "PATCH resource-servers/{id} signing_secret"),
	)
}
