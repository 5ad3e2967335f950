package clientgrant

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// validateConfig requires exactly one of scopes and allow_all_scopes.
func validateConfig(config ResourceModel, diags *diag.Diagnostics) {
	validateOrganizations(config, diags)
	if diags.HasError() || config.AllowAllScopes.IsUnknown() || config.Scopes.IsUnknown() {
		return
	}
	switch all := config.AllowAllScopes.ValueBool(); {
	case all && !config.Scopes.IsNull():
		diagnose.Reject(diags, path.Root("allow_all_scopes"), "Conflicting scopes",
			"`scopes` cannot be set if `allow_all_scopes = true`. Remove `allow_all_scopes` to allow only the listed scopes, or remove `scopes` to allow all.")
	case !all && config.Scopes.IsNull():
		diagnose.Reject(diags, path.Root("scopes"), "Missing scopes",
			"One of `scopes` and `allow_all_scopes` must be set. Set `scopes = [\"batch:upload\"]`, `scopes = []` for tokens without scopes, or `allow_all_scopes = true`.")
	}
}

// ModifyPlan compares the scopes of the grant with those of the API that this process knows, without a request, and rejects changes of
// the provider's own grant that would lock it out.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	prior, plan, ok := r.PlanModels(ctx, req, resp)
	if !ok {
		return
	}
	if req.Plan.Raw.IsNull() {
		r.PlanState.PlanGrantDelete(prior.ClientID.ValueString(), prior.Audience.ValueString())
	}
	r.planOrganizations(ctx, prior, plan, req, resp)
	guard.Plan(ctx, r.PlanState, r.protection(prior.Model), req, resp)
	if !req.State.Raw.IsNull() && !req.Plan.Raw.IsNull() && !req.Plan.Raw.Equal(req.State.Raw) && !resp.Diagnostics.HasError() {
		r.guardChange(prior.Model, plan.Model, &resp.Diagnostics)
	}
	naturalKey.Plan(ctx, r.PlanState, req, resp)
	if req.Plan.Raw.IsNull() {
		return
	}
	r.planParents(plan.Model, &resp.Diagnostics)
	r.planScopes(prior.Model, plan.Model, &resp.Diagnostics)
	if req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	if plan.AllowAllScopes.ValueBool() && plan.Audience.Equal(types.StringValue(r.Self.Audience)) {
		diagnose.Reject(&resp.Diagnostics, path.Root("allow_all_scopes"), "Invalid allow_all_scopes",
			"Auth0 does not permit `allow_all_scopes` for the Management API. List the scopes that the client needs, such as `scopes = [\"read:clients\"]`.")
		return
	}
	if plan.AllowAllScopes.ValueBool() && !prior.AllowAllScopes.ValueBool() {
		diagnose.Warn(&resp.Diagnostics, path.Root("allow_all_scopes"), "Client can request every scope",
			"This includes scopes that are added to the API later, also outside Terraform. List the scopes that the client needs instead, such as `scopes = [\"batch:upload\"]`.")
	}
}

// planParents records the API and the client of a grant, and rejects a plan that deletes one of them.
func (r *Resource) planParents(plan Model, diags *diag.Diagnostics) {
	grant := fmt.Sprintf("timesheets_client_grant of the client %q for the API %q", plan.ClientID.ValueString(), plan.Audience.ValueString())
	for attribute, parent := range map[string]planstate.Parent{
		"client_id": {Type: "timesheets_client", Key: plan.ClientID.ValueString()},
		"audience":  {Type: "timesheets_api", Key: plan.Audience.ValueString()},
	} {
		if parent.Key != "" && r.PlanState.PlanDependent(parent, grant) {
			diagnose.AddDependents(diags, path.Root(attribute), parent, grant)
		}
	}
}

// planScopes records the scopes of a grant, and rejects those that the `scopes` of its API do not define. Auth0 would accept them and
// issue tokens with them (CG005).
func (r *Resource) planScopes(prior, plan Model, diags *diag.Diagnostics) {
	if plan.Audience.IsUnknown() || plan.Scopes.IsUnknown() || hasUnknown(plan.Scopes) {
		return // planned again in the apply, when the values are known
	}
	audience := plan.Audience.ValueString()
	if like := r.PlanState.LookAlike(audience); like != "" && !plan.Audience.Equal(prior.Audience) {
		diagnose.Warn(diags, path.Root("audience"), "Audience may be mistyped", "The audience %q differs from the identifier %q of an API of this configuration. "+
			"Auth0 compares them exactly, including letter case and trailing slashes. Check the audience.", audience, like)
	}
	grant := plan.grant()
	if grant.SubjectType == tenant.SubjectClient && r.PlanState.PlanClientGrant(audience) {
		diagnose.AddUselessGrant(diags, path.Root("audience"), audience)
	}
	for _, found := range r.PlanState.PlanGrant(audience, planstate.GrantScopes{
		Client: grant.ClientID, Key: grant.ClientID + " " + grant.SubjectType, Scopes: grant.Scopes, Added: addedScopes(prior.grant(), grant),
	}) {
		defined, _ := r.PlanState.MapValues(audience)
		diagnose.AddUndefinedScope(diags, path.Root("scopes").AtSetValue(types.StringValue(found.Scope)), audience, found, suggestion(found.Scope, defined))
	}
}

