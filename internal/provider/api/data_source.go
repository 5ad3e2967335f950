package api

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
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

// found is the data source timesheets_api as Terraform holds it.
type found struct {
	ID                       types.String `tfsdk:"id"`
	Name                     types.String `tfsdk:"name"`
	Identifier               types.String `tfsdk:"identifier"`
	SigningAlg               types.String `tfsdk:"signing_alg"`
	Scopes                   types.Map    `tfsdk:"scopes"`
	TokenLifetime            types.Int64  `tfsdk:"token_lifetime"`
	TokenLifetimeForWeb      types.Int64  `tfsdk:"token_lifetime_for_web"`
	AllowOfflineAccess       types.Bool   `tfsdk:"allow_offline_access"`
	SkipConsent              types.Bool   `tfsdk:"skip_consent_for_verifiable_first_party_clients"`
	EnforcePolicies          types.Bool   `tfsdk:"enforce_policies"`
	TokenDialect             types.String `tfsdk:"token_dialect"`
	SubjectTypeAuthorization types.Object `tfsdk:"subject_type_authorization"`
	IsSystem                 types.Bool   `tfsdk:"is_system"`

	AllowOnlineAccess          types.Bool   `tfsdk:"allow_online_access"`
	AllowOnlineAccessEphemeral types.Bool   `tfsdk:"allow_online_access_with_ephemeral_sessions"`
	ConsentPolicy              types.String `tfsdk:"consent_policy"`
	AuthorizationDetailsTypes  types.Set    `tfsdk:"authorization_details_types"`
	AuthorizationPolicyID      types.String `tfsdk:"authorization_policy_id"`
	ProofOfPossession          types.Object `tfsdk:"proof_of_possession"`
}

// newFound is what Terraform holds of api.
func newFound(api tenant.API) found {
	m := newModel(api, Model{})
	return found{
		ID: m.ID, Name: m.Name, Identifier: m.Identifier, SigningAlg: m.SigningAlg,
		Scopes:        scopeMap(api.Scopes, types.MapNull(types.StringType)),
		TokenLifetime: m.TokenLifetime, TokenLifetimeForWeb: m.TokenLifetimeForWeb,
		AllowOfflineAccess: m.AllowOfflineAccess, SkipConsent: m.SkipConsent, EnforcePolicies: m.EnforcePolicies,
		TokenDialect: m.TokenDialect, SubjectTypeAuthorization: m.SubjectTypeAuthorization, IsSystem: m.IsSystem,
		AllowOnlineAccess: m.AllowOnlineAccess, AllowOnlineAccessEphemeral: m.AllowOnlineAccessEphemeral, ConsentPolicy: m.ConsentPolicy,
		AuthorizationDetailsTypes: m.AuthorizationDetailsTypes, AuthorizationPolicyID: m.AuthorizationPolicyID, ProofOfPossession: m.ProofOfPossession,
	}
}

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
	var config found
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if config.ID.IsNull() == config.Identifier.IsNull() && !config.ID.IsUnknown() && !config.Identifier.IsUnknown() {
		diagnose.Refusal(&resp.Diagnostics, path.Root("identifier"), "Which API is not clear", "Write exactly one of `id` and `identifier`.")
	}
}

// Read finds the API.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config found
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key := tenant.APIKey{ID: config.ID.ValueString(), Identifier: config.Identifier.ValueString()}
	api, err := d.Tenant.APIs.Get(ctx, key)
	if err != nil {
		diagnose.Error(&resp.Diagnostics, diagnose.Operation{Verb: "read", Noun: "API", Key: key.String()}, err)
		return
	}
	d.PlanState.Observe(api)
	resp.Diagnostics.Append(resp.State.Set(ctx, newFound(api))...)
}
