package clientgrant_test

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

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const address = "timesheets_client_grant.test"

func fixture() func(config.TestStepConfigRequest) string {
	return config.StaticDirectory("testdata/TestAccClientGrant_basic")
}

func value(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func stringSet(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, 0, len(values))
	for _, value := range values {
		checks = append(checks, knownvalue.StringExact(value))
	}
	return knownvalue.SetExact(checks)
}

func set(values ...string) config.Variable {
	variables := make([]config.Variable, 0, len(values))
	for _, value := range values {
		variables = append(variables, config.StringVariable(value))
	}
	return config.SetVariable(variables...)
}

// findGrant returns the first grant for the API of the test.
func findGrant(ctx context.Context, n *acctest.Tenant) (tenant.Grant, error) {
	for grant, err := range n.Ports.Grants.List(ctx, tenant.GrantFilter{Audience: "https://" + n.Prefix + ".example/v1"}) {
		return grant, err
	}
	return tenant.Grant{}, fmt.Errorf("the API has no grant")
}

// expectScopes checks the scopes of the grant in the tenant.
func expectScopes(n *acctest.Tenant, all bool, scopes ...string) statecheck.StateCheck {
	return acctest.CheckTenant(func(ctx context.Context) error {
		grant, err := findGrant(ctx, n)
		if err == nil && (grant.AllowAllScopes != all || !slices.Equal(grant.Scopes, scopes)) {
			return fmt.Errorf("the tenant's grant is %+v", grant)
		}
		return err
	})
}

func action(want plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)}}
}

func TestAccClientGrant_basic(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{
		value("id", knownvalue.NotNull()),
		value("scopes", stringSet("batch:upload")),
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
	}})
}

func TestAccClientGrant_update(t *testing.T) {
	n := acctest.New(t)
	same := statecheck.CompareValue(compare.ValuesSame())
	id := func() statecheck.StateCheck { return same.AddStateValue(address, tfjsonpath.New("id")) }
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture(), ConfigStateChecks: []statecheck.StateCheck{id(), acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{
			ConfigDirectory: fixture(), ConfigVariables: config.Variables{"scopes": set("batch:upload", "read:timesheets")},
			ConfigPlanChecks:  action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{id(), expectScopes(n, false, "batch:upload", "read:timesheets"), n.ExpectWrites("PATCH client-grants/{id} scope")},
		},
		resource.TestStep{
			ConfigDirectory: fixture(), ConfigVariables: config.Variables{"scopes": set()},
			ConfigStateChecks: []statecheck.StateCheck{id(), value("scopes", stringSet()), expectScopes(n, false), n.ExpectWrites("PATCH client-grants/{id} scope")},
		},
		resource.TestStep{
			ConfigDirectory: config.StaticDirectory("testdata/TestAccClientGrant_all"),
			ConfigStateChecks: []statecheck.StateCheck{
				id(), value("scopes", knownvalue.Null()), value("allow_all_scopes", knownvalue.Bool(true)), expectScopes(n, true),
				n.ExpectWrites("PATCH client-grants/{id} allow_all_scopes"),
			},
		},
		resource.TestStep{
			ConfigDirectory: fixture(),
			ConfigStateChecks: []statecheck.StateCheck{
				id(), value("allow_all_scopes", knownvalue.Bool(false)), expectScopes(n, false, "batch:upload"),
				n.ExpectWrites("PATCH client-grants/{id} allow_all_scopes scope"),
			},
		},
	)
}

// TestAccClientGrant_settings sets and removes optional attributes: each change sends only the attribute, and a removal restores the
// default.
func TestAccClientGrant_settings(t *testing.T) {
	for name, c := range map[string]struct {
		value           config.Variable
		check, restored knownvalue.Check
	}{
		"organization_usage":          {config.StringVariable("require"), knownvalue.StringExact("require"), knownvalue.StringExact("deny")},
		"allow_any_organization":      {config.BoolVariable(true), knownvalue.Bool(true), knownvalue.Bool(false)},
		"authorization_details_types": {set("payment", "shipping"), stringSet("payment", "shipping"), knownvalue.Null()},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			written := config.Variables{name: c.value}
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture(), ConfigVariables: written, ConfigStateChecks: []statecheck.StateCheck{value(name, c.check), acctest.CheckTenant(n.ResetJournal)}},
				resource.TestStep{
					ConfigDirectory: fixture(), ConfigVariables: written, ResourceName: address, ImportState: true, ImportStateVerify: true,
					ImportStateIdFunc: acctest.Attribute(address, "id"),
				},
				resource.TestStep{
					ConfigDirectory: fixture(), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
					ConfigStateChecks: []statecheck.StateCheck{value(name, c.restored), n.ExpectWrites("PATCH client-grants/{id} " + name)},
				},
				resource.TestStep{
					ConfigDirectory: fixture(), ConfigVariables: written, ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
					ConfigStateChecks: []statecheck.StateCheck{value(name, c.check), n.ExpectWrites("PATCH client-grants/{id} " + name)},
				},
			)
		})
	}
}

