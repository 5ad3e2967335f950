package api

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	managementPath    = "/api/v2/"
	myAccountPath     = "/me/"
	expressIdentifier = "urn:auth0:express-configure"
)

// systemName returns the name of the system API that a create with this identifier creates, or "" for any other API. Auth0
// determines the values of such an API, whatever is sent (RS019).
func (r *Resource) systemName(identifier string) string {
	base, canonical := strings.CutSuffix(r.Self.Audience, managementPath)
	switch {
	case identifier == expressIdentifier:
		return "Okta OIN Express Configuration API"
	case canonical && identifier == base+myAccountPath:
		return "Auth0 My Account API"
	}
	return ""
}

// planSystem changes the plan of a system API: attributes that the configuration omits keep the values of the tenant instead of
// defaults, and are unknown in a create. It returns the changed plan.
func (r *Resource) planSystem(ctx context.Context, req resource.ModifyPlanRequest, prior, plan, config Model, created bool, resp *resource.ModifyPlanResponse) Model {
	name := ""
	if created {
		name = r.systemName(plan.Identifier.ValueString())
	}
	if name == "" && (created || !prior.IsSystem.ValueBool()) {
		return plan
	}
	kept := []string{"id", "is_system", "deletion_protection", "scopes", "signing_secret_wo", "signing_secret_wo_version"}
	if !config.TokenLifetime.IsNull() {
		kept = append(kept, "token_lifetime_for_web") // at most token_lifetime (RS007)
	}
	before := req.State.Raw
	if created {
		before = modify.Unknown(req.Plan.Raw)
	}
	resp.Diagnostics.Append(modify.Omitted(&resp.Plan, req.Config, before, kept...)...)
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &plan)...)
	if name != "" {
		rejectSystemValues(name, config, &resp.Diagnostics)
	}
	return plan
}

// rejectSystemValues rejects a create of a system API that sets values which Auth0 determines and does not permit to change (RS019,
// RS021).
func rejectSystemValues(name string, config Model, diags *diag.Diagnostics) {
	if text := config.Name.ValueString(); !config.Name.IsUnknown() && text != name {
		diagnose.Reject(diags, path.Root("name"), "API is a system API", "Auth0 determines the name of the API %q. Set name = %q.", config.Identifier.ValueString(), name)
	}
	client, _ := config.SubjectTypeAuthorization.Attributes()["client"].(types.String)
	for attribute, set := range map[string]bool{
		"signing_alg":                 config.SigningAlg.ValueString() != tenant.DefaultSigningAlg && !config.SigningAlg.IsNull(),
		"signing_secret_wo":           !config.SigningSecretWO.IsNull(),
		"scopes":                      !config.Scopes.IsNull(),
		"enforce_policies":            !config.EnforcePolicies.IsNull(),
		"token_dialect":               !config.TokenDialect.IsNull(),
		"allow_online_access":         !config.AllowOnlineAccess.IsNull(),
		"consent_policy":              !config.ConsentPolicy.IsNull(),
		"authorization_details_types": !config.AuthorizationDetailsTypes.IsNull(),
		"proof_of_possession":         !config.ProofOfPossession.IsNull(),
		"token_encryption":            !config.TokenEncryption.IsNull(),
		"subject_type_authorization":  !client.IsNull() && client.ValueString() != "deny_all",

		"allow_online_access_with_ephemeral_sessions": !config.AllowOnlineAccessEphemeral.IsNull(),
	} {
		if set {
			diagnose.Reject(diags, path.Root(attribute), "API is a system API", "Auth0 determines %s of the API %q. Remove the attribute.", attribute, config.Identifier.ValueString())
		}
	}
}

