package api

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
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
		"id": modify.ID("ID of the API, 24 hexadecimal digits."),
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the API in the dashboard. 1 to 200 characters, without `<` and `>`.",
			Validators:          []validator.String{validate.Name(200)},
		},
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
			"a change of `scopes` costs two. Needs the Management API scopes `read:resource_servers`, `create:resource_servers`, `update:resource_servers` and `delete:resource_servers`; a plan needs only the first.",
		Attributes: attributes,
	}
}

// tokenAttributes returns the attributes of the API's tokens.
func tokenAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"signing_secret_wo": schema.StringAttribute{
			Optional:  true,
			Sensitive: true,
			WriteOnly: true,
			MarkdownDescription: "Secret that signs tokens with `HS256`, at least 16 characters. Never stored. Needs Terraform 1.11 and `signing_secret_wo_version`. " +
				"If omitted, Auth0 generates one.",
			Validators: []validator.String{validate.Secret(16)},
		},
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

func identitySchema() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"identifier": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "Identifier of the API.",
		},
	}}
}
