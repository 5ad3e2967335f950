package api

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model contains the attributes of timesheets_api.
type Model struct {
	ID                       types.String `tfsdk:"id"`
	Name                     types.String `tfsdk:"name"`
	Identifier               types.String `tfsdk:"identifier"`
	SigningAlg               types.String `tfsdk:"signing_alg"`
	SigningSecretWO          types.String `tfsdk:"signing_secret_wo"`
	SigningSecretWOVersion   types.String `tfsdk:"signing_secret_wo_version"`
	Scopes                   types.Map    `tfsdk:"scopes"`
	TokenLifetime            types.Int64  `tfsdk:"token_lifetime"`
	TokenLifetimeForWeb      types.Int64  `tfsdk:"token_lifetime_for_web"`
	AllowOfflineAccess       types.Bool   `tfsdk:"allow_offline_access"`
	SkipConsent              types.Bool   `tfsdk:"skip_consent_for_verifiable_first_party_clients"`
	EnforcePolicies          types.Bool   `tfsdk:"enforce_policies"`
	TokenDialect             types.String `tfsdk:"token_dialect"`
	SubjectTypeAuthorization types.Object `tfsdk:"subject_type_authorization"`
	IsSystem                 types.Bool   `tfsdk:"is_system"`
	DeletionProtection       types.Bool   `tfsdk:"deletion_protection"`

	AllowOnlineAccess          types.Bool   `tfsdk:"allow_online_access"`
	AllowOnlineAccessEphemeral types.Bool   `tfsdk:"allow_online_access_with_ephemeral_sessions"`
	ConsentPolicy              types.String `tfsdk:"consent_policy"`
	AuthorizationDetailsTypes  types.Set    `tfsdk:"authorization_details_types"`
	AuthorizationPolicy        types.String `tfsdk:"authorization_policy_id"`
	ProofOfPossession          types.Object `tfsdk:"proof_of_possession"`
	TokenEncryption            types.Object `tfsdk:"token_encryption"`
}

// api converts the model to an API. Null scopes become nil, which means that they are not managed by this resource.
func (m Model) api() tenant.API {
	api := modify.Expand(m, tenant.API{Scopes: scopes(m.Scopes)})
	api.TokenEncryption = encryption(m.TokenEncryption)
	return api
}

// newModel converts an API to a model. Values that Auth0 does not return are copied from base, which is the plan after a write and
// the prior state after a read. Scopes are null if they are null in base, because they are not managed by this resource then.
func newModel(api tenant.API, base Model) Model {
	m := modify.Flatten(api, Model{
		SigningSecretWOVersion: base.SigningSecretWOVersion,
		DeletionProtection:     types.BoolValue(base.DeletionProtection.ValueBool()),
		Scopes:                 types.MapNull(types.StringType),
	})
	m.TokenEncryption = newEncryption(api.TokenEncryption, base.TokenEncryption)
	if !base.Scopes.IsNull() {
		m.Scopes = scopeMap(api.Scopes, base.Scopes)
	}
	return m
}

// key returns the key with which the tenant finds the API. After an import it contains only one of ID and identifier.
func (m Model) key() tenant.APIKey {
	return tenant.APIKey{ID: m.ID.ValueString(), Identifier: m.Identifier.ValueString()}
}

// scopes converts a map from values to descriptions to scopes, sorted by value. It returns nil if the map is null or unknown.
func scopes(descriptions types.Map) []tenant.Scope {
	if descriptions.IsNull() || descriptions.IsUnknown() {
		return nil
	}
	list := make([]tenant.Scope, 0, len(descriptions.Elements()))
	for value, element := range descriptions.Elements() {
		description, _ := element.(types.String)
		list = append(list, tenant.Scope{Value: value, Description: description.ValueString()})
	}
	slices.SortFunc(list, func(a, b tenant.Scope) int {
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	return list
}

// scopeMap converts scopes to a map from values to descriptions. The description of a scope without one is null, or "" if base has
// "", which means the same.
func scopeMap(list []tenant.Scope, base types.Map) types.Map {
	elements := make(map[string]attr.Value, len(list))
	for _, scope := range list {
		elements[scope.Value] = types.StringValue(scope.Description)
		if scope.Description != "" {
			continue
		}
		if description, ok := base.Elements()[scope.Value].(types.String); !ok || description.IsNull() {
			elements[scope.Value] = types.StringNull()
		}
	}
	return types.MapValueMust(types.StringType, elements)
}