// addedScopes returns the scopes that the prior grant for the same API does not contain.
func addedScopes(prior, planned tenant.Grant) []string {
	if prior.Audience != planned.Audience {
		return planned.Scopes
	}
	return slices.DeleteFunc(slices.Clone(planned.Scopes), func(scope string) bool { return slices.Contains(prior.Scopes, scope) })
}

// warnUndefined warns of scopes that a write added to a grant and that the API does not define, unless this process knows that it
// does. It uses the queue of the API's scopes, so that it sees those that are being created, and sends one request for all grants of
// an API. If the request fails, the warning is omitted.
func (r *Resource) warnUndefined(ctx context.Context, prior, written tenant.Grant, diags *diag.Diagnostics) {
	audience := written.Audience
	if len(r.PlanState.Undefined(audience, addedScopes(prior, written))) == 0 {
		return
	}
	api, err := r.Tenant.Scopes.Get(ctx, tenant.APIKey{Identifier: audience})
	if err != nil {
		return
	}
	r.PlanState.Observe(api)
	for _, scope := range r.PlanState.Undefined(audience, addedScopes(prior, written)) {
		diagnose.Warn(diags, path.Root("scopes").AtSetValue(types.StringValue(scope)), "Scope is not defined",
			"When the client grant was written, the API %q did not define the scope %q.%s Auth0 accepts such a scope, and issues tokens with it. "+
				"If a timesheets_api_scope of this configuration creates it, reference it, so that Terraform creates it first: `scopes = [timesheets_api_scope.NAME.value]`.",
			audience, scope, suggestion(scope, tenant.ScopeValues(api.Scopes)))
	}
}

// suggestion returns a sentence about the scopes that an API defines.
func suggestion(scope string, known []string) string {
	if near := validate.Near(scope, known); near != "" {
		return fmt.Sprintf(" Did you mean %q?", near)
	}
	if len(known) == 0 {
		return " It defines none. Add the scope to the API first."
	}
	const limit = 10
	if len(known) > limit {
		return fmt.Sprintf(" It defines %d others, such as %s.", len(known), validate.Choices(known[:limit]))
	}
	return fmt.Sprintf(" It defines %s.", validate.Choices(known))
}

// guard keeps protected grants from being deleted and replaced.
var guard = modify.Guard{Type: "timesheets_client_grant", Key: []string{"client_id", "audience", "subject_type"}}

// naturalKey rejects two resources with the same client, API and subject type.
var naturalKey = modify.NaturalKey{Guard: guard, Noun: "client grant"}

// protection states why a grant must not be deleted: Auth0 created it, or the provider itself depends on it.
func (r *Resource) protection(m Model) modify.Protection {
	object := fmt.Sprintf("client grant %s of client %q for the API %q", m.ID.ValueString(), m.ClientID.ValueString(), m.Audience.ValueString())
	switch {
	case m.IsSystem.ValueBool():
		return modify.Protection{Summary: "Client grant is a system grant", Object: object, Reason: "Auth0 created this grant and permits no change."}
	case r.isOwn(m):
		return modify.Protection{
			Summary: "Client grant is the provider's own", Object: object,
			Reason: "The provider itself depends on this grant, and would lock itself out of the tenant.",
		}
	}
	return modify.Protection{}
}

// isOwn reports whether the provider itself depends on a grant.
func (r *Resource) isOwn(m Model) bool {
	return r.Self.IsOwnGrant(m.ClientID.ValueString(), m.Audience.ValueString(), m.SubjectType.ValueString())
}

// guardChange rejects changes of grants that Auth0 created, and changes that remove permissions of the provider itself.
func (r *Resource) guardChange(prior, plan Model, diags *diag.Diagnostics) {
	if prior.IsSystem.ValueBool() {
		diagnose.Reject(diags, path.Empty(), "Client grant is a system grant", "Auth0 created the grant %s and permits no change. "+
			"To stop managing it, use a `removed` block that sets `lifecycle { destroy = false }`.", prior.ID.ValueString())
		return
	}
	if !r.isOwn(prior) {
		return
	}
	reject := func(at path.Path, why, advice string) {
		diagnose.Reject(diags, at, "Client grant is the provider's own",
			"The provider itself depends on this grant, and this plan would lock it out of the tenant: %s. %s", why, advice)
	}
	if plan.OrganizationUsage.ValueString() == "require" && !plan.OrganizationUsage.Equal(prior.OrganizationUsage) {
		reject(path.Root("organization_usage"), "its token requests contain no organization", "Set organization_usage = \"deny\" or \"allow\".")
	}
	if plan.Scopes.IsUnknown() || hasUnknown(plan.Scopes) || plan.AllowAllScopes.ValueBool() {
		return // planned again in the apply, with known values
	}
	if removed := removedScopes(prior.grant(), plan.grant()); len(removed) > 0 {
		reject(path.Root("scopes"), "it removes "+validate.Choices(removed), "Keep all of its scopes. To remove some of them, change the grant in the dashboard.")
	}
}

// removedScopes returns the scopes that a plan removes from a grant.
func removedScopes(prior, planned tenant.Grant) []string {
	return slices.DeleteFunc(slices.Clone(prior.Scopes), func(scope string) bool { return slices.Contains(planned.Scopes, scope) })
}

func hasUnknown(set types.Set) bool {
	return slices.ContainsFunc(set.Elements(), attr.Value.IsUnknown)
}
