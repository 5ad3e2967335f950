package client

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// validateConfig checks rules that involve several attributes.
func validateConfig(config Model, diags *diag.Diagnostics) {
	validate.Pairing(!config.ClientSecretWO.IsNull(), !config.ClientSecretWOVersion.IsNull(),
		path.Root("client_secret_wo"), path.Root("client_secret_wo_version"), diags)
	validateKeys(config, diags)
	validateQuota(config, diags)
}

// validateQuota requires a limit, because Auth0 accepts a quota without one, which has no effect.
func validateQuota(config Model, diags *diag.Diagnostics) {
	if config.TokenQuota.IsNull() || config.TokenQuota.IsUnknown() {
		return
	}
	limits := config.TokenQuota.Attributes()
	if limits["per_hour"].IsNull() && limits["per_day"].IsNull() {
		diagnose.Reject(diags, path.Root("token_quota"), "Invalid token_quota", "The quota has no limit. Set `per_hour`, `per_day` or both, or remove `token_quota`.")
	}
}

// ModifyPlan rejects impossible changes of keys, plans for clients that use mTLS, and plans that lock the provider out of the
// tenant.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	prior, plan, ok := r.PlanModels(ctx, req, resp)
	warnExpired(ctx, plan, time.Now(), &resp.Diagnostics)
	if !ok {
		return
	}
	guard.Plan(ctx, r.PlanState, r.protection(prior), req, resp)
	if req.State.Raw.IsNull() {
		return
	}
	rejectUnknown(prior, &resp.Diagnostics)
	if req.Plan.Raw.IsNull() {
		parent := planstate.Parent{Type: "timesheets_client", Key: prior.ClientID.ValueString()}
		diagnose.AddDependents(&resp.Diagnostics, path.Empty(), parent, r.PlanState.PlanParentDelete(parent)...)
		if !resp.Diagnostics.HasError() {
			r.warnDeletion(ctx, prior.ClientID.ValueString(), &resp.Diagnostics)
		}
		return
	}
	if privatestate.UsesMTLS.In(ctx, req.Private, &resp.Diagnostics) {
		rejectMTLS(prior, &resp.Diagnostics)
	}
	rejectSameKey(ctx, prior, plan, &resp.Diagnostics)
	warnUnsetSecret(ctx, prior, plan, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.isOwn(prior) {
		return
	}
	r.guardOwn(ctx, prior, plan, time.Now(), &resp.Diagnostics)
}

// guard keeps protected clients from being deleted and replaced.
var guard = modify.Guard{Type: "timesheets_client", Name: "name"}

// protection states why a client must not be deleted: the provider authenticates as this client, or deletion_protection is set.
func (r *Resource) protection(m Model) modify.Protection {
	object := fmt.Sprintf("client %q (%s)", m.Name.ValueString(), m.ClientID.ValueString())
	switch {
	case r.isOwn(m):
		return modify.Protection{
			Summary: "Client is the provider's own", Object: object,
			Reason: "The provider itself authenticates as this client, and would lock itself out of the tenant.",
		}
	case m.DeletionProtection.ValueBool():
		return modify.Protection{Summary: "Client is protected", Object: object, Reason: modify.ProtectionSet, Release: modify.ProtectionRelease}
	}
	return modify.Protection{}
}

// warnExpired warns of keys that have expired. An error would stop configurations that once were valid.
func warnExpired(ctx context.Context, plan Model, now time.Time, diags *diag.Diagnostics) {
	for name, key := range plan.keysByName(ctx) {
		if expiry, err := time.Parse(time.RFC3339, key.ExpiresAt.ValueString()); err == nil && expiry.Before(now) {
			diagnose.Warn(diags, path.Root("private_key_jwt").AtMapKey(name).AtName("expires_at"), "Key has expired",
				"The key %q expired at %s, so the client cannot authenticate with it. To continue using the key, set a later time. Otherwise remove the key.", name, key.ExpiresAt.ValueString())
		}
	}
}

// contains reports whether a set contains a value, or is unknown.
func contains(set types.Set, value string) bool {
	if set.IsUnknown() {
		return true
	}
	for _, element := range set.Elements() {
		if element.Equal(types.StringValue(value)) {
			return true
		}
	}
	return false
}

// warnDeletion warns that a client cannot be restored, and of the client grants that Auth0 deletes with it (CL020). It lists
// them unless the plan deletes a grant of the client: a plan that deletes the whole setup sends no request for the warning.
// There is no warning of a forced replacement: its first plan is that of an unchanged client, and Terraform prints only errors of
// its second plan. Nor of a tainted client, which Terraform plans as a create.
func (r *Resource) warnDeletion(ctx context.Context, clientID string, diags *diag.Diagnostics) {
	var deleted strings.Builder
	if !r.PlanState.DeletesGrantOf(clientID) {
		for _, grant := range r.Grants(ctx, tenant.GrantFilter{ClientID: clientID}, fmt.Sprintf("client %q", clientID), diags) {
			fmt.Fprintf(&deleted, "\n  - %s for the API %s", grant.ID, grant.Audience)
		}
	}
	detail := fmt.Sprintf("This plan deletes the client %q. Auth0 cannot restore it, and a new client gets another client ID and another secret.", clientID)
	if deleted.Len() > 0 {
		detail += " Auth0 deletes its client grants with it:" + deleted.String()
	}
	diagnose.Warn(diags, path.Empty(), "Client cannot be restored", "%s", detail)
}
