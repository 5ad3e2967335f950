package apiscope_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	scopeType = "timesheets_api_scope"
	address   = scopeType + ".test"
	grant     = "timesheets_client_grant.test"
)

// scope returns the configuration of the scope of the test with more attributes: names and values in turn.
func scope(n *acctest.Tenant, more ...any) map[string]any {
	return acctest.With(map[string]any{"identifier": n.Identifier(), "value": "batch:upload"}, more...)
}

func fixture() func(config.TestStepConfigRequest) string {
	return config.StaticDirectory("testdata/TestAccAPIScope_basic")
}

func key(n *acctest.Tenant) tenant.APIKey {
	return tenant.APIKey{Identifier: n.Identifier()}
}

func value(attribute string, want knownvalue.Check) acctest.Check {
	return acctest.Value(address, want, attribute)
}

// expectScopes checks the scopes of the API in the tenant.
func expectScopes(n *acctest.Tenant, scopes ...tenant.Scope) acctest.Check {
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

func actions(scope, grants acctest.Action) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(address, scope), plancheck.ExpectResourceAction(grant, grants),
	}}
}

// TestAccAPIScope_basic creates, changes, imports and deletes a scope with the CLI, next to a grant that contains it.
func TestAccAPIScope_basic(t *testing.T) {
	n := acctest.New(t)
	described := config.Variables{"description": config.StringVariable("Upload timesheets")}
	n.Run(t,
		resource.TestStep{ConfigStateChecks: acctest.Checks{
			value("id", knownvalue.StringExact(n.Identifier()+" batch:upload")),
			value("identifier", knownvalue.StringExact(n.Identifier())),
			value("value", knownvalue.StringExact("batch:upload")),
			value("description", knownvalue.Null()),
			value("api_id", knownvalue.NotNull()),
			expectScopes(n, tenant.Scope{Value: "batch:upload"}), acctest.CheckTenant(n.ResetJournal),
		}},
		resource.TestStep{
			ConfigVariables: described, ConfigPlanChecks: actions(acctest.Update, acctest.Noop),
			ConfigStateChecks: acctest.Checks{
				expectScopes(n, tenant.Scope{Value: "batch:upload", Description: "Upload timesheets"}), n.ExpectWrites("PATCH resource-servers/{id} scopes"),
			},
		},
		resource.TestStep{
			ConfigVariables: described, ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "value", ImportStateIdFunc: acctest.Attribute(address, "identifier", "value"),
		},
	)
}

func TestAccAPIScope_update(t *testing.T) {
	n := acctest.New(t)
	n.CreateAPI(t)
	long := strings.Repeat("ü", 500)
	n.Steps(t, scopeType,
		acctest.Step{Config: scope(n)},
		acctest.Step{Config: scope(n, "description", long), Action: acctest.Update, Checks: acctest.Checks{
			value("description", knownvalue.StringExact(long)), expectScopes(n, tenant.Scope{Value: "batch:upload", Description: long}), n.ExpectWrites("PATCH resource-servers/{id} scopes"),
		}},
		acctest.Step{Config: scope(n), Action: acctest.Update, Checks: acctest.Checks{
			value("description", knownvalue.Null()), expectScopes(n, tenant.Scope{Value: "batch:upload"}), n.ExpectWrites("PATCH resource-servers/{id} scopes"),
		}},
	)
}

// TestAccAPIScope_replace changes the value, which replaces the scope and updates the grant in place.
func TestAccAPIScope_replace(t *testing.T) {
	testReplace(t, "-var=value=read:timesheets", "read:timesheets", "timesheets_api_scope.test must be replaced", "timesheets_client_grant.test will be updated in-place")
}

// TestAccAPIScope_apiRecreated replaces the API: its scopes are created again.
func TestAccAPIScope_apiRecreated(t *testing.T) {
	testReplace(t, "-replace=timesheets_api.test", "batch:upload", "timesheets_api_scope.test must be replaced", "2 to add, 0 to change, 2 to destroy")
}

