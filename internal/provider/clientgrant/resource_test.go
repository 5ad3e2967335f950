package clientgrant_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	grantType = "timesheets_client_grant"
	address   = grantType + ".test"
)

func fixture() func(config.TestStepConfigRequest) string {
	return config.StaticDirectory("testdata/TestAccClientGrant_basic")
}

func value(attribute string, want knownvalue.Check) acctest.Check {
	return acctest.Value(address, want, attribute)
}

func set(values ...string) config.Variable {
	variables := make([]config.Variable, 0, len(values))
	for _, value := range values {
		variables = append(variables, config.StringVariable(value))
	}
	return config.SetVariable(variables...)
}

// grants returns a function that returns configurations of a grant for a client and an API that Terraform does not manage, with more
// attributes: names and values in turn.
func grants(t *testing.T, n *acctest.Tenant) func(more ...any) map[string]any {
	t.Helper()
	client, audience := createClientAndAPI(t, n)
	return func(more ...any) map[string]any {
		return acctest.With(map[string]any{"client_id": client, "audience": audience, "scopes": []string{"batch:upload"}}, more...)
	}
}

// findGrant returns the first grant for the API of the test.
func findGrant(ctx context.Context, n *acctest.Tenant) (tenant.Grant, error) {
	for grant, err := range n.Ports.Grants.List(ctx, tenant.GrantFilter{Audience: n.Identifier()}) {
		return grant, err
	}
	return tenant.Grant{}, fmt.Errorf("the API has no grant")
}

// changeGrant changes the grant of the test outside Terraform.
func changeGrant(t *testing.T, n *acctest.Tenant, act func(ctx context.Context, grant tenant.Grant) error) func() {
	return acctest.ChangeTenant(t, func(ctx context.Context) error {
		grant, err := findGrant(ctx, n)
		if err != nil {
			return err
		}
		return act(ctx, grant)
	})
}

// expectScopes checks the scopes of the grant in the tenant.
func expectScopes(n *acctest.Tenant, all bool, scopes ...string) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		grant, err := findGrant(ctx, n)
		if err == nil && (grant.AllowAllScopes != all || !slices.Equal(grant.Scopes, scopes)) {
			return fmt.Errorf("the tenant's grant is %+v", grant)
		}
		return err
	})
}

// TestAccClientGrant_basic creates, changes, imports and deletes a grant with the CLI.
func TestAccClientGrant_basic(t *testing.T) {
	n := acctest.New(t)
	changed := config.Variables{"scopes": set("batch:upload", "read:timesheets"), "organization_usage": config.StringVariable("allow")}
	n.Run(t,
		resource.TestStep{ConfigStateChecks: acctest.Checks{
			value("id", knownvalue.NotNull()),
			value("scopes", acctest.StringSet("batch:upload")),
			value("allow_all_scopes", knownvalue.Bool(false)),
			value("subject_type", knownvalue.StringExact("client")),
			value("is_system", knownvalue.Bool(false)),
			value("organization_usage", knownvalue.StringExact("deny")),
			value("allow_any_organization", knownvalue.Bool(false)),
			value("authorization_details_types", knownvalue.Null()),
			expectScopes(n, false, "batch:upload"),
			n.ExpectWrites(
				"POST client-grants audience client_id scope subject_type", "POST resource-servers allow_offline_access identifier name scopes signing_alg "+
					"skip_consent_for_verifiable_first_party_clients token_lifetime token_lifetime_for_web",
				"POST clients app_type grant_types name token_endpoint_auth_method", "POST clients app_type grant_types name token_endpoint_auth_method",
			),
		}},
		resource.TestStep{
			ConfigVariables: changed, ConfigPlanChecks: acctest.ExpectAction(address, acctest.Update),
			ConfigStateChecks: acctest.Checks{expectScopes(n, false, "batch:upload", "read:timesheets"), n.ExpectWrites("PATCH client-grants/{id} organization_usage scope")},
		},
		resource.TestStep{ConfigVariables: changed, ResourceName: address, ImportState: true, ImportStateVerify: true},
	)
}

