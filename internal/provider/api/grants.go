package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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