// testReplace applies with an additional argument, and expects phrases in the plan, and then one scope.
func testReplace(t *testing.T, arg, scope string, phrases ...string) {
	t.Helper()
	n := acctest.New(t)
	w := n.FixtureWorkspace(t, "TestAccAPIScope_basic")
	w.Succeed("apply", "-auto-approve")
	w.ExpectPlanned(w.Succeed("apply", "-auto-approve", arg), phrases...)
	api, err := n.Ports.APIs.Get(t.Context(), key(n))
	if err != nil || !tenant.SameScopes(api.Scopes, []tenant.Scope{{Value: scope}}) {
		t.Errorf("the tenant has the scopes %v, %v", api.Scopes, err)
	}
	if !strings.HasPrefix(arg, "-replace") {
		w.ExpectEmptyPlan(arg)
	} else {
		w.ExpectEmptyPlan()
	}
	w.Succeed("destroy", "-auto-approve")
}

func TestAccAPIScope_import(t *testing.T) {
	n := acctest.New(t)
	n.CreateAPI(t)
	n.Steps(t, scopeType,
		acctest.Step{Config: scope(n)},
		acctest.Step{ImportBy: []string{"identifier", "value"}, Config: scope(n)},
		acctest.Step{ImportID: n.Identifier() + " no:scope", Config: scope(n), Error: acctest.Words("Unable to import scope", "no:scope")},
		acctest.Step{ImportID: n.Identifier(), Config: scope(n), Error: acctest.Words("Invalid import ID", "identifier value")},
	)
}

// TestAccAPIScope_disappears deletes the scope outside Terraform: the next apply creates it again next to the others.
func TestAccAPIScope_disappears(t *testing.T) {
	n := acctest.New(t)
	n.CreateAPI(t)
	step := func(others ...tenant.Scope) acctest.Step {
		return acctest.Step{
			Before: setScopes(t, n, others...), Config: scope(n), Action: acctest.Create,
			Checks: acctest.Checks{expectScopes(n, append(others, tenant.Scope{Value: "batch:upload"})...)},
		}
	}
	n.Steps(t, scopeType, acctest.Step{Config: scope(n)}, step(), step(tenant.Scope{Value: "foreign"}))
}

func TestAccAPIScope_drift(t *testing.T) {
	n := acctest.New(t)
	n.CreateAPI(t)
	n.Steps(t, scopeType,
		acctest.Step{Config: scope(n)},
		acctest.Step{
			Before: setScopes(t, n, tenant.Scope{Value: "batch:upload", Description: "by hand"}, tenant.Scope{Value: "foreign"}),
			Config: scope(n), Action: acctest.Update,
			Checks: acctest.Checks{expectScopes(n, tenant.Scope{Value: "batch:upload"}, tenant.Scope{Value: "foreign"})},
		},
	)
}

// TestAccAPIScope_conflict creates a scope that exists: the error contains an import block, and the scope is not changed.
func TestAccAPIScope_conflict(t *testing.T) {
	n := acctest.New(t)
	foreign := tenant.Scope{Value: "batch:upload", Description: "foreign"}
	n.CreateAPI(t, foreign)
	n.Steps(t, scopeType, acctest.Step{
		Config: scope(n), Error: acctest.Words("Unable to create scope", "already has", "import {", "timesheets_api_scope", n.Identifier()+" batch:upload"),
	})
	api, err := n.Ports.APIs.Get(t.Context(), key(n))
	if err != nil || !tenant.SameScopes(api.Scopes, []tenant.Scope{foreign}) {
		t.Errorf("the tenant has the scopes %v, %v", api.Scopes, err)
	}
}

// applyScopes creates an API with scopes and a grant in one apply of the CLI, and returns the number of its requests.
func applyScopes(t *testing.T, n *acctest.Tenant, scopes int) int {
	t.Helper()
	w := n.FixtureWorkspace(t, "TestAccAPIScope_several")
	variables := []string{"-auto-approve", fmt.Sprintf("-var=count_of_scopes=%d", scopes), "-var=client_id=" + n.CreateClient(t, n.DefaultClient("job"))}
	w.Succeed("apply", variables...)
	api, err := n.Ports.APIs.Get(t.Context(), key(n))
	if err != nil || len(api.Scopes) != scopes {
		t.Errorf("the tenant has %d scopes, %v", len(api.Scopes), err)
	}
	requests := 0
	if n.Server != nil {
		requests = n.CallsOfApply()
		n.Server.ClearFaults()
	}
	w.Succeed("destroy", variables...)
	if _, err := n.Ports.APIs.Get(t.Context(), key(n)); err == nil {
		t.Error("the API exists after the destroy")
	}
	return requests
}

