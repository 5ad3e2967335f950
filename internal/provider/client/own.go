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

// What the provider's own client needs: a run uses a token for the plan and one for the apply, and several runs may
// follow one another.
const (
	minOwnPerHour  = 20
	minOwnPerDay   = 100
	ownKeyNotice   = 30 * 24 * time.Hour // from when on the end of the key in use is worth a warning
	ownKeyLifetime = time.Hour           // that the key in use must have left: an apply must be able to end
)

// isOwn reports whether the provider itself works as a client.
func (r *Resource) isOwn(m Model) bool {
	return r.Self.ClientID != "" && m.ClientID.ValueString() == r.Self.ClientID
}

// guardOwn rejects changes of the provider's own client after which the provider gets no token. Terraform plans again in
// the apply, so that values which the plan did not know are checked there. internal/README.md lists the attributes.
func (r *Resource) guardOwn(ctx context.Context, prior, plan Model, now time.Time, diags *diag.Diagnostics) {
	reject := func(at path.Path, why, advice string) {
		diagnose.Refusal(diags, at, "Client is the provider's own",
			"The provider itself works as the client %q (%s), and this plan would lock it out of the tenant: %s. %s",
			prior.Name.ValueString(), prior.ClientID.ValueString(), why, advice)
	}
	if !holds(plan.GrantTypes, tenant.ClientCredentials) {
		reject(path.Root("grant_types"), "without `client_credentials` it gets no token", "Keep `client_credentials` in `grant_types`.")
	}
	if changes(prior.ClientSecretWOVersion, plan.ClientSecretWOVersion) {
		reject(path.Root("client_secret_wo_version"), "a new secret ends the one that it uses",
			"Keep `client_secret_wo_version`. Rotate this secret in the dashboard, and give the new one to the provider.")
	}
	if changes(prior.TokenEndpointAuthMethod, plan.TokenEndpointAuthMethod) && plan.TokenEndpointAuthMethod.ValueString() != tenant.DefaultTokenEndpointAuthMethod {
		reject(path.Root("token_endpoint_auth_method"), "it sends its secret as `client_secret_post`", "Set token_endpoint_auth_method = \"client_secret_post\".")
	}
	if changes(prior.RequireProof, plan.RequireProof) && plan.RequireProof.ValueBool() {
		reject(path.Root("require_proof_of_possession"), "it sends no proof of possession", "Set require_proof_of_possession = false.")
	}
	if changes(prior.OrganizationUsage, plan.OrganizationUsage) && plan.OrganizationUsage.ValueString() == "require" {
		reject(path.Root("organization_usage"), "its token requests name no organization", "Set organization_usage = \"deny\" or \"allow\".")
	}
	for name, limit := range tightened(prior.quota(ctx), plan.quota(ctx)) {
		reject(path.Root("token_quota").AtName(name), fmt.Sprintf("each run needs tokens, and `%s` must be at least %d", name, limit),
			"Set a higher limit, or `enforce = false`.")
	}
	r.guardOwnKeys(ctx, prior, plan, now, reject, diags)
}

// guardOwnKeys rejects a plan that removes or ends the key by which the provider authenticates. Its other keys can be
// rotated. If the key in use is not known, every key counts as such.
func (r *Resource) guardOwnKeys(ctx context.Context, prior, plan Model, now time.Time, reject func(at path.Path, why, advice string), diags *diag.Diagnostics) {
	at := path.Root("private_key_jwt")
	if plan.PrivateKeyJWT.IsUnknown() {
		return
	}
	if prior.PrivateKeyJWT.IsNull() != plan.PrivateKeyJWT.IsNull() {
		reject(at, "it authenticates by a secret or by keys, and this plan exchanges the two", "Exchange them in the dashboard, and change the provider's credentials.")
		return
	}
	planned := plan.entries(ctx)
	for name, before := range prior.entries(ctx) {
		if r.Self.KeyID != "" && before.KeyID.ValueString() != r.Self.KeyID {
			continue
		}
		kept, after := findKey(planned, before.KeyID)
		if kept == "" {
			reject(at, fmt.Sprintf("it authenticates with the key %q, which this plan removes", name),
				"Add a new key next to it, give that one to the provider, then remove the old one.")
			continue
		}
		end, expires := moment(after.ExpiresAt), at.AtMapKey(kept).AtName("expires_at")
		switch {
		case end.IsZero():
		case changes(before.ExpiresAt, after.ExpiresAt) && end.Before(now.Add(ownKeyLifetime)):
			reject(expires, fmt.Sprintf("it authenticates with the key %q, which expires at %s", kept, after.ExpiresAt.ValueString()),
				"Set a later time, or add a new key and give that one to the provider first.")
		case end.After(now) && end.Before(now.Add(ownKeyNotice)):
			diagnose.Advice(diags, expires, "Key of the provider expires soon", "The provider itself authenticates with the key %q, which expires at %s. "+
				"Set a later time, or add a new key and give that one to the provider.", kept, after.ExpiresAt.ValueString())
		}
	}
}

// findKey returns the entry with a key id and its name. If none has it, but the id of some entry is not known yet, it
// returns that entry.
func findKey(entries map[string]key, id types.String) (string, key) {
	var later string
	for name, entry := range entries {
		if entry.KeyID.Equal(id) {
			return name, entry
		}
		if entry.KeyID.IsUnknown() {
			later = name
		}
	}
	if later == "" {
		return "", key{}
	}
	return later, key{ExpiresAt: types.StringUnknown()}
}

// changes reports whether a plan sets another value. One that the plan does not know is checked in the apply.
func changes(prior, plan attr.Value) bool {
	return !plan.IsUnknown() && !plan.IsNull() && !plan.Equal(prior)
}

// tightened returns the enforced limits of a quota that a plan sets below what a run needs, with what it needs. A limit that
// was as low before is left alone.
func tightened(prior, plan tenant.TokenQuota) map[string]int64 {
	found := map[string]int64{}
	check := func(name string, before, after, least int64) {
		if plan.Enforce && after > 0 && after < least && (!prior.Enforce || before == 0 || after < before) {
			found[name] = least
		}
	}
	check("per_hour", prior.PerHour, plan.PerHour, minOwnPerHour)
	check("per_day", prior.PerDay, plan.PerDay, minOwnPerDay)
	return found
}