func TestAccClientGrant_update(t *testing.T) {
	n := acctest.New(t)
	grant := grants(t, n)
	same := acctest.Same(address, "id")
	step := func(all bool, configured, scopes []string, writes string, checks ...acctest.Check) acctest.Step {
		return acctest.Step{
			Config: grant("scopes", configured, "allow_all_scopes", all),
			Checks: append(checks, same(), expectScopes(n, all, scopes...), n.ExpectWrites(writes)),
		}
	}
	one, two, none := []string{"batch:upload"}, []string{"batch:upload", "read:timesheets"}, []string{}
	n.Steps(t, grantType,
		step(false, one, one, "POST client-grants audience client_id scope subject_type"),
		step(false, two, two, "PATCH client-grants/{id} scope"),
		step(false, none, none, "PATCH client-grants/{id} scope", value("scopes", acctest.StringSet())),
		step(true, nil, none, "PATCH client-grants/{id} allow_all_scopes", value("scopes", knownvalue.Null())),
		step(false, one, one, "PATCH client-grants/{id} allow_all_scopes scope"),
	)
}

// TestAccClientGrant_settings sets and removes optional attributes: each change sends only the attribute, and a removal restores the
// default.
func TestAccClientGrant_settings(t *testing.T) {
	n := acctest.New(t)
	grant := grants(t, n)
	steps := n.ChangesInPlace(address, "client-grants", grant, map[string]acctest.Change{
		"organization_usage":          acctest.ChangeToText("require", knownvalue.StringExact("deny")),
		"allow_any_organization":      acctest.ChangeToTrue(),
		"authorization_details_types": acctest.ChangeTo([]string{"payment", "shipping"}, acctest.StringSet("payment", "shipping"), knownvalue.Null()),
	})
	n.Steps(t, grantType, append(steps, acctest.Step{Destroy: true}, acctest.Step{ // a create with all of them
		Config: grant("organization_usage", "require", "allow_any_organization", true, "authorization_details_types", []string{"payment"}),
		Checks: acctest.Checks{value("authorization_details_types", acctest.StringSet("payment"))},
	})...)
}

// TestAccClientGrant_replace replaces a grant: once with the CLI, because of its client, and once because of its subject type.
func TestAccClientGrant_replace(t *testing.T) {
	n := acctest.New(t)
	grant := grants(t, n)
	n.Steps(t, grantType,
		acctest.Step{Config: grant()},
		acctest.Step{Config: grant("subject_type", "user"), Action: acctest.Replace, Checks: acctest.Checks{expectScopes(n, false, "batch:upload")}},
	)
	n = acctest.New(t)
	w := n.FixtureWorkspace(t, "TestAccClientGrant_basic")
	w.Succeed("apply", "-auto-approve")
	w.ExpectPlanned(w.Succeed("apply", "-auto-approve", "-var=client=second"), "timesheets_client_grant.test must be replaced", "1 to add, 0 to change, 1 to destroy")
	w.ExpectEmptyPlan("-var=client=second")
	w.Succeed("destroy", "-auto-approve")
}

func TestAccClientGrant_import(t *testing.T) {
	n := acctest.New(t)
	grant := grants(t, n)
	step := func(names ...string) acctest.Step { return acctest.Step{ImportBy: names, Config: grant()} }
	rejected := func(id string, phrases ...string) acctest.Step {
		return acctest.Step{ImportID: id, Config: grant(), Error: acctest.Words(phrases...)}
	}
	n.Steps(t, grantType,
		acctest.Step{Config: grant()},
		step("id"),
		step("client_id", "audience"),
		step("client_id", "audience", "subject_type"),
		rejected("cgr_0000000000000000", "Unable to import client grant", "cgr_0000000000000000"),
		rejected("client  audience", "Invalid import ID", "exactly one space"),
		rejected("a b c d", "Invalid import ID"),
		rejected("alone", "Invalid import ID"),
	)
}

// TestAccClientGrant_disappears deletes the grant outside Terraform: the next apply creates it again.
func TestAccClientGrant_disappears(t *testing.T) {
	n := acctest.New(t)
	grant := grants(t, n)
	n.Steps(t, grantType,
		acctest.Step{Config: grant()},
		acctest.Step{
			Before: changeGrant(t, n, func(ctx context.Context, grant tenant.Grant) error { return n.Ports.Grants.Delete(ctx, grant.Key()) }),
			Config: grant(), Action: acctest.Create, Checks: acctest.Checks{expectScopes(n, false, "batch:upload")},
		},
	)
}