// TestAccAPIScope_several creates twenty scopes in batches: two requests for API and grant, and a few for the scopes. On an idle
// machine these are five. On a busy machine some scopes miss their batch, but there are still fewer requests than scopes.
func TestAccAPIScope_several(t *testing.T) {
	if requests := applyScopes(t, acctest.New(t), 20); requests >= 2+20 {
		t.Errorf("the apply sends %d requests", requests)
	}
}

// TestAccAPIScope_hundred creates a hundred scopes on a slow tenant in about ten batches. A test of package coalesce asserts the exact
// number, 21 requests, with a fake clock. On a busy machine some scopes miss their batch, so this test accepts three times as many.
func TestAccAPIScope_hundred(t *testing.T) {
	acctest.EmulatorOnly(t, "slows the tenant down")
	n := acctest.New(t)
	if err := n.Server.Inject(emulator.Fault{Route: "/api/v2/resource-servers/{id}", Delay: 150 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if requests := applyScopes(t, n, 100); requests > 2+3*21 { // API and grant
		t.Errorf("the apply sends %d requests", requests)
	}
}

// TestAccAPIScope_managedTwice manages the scopes of one API with both forms: the plan is rejected without a request, whichever form
// is planned first.
func TestAccAPIScope_managedTwice(t *testing.T) {
	n := acctest.New(t)
	rejected := acctest.Words("Conflicting scope management", n.Identifier(), "read:timesheets")
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
	n.CreateAPI(t)
	n.WithToken("read:resource_servers").Steps(t, scopeType, acctest.Step{Config: scope(n), Error: acctest.Words("Unable to create scope", "update:resource_servers")})
}

// TestAccAPIScope_toMap moves scopes from timesheets_api_scope to the API's scopes without deleting them. Plans that delete the
// single scopes, or whose scopes do not contain them, are rejected.
func TestAccAPIScope_toMap(t *testing.T) {
	n := acctest.New(t)
	removed := config.StaticDirectory("testdata/TestAccAPIScope_toMapRemoved")
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture()},
		resource.TestStep{ExpectError: acctest.Words("Scopes move into the map of the API", "batch:upload", "removed")},
		resource.TestStep{
			ConfigDirectory: removed, ConfigVariables: config.Variables{"scopes": config.SetVariable([]config.Variable{}...)},
			ExpectError: acctest.Words("Existing scopes would be removed", "batch:upload", "Add all of them first"),
		},
		resource.TestStep{
			ConfigDirectory: removed,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("timesheets_api.test", acctest.Update),
				plancheck.ExpectResourceAction(grant, acctest.Noop),
			}},
			ConfigStateChecks: acctest.Checks{expectScopes(n, tenant.Scope{Value: "batch:upload"})},
		},
	)
}

// The read that verifies a change of a scope fails. A created scope is in the state, with a warning. The error of an update
// says that Auth0 accepted it, and the next plan is empty.
func TestAccAPIScope_unverified(t *testing.T) {
	acctest.EmulatorOnly(t, "makes a request fail")
	const configuration = `
resource "timesheets_api" "a" {
  name       = "A"
  identifier = "https://a.test"
}
resource "timesheets_api_scope" "s" {
  identifier  = timesheets_api.a.identifier
  value       = "read:timesheets"
  description = %q
}
`
	n := acctest.New(t)
	w := n.Workspace(t)
	failRead := func(nth int) {
		n.Server.ClearFaults()
		if err := n.Server.Inject(emulator.Fault{
			Method: "GET", Route: "/api/v2/resource-servers/{id}", Nth: nth, Status: http.StatusForbidden,
			Body: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:resource_servers","errorCode":"insufficient_scope"}`,
		}); err != nil {
			t.Fatal(err)
		}
	}
	w.Write("main.tf", fmt.Sprintf(configuration, "Read"))
	failRead(1)
	printed := w.Succeed("apply", "-auto-approve")
	if want := acctest.Words("Warning: Scope is not verified", "Auth0 accepted the change of the scope", "The read that verifies it failed: Insufficient scope", "Plan again"); !want.MatchString(printed) {
		t.Errorf("the create does not warn with %q:\n%s", want, printed)
	}
	n.Server.ClearFaults()
	w.Succeed("plan", "-detailed-exitcode")

	w.Write("main.tf", fmt.Sprintf(configuration, "Read all"))
	failRead(2) // the first one is of the batch, because nothing was read before
	printed, ok := w.Run("apply", "-auto-approve", "-refresh=false")
	if want := acctest.Words("Unable to update scope", "Auth0 accepted the change of the scope"); ok || !want.MatchString(printed) {
		t.Errorf("the update does not end with %q:\n%s", want, printed)
	}
	n.Server.ClearFaults()
	w.Succeed("apply", "-auto-approve")
	w.Succeed("plan", "-detailed-exitcode")
}