func TestAccClientGrant_replace(t *testing.T) {
	for variable, value := range map[string]string{"client": "second", "subject_type": "user"} {
		t.Run(variable, func(t *testing.T) {
			n := acctest.New(t)
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture()},
				resource.TestStep{
					ConfigDirectory: fixture(), ConfigVariables: config.Variables{variable: config.StringVariable(value)},
					ConfigPlanChecks:  action(plancheck.ResourceActionDestroyBeforeCreate),
					ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, false, "batch:upload")},
				},
			)
		})
	}
}

func TestAccClientGrant_import(t *testing.T) {
	n := acctest.New(t)
	step := func(names ...string) resource.TestStep {
		return resource.TestStep{
			ConfigDirectory: fixture(), ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateIdFunc: acctest.Attribute(address, names...),
		}
	}
	rejected := func(id string, phrases ...string) resource.TestStep {
		return resource.TestStep{
			ConfigDirectory: fixture(), ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: acctest.Words(phrases...),
		}
	}
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
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
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				grant, err := findGrant(ctx, n)
				if err == nil {
					err = n.Ports.Grants.Delete(ctx, grant.Key())
				}
				return err
			}),
			ConfigDirectory: fixture(), ConfigPlanChecks: action(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, false, "batch:upload")},
		},
	)
}

// TestAccClientGrant_toggled switches the client off and on in the dashboard, which re-creates the grant with another ID: the state
// follows the grant, and differences are changed in place.
func TestAccClientGrant_toggled(t *testing.T) {
	for name, c := range map[string]struct {
		scopes []string
		action plancheck.ResourceActionType
		writes []string
	}{
		"unchanged": {[]string{"batch:upload"}, plancheck.ResourceActionNoop, nil},
		"wider":     {[]string{"batch:upload", "read:timesheets"}, plancheck.ResourceActionUpdate, []string{"PATCH client-grants/{id} scope"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			differ := statecheck.CompareValue(compare.ValuesDiffer())
			changed := func() statecheck.StateCheck { return differ.AddStateValue(address, tfjsonpath.New("id")) }
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture(), ConfigStateChecks: []statecheck.StateCheck{changed(), acctest.CheckTenant(n.ResetJournal)}},
				resource.TestStep{
					PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
						grant, err := findGrant(ctx, n)
						if err == nil {
							err = n.Ports.Grants.Delete(ctx, grant.Key())
						}
						if err == nil {
							grant.Scopes = c.scopes
							_, err = n.Ports.Grants.Create(ctx, grant)
						}
						return err
					}),
					ConfigDirectory: fixture(), ConfigPlanChecks: action(c.action),
					ConfigStateChecks: []statecheck.StateCheck{changed(), expectScopes(n, false, "batch:upload"), n.ExpectWrites(c.writes...)},
				},
			)
		})
	}
}

func TestAccClientGrant_drift(t *testing.T) {
	for field, change := range map[string]tenant.Grant{
		"scopes":           {Scopes: []string{"batch:upload", "read:timesheets"}},
		"allow_all_scopes": {AllowAllScopes: true},

		"organization_usage":          {OrganizationUsage: "allow"},
		"allow_any_organization":      {AllowAnyOrganization: true},
		"authorization_details_types": {AuthorizationDetailsTypes: []string{"payment"}},
	} {
		t.Run(field, func(t *testing.T) {
			n := acctest.New(t)
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture()},
				resource.TestStep{
					PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
						grant, err := findGrant(ctx, n)
						if err == nil {
							_, err = n.Ports.Grants.Update(ctx, grant.Key(), tenant.GrantUpdate{Planned: change})
						}
						return err
					}),
					ConfigDirectory: fixture(), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
					ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, false, "batch:upload")},
				},
			)
		})
	}
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
		resource.TestStep{ConfigVariables: scope("batch:upload"), ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, false, "batch:upload")}},
	)
}
