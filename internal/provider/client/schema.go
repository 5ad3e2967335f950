package client

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var authMethods = []string{"client_secret_post", "client_secret_basic"}

func resourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A machine-to-machine client (Auth0 also calls it an application): who asks for tokens. Create, update and delete cost one call each; " +
			"creating one with `client_secret_wo` costs two. Its secret is never read.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Auth0's id of the client.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name people see in the dashboard, 1 to 200 characters, without `<` and `>`. Names need not be unique.",
				Validators:          []validator.String{validate.Name(200)},
			},
			"description": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the client is for, at most 140 characters.",
				Validators:          []validator.String{validate.Description(140)},
			},
			"client_metadata": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Notes of your own, at most 10; keys of 1 to 255 characters, values of at most 255.",
				Validators:          []validator.Map{validate.Metadata()},
			},
			"grant_types": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
				Default: setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{
					types.StringValue(tenant.ClientCredentials),
				})),
				MarkdownDescription: "Ways the client may get tokens. Defaults to `[\"client_credentials\"]`, which is all a job needs.",
				Validators:          []validator.Set{validate.GrantTypes()},
			},
			"token_endpoint_auth_method": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(tenant.DefaultTokenEndpointAuthMethod),
				MarkdownDescription: "How the client shows its secret at the token endpoint: " + validate.Choices(authMethods) +
					". Defaults to `client_secret_post`.",
				Validators: []validator.String{validate.OneOf(authMethods...)},
			},
			"client_secret_wo": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				WriteOnly: true,
				MarkdownDescription: "Secret of your choice, at least 16 characters; never stored. Needs Terraform 1.11, `client_secret_wo_version`, and the " +
					"Management API scope `update:client_keys`. When left out, Auth0 chooses one.",
				Validators: []validator.String{validate.SecretOf(16)},
			},
			"client_secret_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Version of `client_secret_wo`, any whole number: change it to send the secret again.",
			},
		},
	}
}

func identitySchema() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"client_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "Id of the client.",
		},
	}}
}
