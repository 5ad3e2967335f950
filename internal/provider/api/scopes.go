package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// change is a plan of an API that exists afterwards.
type change struct {
	prior, plan, config Model
	created             bool // or replaced by one with another identifier
}

// planScopes records the planned scopes of an API, and rejects plans that contradict other resources.
func (r *Resource) planScopes(ctx context.Context, c change, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	released := privatestate.Scopes.In(ctx, req.Private, &resp.Diagnostics)
	if !req.State.Raw.IsNull() {
		privatestate.Scopes.Set(ctx, resp.Private, !c.config.Scopes.IsNull(), &resp.Diagnostics)
	}
	if c.plan.Identifier.IsUnknown() {
		return
	}
	identifier := c.plan.Identifier.ValueString()
	if c.created {
		r.PlanState.PlanCreate(identifier)
	}
	switch {
	case c.config.Scopes.IsNull() && released && !c.created && !c.prior.Scopes.IsNull():
		r.release(ctx, c.prior, resp)
		return
	case c.config.Scopes.IsNull():
		return
	case c.plan.Scopes.IsUnknown():
		r.PlanState.PlanUnknownMap(identifier)
	default:
		r.planMap(ctx, c, &resp.Diagnostics)
	}
	managers := r.PlanState.Managers(identifier)
	if len(managers.Singles) > 0 {
		diagnose.AddConflictingScopes(&resp.Diagnostics, path.Root("scopes"), identifier, managers.Singles)
	}
	if len(managers.Deleted) > 0 {
		diagnose.AddScopesMoved(&resp.Diagnostics, path.Root("scopes"), identifier, managers.Deleted)
	}
}

// planMap records the values of `scopes`, and rejects a plan that deletes scopes which no plan has shown, or which grants of
// the same configuration contain.
func (r *Resource) planMap(ctx context.Context, c change, diags *diag.Diagnostics) {
	identifier := c.plan.Identifier.ValueString()
	values := tenant.ScopeValues(scopes(c.plan.Scopes))
	removed := removedScopes(c.prior, c.plan)
	if !c.created && c.prior.Scopes.IsNull() {
		removed = slices.DeleteFunc(r.PlanState.ReadScopes(identifier), func(value string) bool { return slices.Contains(values, value) })
		if len(removed) > 0 {
			rejectRemoval(ctx, identifier, removed, diags)
		}
	}
	for _, found := range r.PlanState.PlanMap(identifier, values, removed) {
		diagnose.AddUndefinedScope(diags, path.Root("scopes"), identifier, found, "")
	}
}

// rejectRemoval rejects a plan in which `scopes` starts to manage an API that has more scopes. Some of them cannot be added,
// because Auth0 accepts more values than a configuration (RS011).
func rejectRemoval(ctx context.Context, identifier string, removed []string, diags *diag.Diagnostics) {
	others := slices.DeleteFunc(slices.Clone(removed), func(value string) bool { return validate.Accepts(ctx, validate.Scope(), value) })
	advice, add := "", "Add all of them first."
	if len(others) > 0 {
		add = "Add all others first."
		advice = fmt.Sprintf("No configuration can contain %s, because of a character that is not allowed in a scope of a token. Remove such scopes in the dashboard, "+
			"or omit `scopes` and use timesheets_api_scope, which keeps them.", validate.Choices(others))
	}
	if len(others) < len(removed) {
		advice = strings.TrimSpace(advice + " " + add + " Scopes that you do not need can be removed by the next apply, whose plan shows the removal.")
	}
	diagnose.Reject(diags, path.Root("scopes"), "Existing scopes would be removed", "`scopes` starts to manage all scopes of the API %q, but does not contain %s. %s",
		identifier, validate.Choices(removed), advice)
}

// release plans an API whose configuration no longer sets `scopes`: they stay in the tenant, and are removed from the state.
func (r *Resource) release(ctx context.Context, prior Model, resp *resource.ModifyPlanResponse) {
	identifier, values := prior.Identifier.ValueString(), tenant.ScopeValues(scopes(prior.Scopes))
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("scopes"), types.MapNull(types.StringType))...)
	if r.PlanState.WasRead(identifier) {
		diagnose.Warn(&resp.Diagnostics, path.Root("scopes"), "Scopes are no longer managed", "The configuration of the API %q no longer sets `scopes`. "+
			"Its scopes stay in the tenant: %s. To delete them, set `scopes = {}`.", identifier, validate.Choices(values))
	}
	if existing := r.PlanState.PlanMapRelease(identifier, values); len(existing) > 0 {
		diagnose.AddScopesExist(&resp.Diagnostics, path.Root("scopes"), identifier, existing)
	}
}

// warnGrants warns of the client grants that Auth0 deletes with the API. It sends the only request of a plan, and only for
// such a plan.
func (r *Resource) warnGrants(ctx context.Context, identifier string, diags *diag.Diagnostics) {
	if grants := r.grantsOf(ctx, identifier, nil, diags); len(grants) > 0 {
		diagnose.Warn(diags, path.Empty(), "Client grants are deleted with the API", "Auth0 deletes the client grants of the API %q with it, and their clients can no longer get tokens for it. "+
			"The list includes grants that this plan creates again:\n  - %s", identifier, strings.Join(grants, "\n  - "))
	}
}

// warnRemovedScopes warns of client grants that still contain scopes which the last update removed from the API. Grants of the same
// configuration are up to date then, so the reported ones are managed elsewhere.
func (r *Resource) warnRemovedScopes(ctx context.Context, state Model, req resource.ReadRequest, resp *resource.ReadResponse) {
	removed, diags := privatestate.RemovedScopes(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	present := tenant.ScopeValues(scopes(state.Scopes))
	removed = slices.DeleteFunc(removed, func(value string) bool { return slices.Contains(present, value) })
	if len(removed) == 0 {
		return
	}
	resp.Diagnostics.Append(privatestate.MarkRemovedScopes(ctx, resp.Private, nil)...)
	identifier := state.Identifier.ValueString()
	if grants := r.grantsOf(ctx, identifier, removed, &resp.Diagnostics); len(grants) > 0 {
		diagnose.Warn(&resp.Diagnostics, path.Root("scopes"), "Client grants contain removed scopes", "The last apply removed scopes from the API %q that these client grants "+
			"still contain, and Auth0 still issues tokens with them. Remove the scopes from the grants:\n  - %s", identifier, strings.Join(grants, "\n  - "))
	}
}

// grantsOf describes the client grants of an API that contain one of the scopes; all of them if no scopes are given.
func (r *Resource) grantsOf(ctx context.Context, identifier string, scopes []string, diags *diag.Diagnostics) []string {
	var found []string
	for _, grant := range r.Grants(ctx, tenant.GrantFilter{Audience: identifier}, fmt.Sprintf("API %q", identifier), diags) {
		contained := slices.DeleteFunc(slices.Clone(scopes), func(value string) bool { return !slices.Contains(grant.Scopes, value) })
		if len(scopes) == 0 || len(contained) > 0 {
			found = append(found, strings.TrimSpace(fmt.Sprintf("%s of client %s %s", grant.ID, grant.ClientID, strings.Join(contained, ", "))))
		}
	}
	return found
}

// removedScopes returns the scopes that an update removes from an API, sorted.
func removedScopes(prior, plan Model) []string {
	if plan.Scopes.IsNull() || plan.Scopes.IsUnknown() {
		return nil
	}
	after := tenant.ScopeValues(scopes(plan.Scopes))
	return slices.DeleteFunc(tenant.ScopeValues(scopes(prior.Scopes)), func(value string) bool { return slices.Contains(after, value) })
}