// TestAccAPIScope_recreatedSincePlan re-creates the API, with another ID, between a plan that changes the scope and its apply.
// The scope is changed, and the next plan is empty.
func TestAccAPIScope_recreatedSincePlan(t *testing.T) {
	n := acctest.New(t)
	configuration := "resource %[1]q %[2]q {\n  identifier  = %[3]q\n  value       = \"batch:upload\"\n  description = %[4]q\n}\n"
	write := func(w *acctest.Workspace, description string) {
		w.Write("main.tf", fmt.Sprintf(configuration, scopeType, "test", n.Identifier(), description))
	}
	n.CreateAPI(t)
	w := n.Workspace(t)
	write(w, "Upload")
	w.Succeed("apply", "-auto-approve")
	write(w, "Upload timesheets")
	w.Succeed("plan", "-out=plan")
	acctest.ChangeTenant(t, func(ctx context.Context) error {
		if err := n.Ports.APIs.Delete(ctx, key(n)); err != nil {
			return err
		}
		_, err := n.Ports.APIs.Create(ctx, n.DefaultAPI(tenant.Scope{Value: "read:timesheets"}))
		return err
	})()
	w.Succeed("apply", "plan")
	w.ExpectEmptyPlan()
	api, err := n.Ports.APIs.Get(t.Context(), key(n))
	if want := []tenant.Scope{{Value: "batch:upload", Description: "Upload timesheets"}, {Value: "read:timesheets"}}; err != nil || !tenant.SameScopes(api.Scopes, want) {
		t.Errorf("the tenant has the scopes %v, want %v (%v)", api.Scopes, want, err)
	}
	w.Succeed("destroy", "-auto-approve")
}

func TestAccAPIScope_move(t *testing.T) {
	n := acctest.New(t)
	for name, c := range map[string]struct {
		address string
		state   string
		want    any // the description
	}{
		"with description":    {"registry.terraform.io/auth0/auth0", `{"id":"https://x::read","resource_server_identifier":"https://x","scope":"read","description":"Read"}`, "Read"},
		"without description": {"registry.opentofu.org/auth0/auth0", `{"id":"https://x::read","resource_server_identifier":"https://x","scope":"read","description":""}`, nil},
		"of an older version": {"auth0", `{"id":"2023","resource_server_identifier":"https://x","scope":"read","description":null}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			n.ExpectMove(t, acctest.MovedObject{From: c.address, Source: "auth0_resource_server_scope", Type: "timesheets_api_scope", State: c.state},
				map[string]any{"id": "https://x read", "identifier": "https://x", "value": "read", "description": c.want, "api_id": nil})
		})
	}
}

func TestAccAPIScope_moveRejected(t *testing.T) {
	acctest.New(t).ExpectMoveRejected(t,
		acctest.MovedObject{Source: "auth0_resource_server_scope", Type: "timesheets_api_scope", State: `{"id":"https://x::read"}`}, "State cannot be read")
}

// TestAccAPIScope_moveUnchanged moves scopes with and without a description, for which auth0/auth0 writes "", without a change in
// the tenant.
func TestAccAPIScope_moveUnchanged(t *testing.T) {
	acctest.EmulatorOnly(t, "reads the emulator's journal")
	n := acctest.New(t)
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload", Description: "Upload"}, tenant.Scope{Value: "read:timesheets"})
	for _, scope := range api.Scopes {
		t.Run(scope.Value, func(t *testing.T) {
			key := map[string]any{"identifier": api.Identifier, "value": scope.Value}
			config := map[string]any{"identifier": api.Identifier, "value": scope.Value}
			if scope.Description != "" {
				config["description"] = scope.Description
			}
			n.ExpectUnchangedMove(t, acctest.MovedObject{
				Source: "auth0_resource_server_scope", Type: "timesheets_api_scope", Config: config, Key: key,
				State: fmt.Sprintf(`{"id": "%[1]s::%[2]s", "resource_server_identifier": %[1]q, "scope": %[2]q, "description": %[3]q}`, api.Identifier, scope.Value, scope.Description),
			})
		})
	}
}
