package api

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is the data source timesheets_api.
type DataSource struct{ server.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api"
}

// Schema describes the attributes.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API of the tenant, by its id or its identifier, with all its scopes. Costs one call. Needs the Management API scope `read:resource_servers`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Auth0's id of the API. Exactly one of `id` and `identifier` is needed.",
			},
			"identifier": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Public name of the API, which tokens carry as their audience.",
				Validators:          []validator.String{validate.Identifier()},
			},
			"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name people see in the dashboard."},
			"signing_alg": schema.StringAttribute{Computed: true, MarkdownDescription: "Algorithm that signs the API's tokens."},
			"scopes": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "All scopes of the API, from value to description; null is none.",
			},
			"token_lifetime":                                  schema.Int64Attribute{Computed: true, MarkdownDescription: "How long a token is valid, in seconds."},
			"token_lifetime_for_web":                          schema.Int64Attribute{Computed: true, MarkdownDescription: "How long a token that a browser gets is valid, in seconds."},
			"allow_offline_access":                            schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether users may have refresh tokens for the API."},
			"skip_consent_for_verifiable_first_party_clients": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether first-party clients are spared the consent page."},
			"enforce_policies":                                schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the rights of users are checked against their roles (RBAC)."},
			"token_dialect":                                   schema.StringAttribute{Computed: true, MarkdownDescription: "Shape of the tokens."},
			"subject_type_authorization": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "Who may have tokens for the API.",
				Attributes: map[string]schema.Attribute{
					"user":   schema.StringAttribute{Computed: true, MarkdownDescription: "Policy for tokens on behalf of users."},
					"client": schema.StringAttribute{Computed: true, MarkdownDescription: "Policy for tokens of clients by themselves."},
				},
			},
			"allow_online_access":                         schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether users may have refresh tokens that end with their session."},
			"allow_online_access_with_ephemeral_sessions": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether they may also where sessions are not kept."},
			"consent_policy":                              schema.StringAttribute{Computed: true, MarkdownDescription: "How users consent to a transaction; null where nothing is asked."},
			"authorization_details_types": schema.SetAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: "Types of authorization details that requests may carry; null for none.",
			},
			"authorization_policy_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the authorization policy of the API; null where it has none."},
			"proof_of_possession": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "How clients show that a token is theirs; null where they need not.",
				Attributes: map[string]schema.Attribute{
					"mechanism":    schema.StringAttribute{Computed: true, MarkdownDescription: "What tokens are bound to."},
					"required":     schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether every token must be bound."},
					"required_for": schema.StringAttribute{Computed: true, MarkdownDescription: "Whose tokens must be bound; null where Auth0 decides."},
				},
			},
			"is_system": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether Auth0 itself made the API."},
		},
	}
}

// ValidateConfig asks for exactly one key.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	id, identifier := configured(ctx, req.Config, &resp.Diagnostics)
	if id.IsNull() == identifier.IsNull() && !id.IsUnknown() && !identifier.IsUnknown() {
		diagnose.Refusal(&resp.Diagnostics, path.Root("identifier"), "Exactly one of id and identifier must be set", "Write exactly one of `id` and `identifier`.")
	}
}

// Read finds the API.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	id, identifier := configured(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	key := tenant.APIKey{ID: id.ValueString(), Identifier: identifier.ValueString()}
	api, err := d.Tenant.APIs.Get(ctx, key)
	if err != nil {
		diagnose.Error(&resp.Diagnostics, diagnose.Operation{Verb: "read", Noun: "API", Key: key.String()}, err)
		return
	}
	d.PlanState.Observe(api)
	found := newModel(api, Model{})
	found.Scopes = scopeMap(api.Scopes, types.MapNull(types.StringType))
	resp.Diagnostics.Append(server.SetData(ctx, &resp.State, found)...)
}

// configured returns the keys in the configuration.
func configured(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (id, identifier types.String) {
	diags.Append(config.GetAttribute(ctx, path.Root("id"), &id)...)
	diags.Append(config.GetAttribute(ctx, path.Root("identifier"), &identifier)...)
	return id, identifier
}
