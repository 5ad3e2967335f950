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

// ValidateConfig asks for exactly one of scopes and allow_all_scopes.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config ResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	checkOrganizations(config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || config.AllowAllScopes.IsUnknown() || config.Scopes.IsUnknown() {
		return
	}
	switch all := config.AllowAllScopes.ValueBool(); {
	case all && !config.Scopes.IsNull():
		diagnose.Refusal(&resp.Diagnostics, path.Root("allow_all_scopes"), "Scopes named twice",
			"`allow_all_scopes = true` and `scopes` exclude each other. Keep `scopes = [\"batch:upload\"]` to allow those alone, or take it away to allow all.")
	case !all && config.Scopes.IsNull():
		diagnose.Refusal(&resp.Diagnostics, path.Root("scopes"), "Missing scopes",
			"A grant names what it allows: write `scopes = [\"batch:upload\"]`, `scopes = []` for a token without scopes, or `allow_all_scopes = true`.")
	}
}

// ModifyPlan holds the grant's scopes against those of the API as far as this process knows them, without a call, and
// refuses to take away the grant that the provider itself works with.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior, plan ResourceModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}
	if resp.Diagnostics.HasError() || r.PlanState == nil {
		return
	}
	if req.Plan.Raw.IsNull() {
		r.PlanState.PlanGrantDelete(prior.ClientID.ValueString(), prior.Audience.ValueString())
	}
	planOrganizations(ctx, req, resp)
	guard.Plan(ctx, r.PlanState, r.protection(prior.Model), req, resp)
	if !req.State.Raw.IsNull() && !req.Plan.Raw.IsNull() && !req.Plan.Raw.Equal(req.State.Raw) && !resp.Diagnostics.HasError() {
		r.guardChange(ctx, prior.Model, plan.Model, &resp.Diagnostics)
	}
	naturalKey.Plan(ctx, r.PlanState, req, resp)
	if req.Plan.Raw.IsNull() {
		return
	}
	r.planScopes(ctx, prior.Model, plan.Model, &resp.Diagnostics)
	if req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	if plan.AllowAllScopes.ValueBool() && plan.Audience.Equal(types.StringValue(r.Self.Audience)) {
		diagnose.Refusal(&resp.Diagnostics, path.Root("allow_all_scopes"), "Invalid allow_all_scopes",
			"The Management API is Auth0's own, and Auth0 grants its scopes by name alone. Write those the client needs, such as `scopes = [\"read:clients\"]`.")
		return
	}
	if plan.AllowAllScopes.ValueBool() && !prior.AllowAllScopes.ValueBool() {
		diagnose.Advice(&resp.Diagnostics, path.Root("allow_all_scopes"), "Client may ask for every scope",
			"That includes scopes which are added to the API later, by whomever. Name those the client needs instead, such as `scopes = [\"batch:upload\"]`.")
	}
}

// planScopes records the scopes of a grant, and rejects those that the `scopes` of its API do not define. Auth0 itself would
// accept them, and put them into tokens (CG005).
func (r *Resource) planScopes(ctx context.Context, prior, plan Model, diags *diag.Diagnostics) {
	if plan.Audience.IsUnknown() || plan.Scopes.IsUnknown() || hasUnknown(plan.Scopes) {
		return // planned again in the apply, when the values are known
	}
	audience := plan.Audience.ValueString()
	if like := r.PlanState.LookAlike(audience); like != "" && !plan.Audience.Equal(prior.Audience) {
		diagnose.Advice(diags, path.Root("audience"), "Audience may be mistyped", "The audience %q is not the API %q of this configuration: "+
			"the tenant compares them byte for byte, letter case and slashes at the end included.", audience, like)
	}
	grant := plan.grant(ctx)
	if grant.SubjectType == tenant.SubjectClient && r.PlanState.PlanClientGrant(audience) {
		diagnose.UselessGrant(diags, path.Root("audience"), audience)
	}
	for _, found := range r.PlanState.PlanGrant(audience, planstate.GrantScopes{
		Client: grant.ClientID, Key: grant.ClientID + " " + grant.SubjectType, Scopes: grant.Scopes, Added: added(prior.grant(ctx), grant),
	}) {
		defined, _ := r.PlanState.MapValues(audience)
		diagnose.UndefinedScope(diags, path.Root("scopes").AtSetValue(types.StringValue(found.Scope)), audience, found, advice(found.Scope, defined))
	}
}

// added are the scopes that a grant of the same API did not contain before.
func added(prior, planned tenant.Grant) []string {
	if prior.Audience != planned.Audience {
		return planned.Scopes
	}
	return slices.DeleteFunc(slices.Clone(planned.Scopes), func(scope string) bool { return slices.Contains(prior.Scopes, scope) })
}

