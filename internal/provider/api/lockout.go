package api

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

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
