package apiscope_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

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

const (
	address = "timesheets_api_scope.test"
	grant   = "timesheets_client_grant.test"
)

func fixture() func(config.TestStepConfigRequest) string {
	return config.StaticDirectory("testdata/TestAccAPIScope_basic")
}

func several() func(config.TestStepConfigRequest) string {
	return config.StaticDirectory("testdata/TestAccAPIScope_several")
}

func count(scopes int) config.Variables {
	return config.Variables{"count_of_scopes": config.IntegerVariable(scopes)}
}

func key(n *acctest.Tenant) tenant.APIKey {
	return tenant.APIKey{Identifier: "https://" + n.Prefix + ".example/v1"}
}

func value(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

// expectScopes checks the scopes of the API in the tenant.
func expectScopes(n *acctest.Tenant, scopes ...tenant.Scope) statecheck.StateCheck {
	return acctest.CheckTenant(func(ctx context.Context) error {
		api, err := n.Ports.APIs.Get(ctx, key(n))
		if err == nil && !tenant.SameScopes(api.Scopes, scopes) {
			return fmt.Errorf("the tenant has the scopes %v, want %v", api.Scopes, scopes)
		}
		return err
	})
}

// setScopes sets all scopes of the API outside Terraform.
func setScopes(t *testing.T, n *acctest.Tenant, scopes ...tenant.Scope) func() {
	t.Helper()
	return acctest.ChangeTenant(t, func(ctx context.Context) error {
		api, err := n.Ports.APIs.Get(ctx, key(n))
		if err == nil {
			planned := tenant.API{Scopes: append([]tenant.Scope{}, scopes...)}
			_, err = n.Ports.APIs.Update(ctx, key(n), tenant.APIUpdate{Prior: tenant.API{Scopes: api.Scopes}, Planned: planned})
		}
		return err
	})
}

func actions(scope, grants plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(address, scope), plancheck.ExpectResourceAction(grant, grants),
	}}
}

func TestAccAPIScope_basic(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{
		value("id", knownvalue.StringExact(key(n).Identifier+" batch:upload")),
		value("identifier", knownvalue.StringExact(key(n).Identifier)),
		value("value", knownvalue.StringExact("batch:upload")),
		value("description", knownvalue.Null()),
		value("api_id", knownvalue.NotNull()),
		expectScopes(n, tenant.Scope{Value: "batch:upload"}),
	}})
}

func TestAccAPIScope_update(t *testing.T) {
	n := acctest.New(t)
	described := func(text string) config.Variables {
		return config.Variables{"description": config.StringVariable(text)}
	}
	update := actions(plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop)
	long := strings.Repeat("ü", 500)
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture(), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ConfigDirectory: fixture(), ConfigVariables: described(long), ConfigPlanChecks: update, ConfigStateChecks: []statecheck.StateCheck{
			value("description", knownvalue.StringExact(long)), expectScopes(n, tenant.Scope{Value: "batch:upload", Description: long}), n.ExpectWrites("PATCH resource-servers/{id} scopes"),
		}},
		resource.TestStep{ConfigDirectory: fixture(), ConfigPlanChecks: update, ConfigStateChecks: []statecheck.StateCheck{
			value("description", knownvalue.Null()), expectScopes(n, tenant.Scope{Value: "batch:upload"}), n.ExpectWrites("PATCH resource-servers/{id} scopes"),
		}},
	)
}

// TestAccAPIScope_replace changes the value, which replaces the scope and updates the grant in place.
func TestAccAPIScope_replace(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{
			ConfigDirectory: fixture(), ConfigVariables: config.Variables{"value": config.StringVariable("read:timesheets")},
			ConfigPlanChecks:  actions(plancheck.ResourceActionDestroyBeforeCreate, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, tenant.Scope{Value: "read:timesheets"})},
		},
	)
}

// TestAccAPIScope_apiRecreated replaces the API: its scopes are created again.
func TestAccAPIScope_apiRecreated(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{
			ConfigDirectory: fixture(), Taint: []string{"timesheets_api.test"},
			ConfigPlanChecks:  actions(plancheck.ResourceActionDestroyBeforeCreate, plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, tenant.Scope{Value: "batch:upload"})},
		},
	)
}

func TestAccAPIScope_import(t *testing.T) {
	n := acctest.New(t)
	rejected := func(id string, phrases ...string) resource.TestStep {
		return resource.TestStep{ConfigDirectory: fixture(), ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: acctest.Words(phrases...)}
	}
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{
			ConfigDirectory: fixture(), ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "value", ImportStateIdFunc: acctest.Attribute(address, "identifier", "value"),
		},
		rejected(key(n).Identifier+" no:scope", "Unable to import scope", "no:scope"),
		rejected(key(n).Identifier, "Invalid import ID", "identifier value"),
	)
}

func TestAccAPIScope_disappears(t *testing.T) {
	for name, others := range map[string][]tenant.Scope{"alone": {}, "with another": {{Value: "foreign"}}} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture()},
				resource.TestStep{
					PreConfig: setScopes(t, n, others...), ConfigDirectory: fixture(),
					ConfigPlanChecks:  actions(plancheck.ResourceActionCreate, plancheck.ResourceActionNoop),
					ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, append(others, tenant.Scope{Value: "batch:upload"})...)},
				},
			)
		})
	}
}

