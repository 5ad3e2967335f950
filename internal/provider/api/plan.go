package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// webLifetime plans token_lifetime_for_web if the configuration omits it: Auth0's default, or token_lifetime if that is shorter,
// because Auth0 does not accept a longer one (RS007).
type webLifetime struct{ modify.Described }

func newWebLifetime() webLifetime {
	return webLifetime{modify.Described{Text: "The smaller of 7200 and token_lifetime if omitted."}}
}

// PlanModifyInt64 implements planmodifier.Int64.
func (webLifetime) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if !req.ConfigValue.IsNull() {
		return
	}
	var lifetime types.Int64
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("token_lifetime"), &lifetime)...)
	if lifetime.IsUnknown() {
		resp.PlanValue = types.Int64Unknown()
		return
	}
	resp.PlanValue = types.Int64Value(min(tenant.DefaultTokenLifetimeForWeb, lifetime.ValueInt64()))
}

// validateConfig checks rules that involve several attributes, and notes whether the configuration sets scopes.
func (r *Resource) validateConfig(config Model, diags *diag.Diagnostics) {
	if r.PlanState != nil && !config.Identifier.IsUnknown() {
		r.PlanState.ConfigureScopes(config.Identifier.ValueString(), !config.Scopes.IsNull())
	}
	lifetime := config.TokenLifetime.ValueInt64()
	if config.TokenLifetime.IsNull() {
		lifetime = tenant.DefaultTokenLifetime
	}
	if web := config.TokenLifetimeForWeb.ValueInt64(); web > lifetime && !config.TokenLifetime.IsUnknown() {
		diagnose.Reject(diags, path.Root("token_lifetime_for_web"), "Invalid token_lifetime_for_web",
			"%d seconds exceed token_lifetime, which is %d. Set at most %d, or a longer token_lifetime.", web, lifetime, lifetime)
	}
	secret := !config.SigningSecretWO.IsNull()
	validate.Pairing(secret, !config.SigningSecretWOVersion.IsNull(), path.Root("signing_secret_wo"), path.Root("signing_secret_wo_version"), diags)
	if secret && !config.SigningAlg.IsUnknown() && config.SigningAlg.ValueString() != "HS256" {
		diagnose.Reject(diags, path.Root("signing_secret_wo"), "Invalid signing_secret_wo",
			"A signing secret can only be used with HS256. Set signing_alg = \"HS256\", or remove the secret.")
	}
}

// ModifyPlan compares the plan with what this process has read and planned, and rejects plans that are not allowed.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	prior, plan, ok := r.PlanModels(ctx, req, resp)
	var config Model
	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	}
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	created, deleted := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	replaced := !created && !deleted && !plan.Identifier.Equal(prior.Identifier)
	naturalKey.Plan(ctx, r.PlanState, req, resp)
	if !deleted {
		plan = r.planSystem(ctx, req, prior, plan, config, created || replaced, resp)
		ignored := !config.Scopes.IsNull() && r.PlanState.OmitsScopes(plan.Identifier.ValueString()) // ignore_changes puts in the prior value
		if !ignored {
			r.planScopes(ctx, change{prior: prior, plan: plan, config: config, created: created || replaced}, req, resp)
		}
		warnTokens(prior, plan, &resp.Diagnostics)
		if denies := plan.api().SubjectTypeAuthorization.Client == "deny_all"; r.PlanState.PlanDeniesClients(plan.Identifier.ValueString(), denies) {
			diagnose.AddUselessGrant(&resp.Diagnostics, path.Root("subject_type_authorization").AtName("client"), plan.Identifier.ValueString())
		}
	}
	guard.Plan(ctx, r.PlanState, prior.protection(), req, resp)
	if created {
		return
	}
	if deleted || replaced {
		parent := planstate.Parent{Type: "timesheets_api", Key: prior.Identifier.ValueString()}
		diagnose.AddDependents(&resp.Diagnostics, path.Empty(), parent, r.PlanState.PlanParentDelete(parent)...)
	}
	if !deleted && !replaced && prior.IsSystem.ValueBool() {
		r.guardSystem(prior, plan, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() || !deleted && !replaced || r.PlanState.DeletesGrant(prior.Identifier.ValueString()) {
		return // a plan that also deletes client grants needs no warning, which would cost a request
	}
	r.warnGrants(ctx, prior.Identifier.ValueString(), &resp.Diagnostics)
}

// longLifetime is the longest lifetime of tokens, in seconds, that causes no warning: Auth0's default of a day.
const longLifetime = tenant.DefaultTokenLifetime

// warnTokens warns of settings of tokens with consequences that are easily overlooked. Plans that do not change the setting cause no
// warning.
func warnTokens(prior, plan Model, diags *diag.Diagnostics) {
	if plan.SigningAlg.ValueString() == "HS256" && !plan.SigningAlg.Equal(prior.SigningAlg) {
		diagnose.Warn(diags, path.Root("signing_alg"), "Tokens signed with a shared secret",
			"With HS256, everyone who can verify a token of this API can also forge one, and the secret cannot be rotated without an outage. "+
				"Set signing_alg = \"RS256\" or remove the attribute, unless the API cannot verify RS256.")
	}
	if dialect := plan.TokenDialect.ValueString(); strings.HasSuffix(dialect, "_authz") && !plan.EnforcePolicies.ValueBool() &&
		!(plan.TokenDialect.Equal(prior.TokenDialect) && plan.EnforcePolicies.Equal(prior.EnforcePolicies)) {
		diagnose.Warn(diags, path.Root("token_dialect"), "Tokens without permissions",
			"Tokens of the dialect %s contain the permissions of users, but Auth0 adds permissions only with enforce_policies. "+
				"Set enforce_policies = true, or use the dialect %s.", dialect, strings.TrimSuffix(dialect, "_authz"))
	}
	if lifetime := plan.TokenLifetime.ValueInt64(); lifetime > longLifetime && !plan.TokenLifetime.Equal(prior.TokenLifetime) {
		diagnose.Warn(diags, path.Root("token_lifetime"), "Token lifetime exceeds one day",
			"Tokens cannot be revoked: a stolen token, or one whose grant was deleted, remains valid for up to %d seconds (%d hours). "+
				"A job can request a new token in each run, so set token_lifetime = %d or less.", lifetime, lifetime/3600, longLifetime)
	}
}

// guard keeps protected APIs from being deleted and replaced.
var guard = modify.Guard{Type: "timesheets_api", Key: []string{"identifier"}}

// naturalKey rejects two resources with the same identifier.
var naturalKey = modify.NaturalKey{Guard: guard, Noun: "API"}

// protection states why an API must not be deleted: Auth0 created it, or deletion_protection is set.
func (m Model) protection() modify.Protection {
	object := fmt.Sprintf("API %q", m.Identifier.ValueString())
	switch {
	case m.IsSystem.ValueBool():
		return modify.Protection{Summary: "API is a system API", Object: object, Reason: "Auth0 created this API, and the tenant depends on it."}
	case m.DeletionProtection.ValueBool():
		return modify.Protection{Summary: "API is protected", Object: object, Reason: modify.ProtectionSet, Release: modify.ProtectionRelease}
	}
	return modify.Protection{}
}
