package client

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Limits for the provider's own client. A run uses one token for the plan and one for the apply, and several runs can follow one
// another.
const (
	minOwnPerHour  = 20
	minOwnPerDay   = 100
	ownKeyNotice   = 30 * 24 * time.Hour // remaining lifetime of the key in use that causes a warning
	ownKeyLifetime = time.Hour           // minimum remaining lifetime of the key in use, so that an apply can finish
)

// isOwn reports whether the provider itself authenticates as the client.
func (r *Resource) isOwn(m Model) bool {
	return r.Self.ClientID != "" && m.ClientID.ValueString() == r.Self.ClientID
}

// guardOwn rejects changes of the provider's own client after which the provider gets no token. Values that are unknown in the
// plan are checked in the apply, when Terraform plans again. internal/README.md lists the attributes.
func (r *Resource) guardOwn(ctx context.Context, prior, plan Model, now time.Time, diags *diag.Diagnostics) {
	reject := func(at path.Path, why, advice string) {
		diagnose.Reject(diags, at, "Client is the provider's own",
			"The provider itself authenticates as the client %q (%s), and this plan would lock it out of the tenant: %s. %s",
			prior.Name.ValueString(), prior.ClientID.ValueString(), why, advice)
	}
	if !contains(plan.GrantTypes, tenant.ClientCredentials) {
		reject(path.Root("grant_types"), "without `client_credentials` it gets no token", "Keep `client_credentials` in `grant_types`.")
	}
	if changes(prior.ClientSecretWOVersion, plan.ClientSecretWOVersion) {
		reject(path.Root("client_secret_wo_version"), "a new secret invalidates the one that it uses",
			"Keep `client_secret_wo_version`. Rotate this secret in the dashboard, and give the new one to the provider.")
	}
	if changes(prior.TokenEndpointAuthMethod, plan.TokenEndpointAuthMethod) && plan.TokenEndpointAuthMethod.ValueString() != tenant.DefaultTokenEndpointAuthMethod {
		reject(path.Root("token_endpoint_auth_method"), "it sends its secret as `client_secret_post`", "Set token_endpoint_auth_method = \"client_secret_post\".")
	}
	if changes(prior.RequireProof, plan.RequireProof) && plan.RequireProof.ValueBool() {
		reject(path.Root("require_proof_of_possession"), "it sends no proof of possession", "Set require_proof_of_possession = false.")
	}
	if changes(prior.OrganizationUsage, plan.OrganizationUsage) && plan.OrganizationUsage.ValueString() == "require" {
		reject(path.Root("organization_usage"), "its token requests contain no organization", "Set organization_usage = \"deny\" or \"allow\".")
	}
	for name, limit := range insufficientLimits(prior.client(ctx).TokenQuota, plan.client(ctx).TokenQuota) {
		reject(path.Root("token_quota").AtName(name), fmt.Sprintf("each run needs tokens, and `%s` must be at least %d", name, limit),
			"Set a higher limit, or `enforce = false`.")
	}
	r.guardOwnKeys(ctx, prior, plan, now, reject, diags)
}

// guardOwnKeys rejects a plan that removes the key with which the provider authenticates, or lets it expire. Other keys of the
// client can be rotated. If the key in use is not known, every key counts as in use.
func (r *Resource) guardOwnKeys(ctx context.Context, prior, plan Model, now time.Time, reject func(at path.Path, why, advice string), diags *diag.Diagnostics) {
	at := path.Root("private_key_jwt")
	if plan.PrivateKeyJWT.IsUnknown() {
		return
	}
	if prior.PrivateKeyJWT.IsNull() != plan.PrivateKeyJWT.IsNull() {
		reject(at, "this plan switches its authentication between a secret and keys", "Switch it in the dashboard instead, and change the provider's credentials.")
		return
	}
	planned := plan.keysByName(ctx)
	for name, before := range prior.keysByName(ctx) {
		if r.Self.KeyID != "" && before.KeyID.ValueString() != r.Self.KeyID {
			continue
		}
		plannedName, after := findKey(planned, before.KeyID)
		if plannedName == "" {
			reject(at, fmt.Sprintf("it authenticates with the key %q, which this plan removes", name),
				"Add a new key next to it, configure the provider with the new key, then remove the old one.")
			continue
		}
		expiry, expiresAt := parseTime(after.ExpiresAt), at.AtMapKey(plannedName).AtName("expires_at")
		switch {
		case expiry.IsZero():
		case changes(before.ExpiresAt, after.ExpiresAt) && expiry.Before(now.Add(ownKeyLifetime)):
			reject(expiresAt, fmt.Sprintf("it authenticates with the key %q, which expires at %s", plannedName, after.ExpiresAt.ValueString()),
				"Set a later time, or first add a new key and configure the provider with it.")
		case expiry.After(now) && expiry.Before(now.Add(ownKeyNotice)):
			diagnose.Warn(diags, expiresAt, "Key of the provider expires soon", "The provider itself authenticates with the key %q, which expires at %s. "+
				"Set a later time, or add a new key and configure the provider with it.", plannedName, after.ExpiresAt.ValueString())
		}
	}
}

// findKey returns the name and the key with the given key ID. Without such a key it returns one whose key ID is not known yet.
func findKey(keys map[string]key, id types.String) (string, key) {
	var unknown string
	for name, key := range keys {
		if key.KeyID.Equal(id) {
			return name, key
		}
		if key.KeyID.IsUnknown() {
			unknown = name
		}
	}
	if unknown == "" {
		return "", key{}
	}
	return unknown, key{ExpiresAt: types.StringUnknown()}
}

// changes reports whether a plan sets another value. A value that is unknown in the plan is checked in the apply.
func changes(prior, plan attr.Value) bool {
	return !plan.IsUnknown() && !plan.IsNull() && !plan.Equal(prior)
}

// insufficientLimits returns the minimum of each enforced limit that a plan sets below it. Limits that were already as low are
// accepted.
func insufficientLimits(prior, plan tenant.TokenQuota) map[string]int64 {
	minimums := map[string]int64{}
	check := func(name string, before, after, minimum int64) {
		if plan.Enforce && after > 0 && after < minimum && (!prior.Enforce || before == 0 || after < before) {
			minimums[name] = minimum
		}
	}
	check("per_hour", prior.PerHour, plan.PerHour, minOwnPerHour)
	check("per_day", prior.PerDay, plan.PerDay, minOwnPerDay)
	return minimums
}