// updateSystem sends the configured values of a system API in a second request of a create, because the first one does not change
// the values of the tenant.
func (r *Resource) updateSystem(ctx context.Context, req resource.CreateRequest, plan Model, api tenant.API, resp *resource.CreateResponse) (tenant.API, error) {
	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(api, plan))...)
	modify.CreatedAsPlanned(req, resp)
	var completed Model
	resp.Diagnostics.Append(resp.State.Get(ctx, &completed)...)
	planned := completed.api()
	update := tenant.APIUpdate{Prior: api, Planned: planned}
	fields := update.Fields()
	_, wider := api.Narrowed(planned)
	return tenant.Correct(api, &tenant.Differs{Fields: fields}, fields, wider, func() (tenant.API, error) {
		return r.Tenant.APIs.Update(ctx, api.Key(), update)
	})
}

// minManagementLifetime is the minimum lifetime of tokens for the Management API in seconds. The provider renews its token before it
// expires, and could not send a request with a token of a shorter lifetime.
const minManagementLifetime = 60

// guardSystem rejects changes of a system API that Auth0 does not permit (RS021), and changes of the Management API that lock the
// provider out. internal/README.md lists the attributes.
func (r *Resource) guardSystem(prior, plan Model, diags *diag.Diagnostics) {
	const client = "client"
	planned := textIn(plan.SubjectTypeAuthorization, client)
	for name, changed := range map[string]bool{
		"name":                        differs(prior.Name, plan.Name),
		"signing_alg":                 differs(prior.SigningAlg, plan.SigningAlg),
		"signing_secret_wo_version":   differs(prior.SigningSecretWOVersion, plan.SigningSecretWOVersion),
		"scopes":                      differs(prior.Scopes, plan.Scopes),
		"enforce_policies":            differs(prior.EnforcePolicies, plan.EnforcePolicies),
		"token_dialect":               differs(prior.TokenDialect, plan.TokenDialect),
		"allow_online_access":         differs(prior.AllowOnlineAccess, plan.AllowOnlineAccess),
		"consent_policy":              differs(prior.ConsentPolicy, plan.ConsentPolicy),
		"authorization_details_types": differs(prior.AuthorizationDetailsTypes, plan.AuthorizationDetailsTypes),
		"proof_of_possession":         differs(prior.ProofOfPossession, plan.ProofOfPossession),
		"token_encryption":            differs(prior.TokenEncryption, plan.TokenEncryption),
		"subject_type_authorization":  planned != "" && planned != textIn(prior.SubjectTypeAuthorization, client),
		"allow_online_access_with_ephemeral_sessions": differs(prior.AllowOnlineAccessEphemeral, plan.AllowOnlineAccessEphemeral),
	} {
		if !changed {
			continue
		}
		at, what := path.Root(name), name
		if name == "subject_type_authorization" {
			at, what = at.AtName(client), name+"."+client
		}
		diagnose.Reject(diags, at, "API is a system API", "Auth0 created the API %q and permits no change of its %s. "+
			"Set the value that the tenant has, or remove the attribute.", prior.Identifier.ValueString(), what)
	}
	if prior.Identifier.ValueString() == r.Self.Audience {
		guardManagement(prior, plan, diags)
	}
}

// guardManagement rejects settings of the Management API with which the provider gets no token for it.
func guardManagement(prior, plan Model, diags *diag.Diagnostics) {
	reject := func(name, why, advice string) {
		diagnose.Reject(diags, path.Root(name), "API is a system API", "This plan would lock the provider out of the tenant: %s. %s", why, advice)
	}
	if policy := plan.AuthorizationPolicy; !policy.IsNull() && !policy.IsUnknown() && !policy.Equal(prior.AuthorizationPolicy) {
		reject("authorization_policy_id", "an authorization policy decides on tokens for the Management API", "Remove `authorization_policy_id`.")
	}
	if lifetime := plan.TokenLifetime; !lifetime.IsUnknown() && lifetime.ValueInt64() < minManagementLifetime && !lifetime.Equal(prior.TokenLifetime) {
		reject("token_lifetime", "the provider needs tokens for the Management API that are valid for 60 seconds or more", "Set a longer `token_lifetime`.")
	}
}

// differs reports whether a plan sets another value. A value that is unknown in the plan is checked in the apply.
func differs(prior, plan attr.Value) bool { return !plan.IsUnknown() && !plan.Equal(prior) }
