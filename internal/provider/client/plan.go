package client

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

// ValidateConfig checks what one attribute alone cannot tell.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	validate.Pairing(!config.ClientSecretWO.IsNull(), !config.ClientSecretWOVersion.IsNull(),
		path.Root("client_secret_wo"), path.Root("client_secret_wo_version"), &resp.Diagnostics)
	validateKeys(config, &resp.Diagnostics)
	validateQuota(ctx, config, &resp.Diagnostics)
}

// validateQuota asks for a limit: the tenant takes a quota without one, and it is then without effect.
func validateQuota(ctx context.Context, config Model, diags *diag.Diagnostics) {
	if config.TokenQuota.IsNull() || config.TokenQuota.IsUnknown() {
		return
	}
	var limits quota
	diags.Append(config.TokenQuota.As(ctx, &limits, basetypes.ObjectAsOptions{})...)
	if limits.PerHour.IsNull() && limits.PerDay.IsNull() {
		diagnose.Refusal(diags, path.Root("token_quota"), "Invalid token_quota", "It has no limit. Write `per_hour`, `per_day` or both, or leave the attribute out.")
	}
}

// ModifyPlan rejects impossible changes of keys, plans for clients that authenticate otherwise, and plans that lock the
// provider out.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior, plan Model
	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
		adviseExpired(ctx, plan, time.Now(), &resp.Diagnostics)
	}
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	if resp.Diagnostics.HasError() || r.PlanState == nil {
		return
	}
	guard.Plan(ctx, r.PlanState, r.protection(prior), req, resp)
	if req.State.Raw.IsNull() {
		return
	}
	rejectUnknown(prior, &resp.Diagnostics)
	if req.Plan.Raw.IsNull() {
		if !resp.Diagnostics.HasError() {
			r.warnDeletion(ctx, prior.ClientID.ValueString(), &resp.Diagnostics)
		}
		return
	}
	mark, diags := req.Private.GetKey(ctx, otherwiseMark)
	resp.Diagnostics.Append(diags...)
	refuseOtherwise(prior, mark, &resp.Diagnostics)
	refuseSameKey(ctx, prior, plan, &resp.Diagnostics)
	adviseUnsetSecret(ctx, prior, plan, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.isOwn(prior) {
		return
	}
	r.guardOwn(ctx, prior, plan, time.Now(), &resp.Diagnostics)
}

// guard keeps protected clients from being deleted and replaced.
var guard = modify.Guard{Type: "timesheets_client", Name: "name"}

// protection states why a client must not be deleted: the provider works as it, or deletion_protection is set.
func (r *Resource) protection(m Model) modify.Protection {
	object := fmt.Sprintf("client %q (%s)", m.Name.ValueString(), m.ClientID.ValueString())
	switch {
	case r.isOwn(m):
		return modify.Protection{
			Summary: "Client is the provider's own", Object: object,
			Reason: "The provider itself works as this client, and would lock itself out of the tenant.",
		}
	case m.DeletionProtection.ValueBool():
		return modify.Protection{Summary: "Client is protected", Object: object, Reason: modify.ProtectionSet, Release: modify.ProtectionRelease}
	}
	return modify.Protection{}
}

// adviseExpired tells of keys that let nobody in any more. An error would stop configurations that once were right.
func adviseExpired(ctx context.Context, plan Model, now time.Time, diags *diag.Diagnostics) {
	for name, key := range plan.entries(ctx) {
		if end, err := time.Parse(time.RFC3339, key.ExpiresAt.ValueString()); err == nil && end.Before(now) {
			diagnose.Advice(diags, path.Root("private_key_jwt").AtMapKey(name).AtName("expires_at"), "Key has expired",
				"Since %s nobody gets a token with the key %q. Write a later time if the key is to go on, or take the entry away.", key.ExpiresAt.ValueString(), name)
		}
	}
}

func holds(set types.Set, value string) bool {
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
