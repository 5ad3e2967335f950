package api

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func resourceSchema() schema.Schema {
	attributes := map[string]schema.Attribute{
		"id":   modify.ID("ID of the API, 24 hexadecimal digits."),
		"name": modify.Required("Name of the API in the dashboard. 1 to 200 characters, without `<` and `>`.", validate.Name(200, `a name such as "Timesheets API"`)),
		"identifier": modify.Key("Unique identifier of the API, which tokens contain as their audience. 1 to 600 characters without whitespace, usually a URL. "+
			"Case-sensitive. Changing this replaces the API.", validate.Identifier()),
		"signing_alg": modify.Choice("[Algorithm](https://auth0.com/docs/get-started/applications/signing-algorithms) that signs access tokens for the API",
			"With `HS256`, everyone who can verify a token can also forge one. `RS512` and `PS256` depend on the tenant's subscription plan.",
			tenant.DefaultSigningAlg, "RS256", "HS256", "RS512", "PS256"),
		"scopes": schema.MapAttribute{
			Optional:    true,
			Computed:    true,
			ElementType: types.StringType,
			MarkdownDescription: "All [scopes](https://auth0.com/docs/get-started/apis/scopes) of the API, from value to description; a scope without description has null. At most 1000. If set, this resource manages " +
				"every scope of the API, and a scope that is added elsewhere shows as drift; `{}` means no scopes. If omitted, the scopes are not " +
				"managed here; `timesheets_api_scope` can manage them.",
			Validators:    []validator.Map{validate.Scopes()},
			PlanModifiers: []planmodifier.Map{modify.KeepMap()},
		},
		"deletion_protection": modify.Flag("Whether a plan that deletes or replaces the API is rejected. To delete the API, set this to `false` and apply that first."),
		"is_system": modify.SystemFlag("Whether Auth0 created the API, such as the Management API. " +
			"For such an API, omitted arguments keep the values of the tenant, and most values cannot be changed."),
		"subject_type_authorization": schema.SingleNestedAttribute{
			Optional:            true,
			Computed:            true,
			Default:             objectdefault.StaticValue(modify.ObjectOf(tenant.DefaultSubjectTypeAuthorization())),
			MarkdownDescription: "Which subjects can get access tokens for the API. Defaults to `{ user = \"allow_all\", client = \"require_client_grant\" }`.",
			Attributes: map[string]schema.Attribute{
				"user": modify.Choice("Access on behalf of users", "`require_client_grant` is recommended, because with `allow_all` every application of the tenant "+
					"can request every scope of the API for its users.", tenant.DefaultSubjectTypeAuthorization().User, "allow_all", "deny_all", "require_client_grant"),
				"client": modify.Choice("Access of clients on their own behalf", "", tenant.DefaultSubjectTypeAuthorization().Client, "deny_all", "require_client_grant"),
			},
		},
	}
	maps.Copy(attributes, tokenAttributes())
	maps.Copy(attributes, guardAttributes())
	return schema.Schema{
		MarkdownDescription: "Manages an [API](https://auth0.com/docs/get-started/apis) of the tenant, which Auth0 also calls a resource server. Create, update and delete cost one request each; " +
			"a change of `scopes`, and a delete by a plan older than five minutes, cost two. Needs the Management API scopes `read:resource_servers`, `create:resource_servers`, `update:resource_servers` and `delete:resource_servers`; a plan needs only the first.",
		Attributes: attributes,
	}
}

// tokenAttributes returns the attributes of the API's tokens.
func tokenAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"signing_secret_wo": modify.Secret("Secret that signs tokens with `HS256`, at least 16 characters. Never stored. Needs Terraform 1.11 and `signing_secret_wo_version`. " +
			"If omitted, Auth0 generates one."),
		"signing_secret_wo_version": modify.SecretVersion("signing_secret_wo"),
		"token_lifetime": schema.Int64Attribute{
			Optional:            true,
			Computed:            true,
			Default:             int64default.StaticInt64(tenant.DefaultTokenLifetime),
			MarkdownDescription: "Lifetime of access tokens in seconds. 1 to 2592000. Defaults to `86400`.",
			Validators:          []validator.Int64{validate.Seconds(1, 2592000, "the default of 86400")},
		},
		"token_lifetime_for_web": schema.Int64Attribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: "Lifetime in seconds of access tokens that a browser receives (implicit or hybrid flow). At most `token_lifetime`. Defaults to `7200`, or to `token_lifetime` if that is shorter.",
			Validators:          []validator.Int64{validate.Seconds(1, 2592000, "the smaller of 7200 and `token_lifetime`")},
			PlanModifiers:       []planmodifier.Int64{newWebLifetime()},
		},
		"allow_offline_access":                            modify.Flag("Whether Auth0 issues refresh tokens for the API."),
		"skip_consent_for_verifiable_first_party_clients": modify.Flag("Whether verifiable first-party clients skip the consent page."),
		"enforce_policies":                                modify.Flag("Whether role-based access control (RBAC) applies to users."),
		"token_dialect": modify.Choice("Dialect of access tokens", "Those that end in `_authz` need `enforce_policies`.",
			tenant.DefaultTokenDialect, "access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"),
	}
}

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