// adviseUndefined warns of scopes that a write added to a grant and that the API does not define, unless this process knows
// that it does. It joins the queue of the API's scopes, so it sees those that are being created, and costs one request for
// all grants of an API. If it fails the warning is left out, because nothing depends on it.
func (r *Resource) adviseUndefined(ctx context.Context, prior, written tenant.Grant, diags *diag.Diagnostics) {
	audience := written.Audience
	if len(r.PlanState.Undefined(audience, added(prior, written))) == 0 {
		return
	}
	api, err := r.Tenant.Scopes.Change(ctx, tenant.APIKey{Identifier: audience})
	if err != nil {
		return
	}
	r.PlanState.Observe(api)
	for _, scope := range r.PlanState.Undefined(audience, added(prior, written)) {
		diagnose.Advice(diags, path.Root("scopes").AtSetValue(types.StringValue(scope)), "Scope is not defined",
			"When the client grant was written, the API %q did not define the scope %q.%s Auth0 accepts such a scope, and issues tokens with it. "+
				"If a timesheets_api_scope of this configuration creates it, reference it, so that Terraform creates it first: `scopes = [timesheets_api_scope.NAME.value]`.",
			audience, scope, advice(scope, tenant.ScopeValues(api.Scopes)))
	}
}

func advice(scope string, known []string) string {
	if near := validate.Near(scope, known); near != "" {
		return fmt.Sprintf(" Did you mean %q?", near)
	}
	if len(known) == 0 {
		return " It defines none. Add the scope to the API first."
	}
	const most = 10
	if len(known) > most {
		return fmt.Sprintf(" It defines %d others, such as %s.", len(known), validate.Choices(known[:most]))
	}
	return fmt.Sprintf(" It defines %s.", validate.Choices(known))
}

// guard keeps protected grants from being deleted and replaced.
var guard = modify.Guard{Type: "timesheets_client_grant", Key: []string{"client_id", "audience", "subject_type"}}

// naturalKey rejects two grants of one client, API and subject type.
var naturalKey = modify.NaturalKey{Guard: guard, Noun: "client grant"}

// protection states why a grant must not be deleted: Auth0 created it, or the provider itself works by it.
func (r *Resource) protection(m Model) modify.Protection {
	object := fmt.Sprintf("client grant %s of client %q for the API %q", m.ID.ValueString(), m.ClientID.ValueString(), m.Audience.ValueString())
	switch {
	case m.IsSystem.ValueBool():
		return modify.Protection{Summary: "Client grant is a system grant", Object: object, Reason: "Auth0 created it and permits no change."}
	case r.isOwn(m):
		return modify.Protection{
			Summary: "Client grant is the provider's own", Object: object,
			Reason: "The provider itself works by this grant, and would lock itself out of the tenant.",
		}
	}
	return modify.Protection{}
}

// isOwn reports whether the provider itself works by a grant.
func (r *Resource) isOwn(m Model) bool {
	return r.Self.IsOwnGrant(m.ClientID.ValueString(), m.Audience.ValueString(), m.SubjectType.ValueString())
}

// guardChange rejects changes of grants that Auth0 created, and changes that remove rights by which the provider works.
func (r *Resource) guardChange(ctx context.Context, prior, plan Model, diags *diag.Diagnostics) {
	if prior.IsSystem.ValueBool() {
		diagnose.Refusal(diags, path.Empty(), "Client grant is a system grant", "Auth0 itself made the grant %s and lets nobody change it. "+
			"To stop managing it, use a `removed` block that sets `lifecycle { destroy = false }`.", prior.ID.ValueString())
		return
	}
	if !r.isOwn(prior) {
		return
	}
	reject := func(at path.Path, why, advice string) {
		diagnose.Refusal(diags, at, "Client grant is the provider's own",
			"The provider itself works by this grant, and this plan would lock it out of the tenant: %s. %s", why, advice)
	}
	if plan.OrganizationUsage.ValueString() == "require" && !plan.OrganizationUsage.Equal(prior.OrganizationUsage) {
		reject(path.Root("organization_usage"), "its token requests name no organization", "Set organization_usage = \"deny\" or \"allow\".")
	}
	if plan.Scopes.IsUnknown() || hasUnknown(plan.Scopes) || plan.AllowAllScopes.ValueBool() {
		return // planned again in the apply, with known values
	}
	if lost := removedScopes(prior.grant(ctx), plan.grant(ctx)); len(lost) > 0 {
		reject(path.Root("scopes"), "it removes "+validate.Choices(lost), "Keep all of its scopes. To remove some of them, change the grant in the dashboard.")
	}
}

// removedScopes returns the scopes that a plan removes from a grant.
func removedScopes(prior, planned tenant.Grant) []string {
	return slices.DeleteFunc(slices.Clone(prior.Scopes), func(scope string) bool { return slices.Contains(planned.Scopes, scope) })
}

func hasUnknown(set types.Set) bool {
	return slices.ContainsFunc(set.Elements(), attr.Value.IsUnknown)
}