func TestAccAPIScope_drift(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{
			PreConfig:         setScopes(t, n, tenant.Scope{Value: "batch:upload", Description: "by hand"}, tenant.Scope{Value: "foreign"}),
			ConfigDirectory:   fixture(),
			ConfigPlanChecks:  actions(plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{expectScopes(n, tenant.Scope{Value: "batch:upload"}, tenant.Scope{Value: "foreign"})},
		},
	)
}

// TestAccAPIScope_conflict creates a scope that exists: the error contains an import block, and the scope is not changed.
func TestAccAPIScope_conflict(t *testing.T) {
	n := acctest.New(t)
	n.Run(t,
		resource.TestStep{ConfigDirectory: several(), ConfigVariables: count(0)},
		resource.TestStep{
			PreConfig:       setScopes(t, n, tenant.Scope{Value: "scope:1", Description: "foreign"}),
			ConfigDirectory: several(), ConfigVariables: count(3),
			ExpectError: acctest.Words("Unable to create scope", "already has", "import {", "timesheets_api_scope", key(n).Identifier+" scope:1"),
		},
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				api, err := n.Ports.APIs.Get(ctx, key(n))
				if scope, _ := api.Scope("scope:1"); err == nil && scope.Description != "foreign" {
					return fmt.Errorf("the foreign scope was changed: %+v", scope)
				}
				if err == nil && !slices.Equal(tenant.ScopeValues(api.Scopes), []string{"scope:0", "scope:1", "scope:2"}) {
					return fmt.Errorf("the scopes are %v", tenant.ScopeValues(api.Scopes))
				}
				return err
			}),
			RefreshState: true, ExpectNonEmptyPlan: true,
		},
	)
}

// TestAccAPIScope_several creates twenty scopes in batches: three requests for API, client and grant, and a few for the scopes. On an
// idle machine these are five. On a busy machine some scopes miss their batch, but there are still fewer requests than scopes.
func TestAccAPIScope_several(t *testing.T) {
	n := acctest.New(t)
	scopes := []tenant.Scope{}
	for i := range 20 {
		scopes = append(scopes, tenant.Scope{Value: fmt.Sprintf("scope:%d", i), Description: fmt.Sprintf("Scope %d", i)})
	}
	n.Run(t, resource.TestStep{
		ConfigVariables: config.Variables{"count_of_scopes": config.IntegerVariable(20)},
		ConfigStateChecks: []statecheck.StateCheck{
			acctest.CheckTenant(func(context.Context) error {
				if n.Server == nil {
					return nil
				}
				t.Logf("%d requests", n.CallsOfApply())
				if requests := n.CallsOfApply(); requests >= 3+20 {
					return fmt.Errorf("the apply sends %d requests", requests)
				}
				return nil
			}),
			expectScopes(n, scopes...),
		},
	})
}

// TestAccAPIScope_hundred creates a hundred scopes on a slow tenant in about ten batches. A test of package coalesce asserts the exact
// number, 21 requests, with a fake clock. On a busy machine some scopes miss their batch, so this test accepts three times as many.
func TestAccAPIScope_hundred(t *testing.T) {
	acctest.EmulatorOnly(t, "slows the tenant down")
	n := acctest.New(t)
	start := time.Time{}
	n.Run(t,
		resource.TestStep{ConfigDirectory: several(), ConfigVariables: count(0)},
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(context.Context) error {
				start = time.Now()
				n.Server.ResetJournal()
				return n.Server.Inject(emulator.Fault{Route: "/api/v2/resource-servers/{id}", Delay: 150 * time.Millisecond})
			}),
			ConfigDirectory: several(), ConfigVariables: count(100),
			ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(func(context.Context) error {
				t.Logf("%d requests, %s with all of Terraform's own refreshes", n.CallsOfApply(), time.Since(start).Round(100*time.Millisecond))
				if requests := n.CallsOfApply(); requests > 3*21+1 { // and the grant's update
					return fmt.Errorf("the apply sends %d requests", requests)
				}
				n.Server.ClearFaults()
				return nil
			})},
		},
	)
}

// TestAccAPIScope_managedTwice manages the scopes of one API with both forms: the plan is rejected without a request, whichever form
// is planned first.
func TestAccAPIScope_managedTwice(t *testing.T) {
	n := acctest.New(t)
	rejected := acctest.Words("Conflicting scope management", key(n).Identifier, "read:timesheets")
	n.Run(t,
		resource.TestStep{ExpectError: rejected},
		resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccAPIScope_managedTwiceLater"), ExpectError: rejected},
	)
	if n.Server != nil && len(n.Server.Journal()) > 0 {
		t.Errorf("the plan sends requests: %+v", n.Server.Journal())
	}
}

func TestAccAPIScope_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t)
	limited := n.WithToken("read:resource_servers", "create:resource_servers", "delete:resource_servers",
		"read:clients", "create:clients", "delete:clients", "read:client_grants", "create:client_grants", "delete:client_grants")
	limited.Run(t, resource.TestStep{ConfigDirectory: fixture(), ExpectError: acctest.Words("Unable to create scope", "update:resource_servers")})
}
