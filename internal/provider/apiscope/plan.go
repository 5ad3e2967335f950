package apiscope

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
)

// ModifyPlan compares the plan with what this process has read and planned.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.PlanState == nil {
		return
	}
	var prior, plan Model
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	guard.Plan(ctx, r.PlanState, r.protection(prior), req, resp)
	naturalKey.Plan(ctx, r.PlanState, req, resp)
	if req.Plan.Raw.IsNull() {
		r.planDelete(prior, path.Empty(), resp)
		return
	}
	_, second := privatestate.PlannedAt(ctx, req.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() && !plan.Identifier.Equal(prior.Identifier) {
		r.planDelete(prior, path.Root("identifier"), resp)
	}
	if resp.Diagnostics.HasError() || plan.Identifier.IsUnknown() || plan.Value.IsUnknown() {
		return
	}
	if p := r.protection(plan); req.State.Raw.IsNull() && p.Summary != "" {
		diagnose.Reject(&resp.Diagnostics, path.Root("identifier"), p.Summary, "This plan creates the %s: it is new, or is in the state already and tainted. %s "+
			"If it is tainted, run `terraform untaint timesheets_api_scope.NAME`. If the API has this scope, import it. Otherwise remove the resource.", p.Object, p.Reason)
		return
	}
	if p := r.protection(prior); p.Summary != "" && !plan.Description.IsUnknown() && !plan.Description.Equal(prior.Description) {
		diagnose.Reject(&resp.Diagnostics, path.Root("description"), p.Summary, "This plan changes the %s. %s Set the description that the tenant has.", p.Object, p.Reason)
	}
	identifier, value := plan.Identifier.ValueString(), plan.Value.ValueString()
	if r.PlanState.PlanScope(identifier, value, req.State.Raw.IsNull() && !second) {
		diagnose.AddScopesExist(&resp.Diagnostics, path.Root("value"), identifier, []string{value})
	}
	if r.PlanState.Managers(identifier).Map {
		diagnose.AddConflictingScopes(&resp.Diagnostics, path.Root("identifier"), identifier, []string{value})
	}
	if r.PlanState.Created(identifier) && !req.State.Raw.IsNull() { // the API is created again, and the scope with it
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("api_id"), types.StringUnknown())...)
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("api_id"))
	}
	parent, scope := planstate.Parent{Type: "timesheets_api", Key: identifier}, fmt.Sprintf("timesheets_api_scope for %q", value)
	if r.PlanState.PlanDependent(parent, scope) {
		diagnose.AddDependents(&resp.Diagnostics, path.Root("identifier"), parent, scope)
	}
}

// planDelete records that the plan deletes a scope, and rejects that if the API's own map manages its scopes now: the apply would
// send the two in any order.
func (r *Resource) planDelete(prior Model, at path.Path, resp *resource.ModifyPlanResponse) {
	identifier, value := prior.Identifier.ValueString(), prior.Value.ValueString()
	r.PlanState.PlanScopeDelete(identifier, value)
	if r.PlanState.Managers(identifier).Map {
		diagnose.AddScopesMoved(&resp.Diagnostics, at, identifier, []string{value})
	}
}

// naturalKey rejects two resources for one scope.
var naturalKey = modify.NaturalKey{Guard: guard, Noun: "scope", Exchange: true}

// guard keeps protected scopes from being deleted and replaced.
var guard = modify.Guard{Type: "timesheets_api_scope", Key: []string{"identifier", "value"}}

// protection states why a scope must not be deleted: it belongs to an API that Auth0 created (RS021).
func (r *Resource) protection(m Model) modify.Protection {
	if !r.Self.IsSystemAPI(m.Identifier.ValueString()) {
		return modify.Protection{}
	}
	return modify.Protection{
		Summary: "Scope belongs to a system API", Object: fmt.Sprintf("scope %q of the API %q", m.Value.ValueString(), m.Identifier.ValueString()),
		Reason: "Auth0 created the API and permits no change of its scopes.",
	}
}