// TestAccClientGrant_toggled switches the client off and on in the dashboard, which re-creates the grant with another ID: the state
// follows the grant, and differences are changed in place.
func TestAccClientGrant_toggled(t *testing.T) {
	n := acctest.New(t)
	grant := grants(t, n)
	changed := acctest.Differ(address, "id")
	step := func(scopes []string, action acctest.Action, writes ...string) acctest.Step {
		return acctest.Step{
			Before: changeGrant(t, n, func(ctx context.Context, grant tenant.Grant) error {
				err := n.Ports.Grants.Delete(ctx, grant.Key())
				if err == nil {
					grant.Scopes = scopes
					_, err = n.Ports.Grants.Create(ctx, grant)
				}
				return err
			}),
			Config: grant(), Action: action, Checks: acctest.Checks{changed(), expectScopes(n, false, "batch:upload"), n.ExpectWrites(writes...)},
		}
	}
	n.Steps(t, grantType,
		acctest.Step{Config: grant(), Checks: acctest.Checks{changed()}},
		step([]string{"batch:upload"}, acctest.Noop),
		step([]string{"batch:upload", "read:timesheets"}, acctest.Update, "PATCH client-grants/{id} scope"),
	)
}

func TestAccClientGrant_drift(t *testing.T) {
	n := acctest.New(t)
	grant := grants(t, n)
	steps := []acctest.Step{{Config: grant()}}
	for _, change := range []tenant.Grant{
		{Scopes: []string{"batch:upload", "read:timesheets"}},
		{AllowAllScopes: true},
		{OrganizationUsage: "allow"},
		{AllowAnyOrganization: true},
		{AuthorizationDetailsTypes: []string{"payment"}},
	} {
		steps = append(steps, acctest.Step{
			Before: changeGrant(t, n, func(ctx context.Context, grant tenant.Grant) error {
				_, err := n.Ports.Grants.Update(ctx, grant.Key(), tenant.GrantUpdate{Planned: change})
				return err
			}),
			Config: grant(), Action: acctest.Update, Checks: acctest.Checks{expectScopes(n, false, "batch:upload")},
		})
	}
	n.Steps(t, grantType, steps...)
}

// TestAccClientGrant_misspelled creates a grant with a misspelled scope: the plan is rejected without a request.
func TestAccClientGrant_misspelled(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		ConfigDirectory: fixture(), ConfigVariables: config.Variables{"scopes": set("batch:uplaod")},
		ExpectError: acctest.Words("Scope does not exist", `does not define the scope "batch:uplaod"`, `Did you mean "batch:upload"?`),
	})
	if n.Server != nil && len(n.Server.Journal()) > 0 {
		t.Errorf("the plan sends requests: %+v", n.Server.Journal())
	}
}

// TestAccClientGrant_unknown uses a scope that is unknown in the plan: it is compared with the scopes of the API in the apply, before
// the grant is created.
func TestAccClientGrant_unknown(t *testing.T) {
	n := acctest.New(t)
	scope := func(name string) config.Variables { return config.Variables{"scope": config.StringVariable(name)} }
	n.Run(t,
		resource.TestStep{ConfigVariables: scope("batch:uplaod"), ExpectError: acctest.Words("Scope does not exist", `Did you mean "batch:upload"?`)},
		resource.TestStep{ConfigVariables: scope("batch:upload"), ConfigStateChecks: acctest.Checks{expectScopes(n, false, "batch:upload")}},
	)
}

// TestAccClientGrant_organizationMissing expects the attribute in the error of an update with an organization that does not exist.
func TestAccClientGrant_organizationMissing(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	n := acctest.New(t)
	w, grant := n.Workspace(t), grants(t, n)()
	const usage = "  organization_usage = \"allow\"\n"
	block := fmt.Sprintf("resource %q \"test\" {\n  client_id = %q\n  audience = %q\n  scopes = []\n%s}\n", grantType, grant["client_id"], grant["audience"], usage)
	w.Write("main.tf", block)
	w.Succeed("apply", "-auto-approve")
	w.Write("main.tf", strings.Replace(block, usage, usage+"  organizations = [\"org_missing\"]\n", 1))
	printed, ok := w.Run("apply", "-auto-approve")
	if want := acctest.Words("Unable to change the organizations of client grant", `organizations = ["org_missing"]`); ok || !want.MatchString(printed) {
		t.Errorf("success %v, want %s:\n%s", ok, want, printed)
	}
}
