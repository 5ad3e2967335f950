package client

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is the data source timesheets_client.
type DataSource struct{ server.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_client"
}

// Schema describes the attributes.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A client of the tenant, by its id or its exact name. Its secret is not read. By id it costs one call, by name one for every hundred clients of the tenant." +
			" Needs the Management API scope `read:clients`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, MarkdownDescription: "The same as `client_id`."},
			"client_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Id of the client. Exactly one of `client_id` and `name` is needed.",
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Name of the client, letter for letter. Where several have it, the error lists their ids.",
			},
			"description":     schema.StringAttribute{Computed: true, MarkdownDescription: "What the client is for; null where nothing is written."},
			"app_type":        schema.StringAttribute{Computed: true, MarkdownDescription: "Kind of the client, `non_interactive` for machine to machine; null where it was never set."},
			"client_metadata": schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Notes on the client; null where there are none."},
			"grant_types":     schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ways the client may get tokens."},
			"token_endpoint_auth_method": schema.StringAttribute{
				Computed: true, MarkdownDescription: "How the client shows its secret at the token endpoint; null where that was never set, or where it uses keys instead.",
			},
			"token_quota": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "How many tokens the client may get; null where nothing limits it.",
				Attributes: map[string]schema.Attribute{
					"per_hour": schema.Int64Attribute{Computed: true, MarkdownDescription: "Most tokens in an hour."},
					"per_day":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Most tokens in a day."},
					"enforce":  schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether requests beyond the quota are refused."},
				},
			},
			"organization_usage":          schema.StringAttribute{Computed: true, MarkdownDescription: "Whether the client may ask for tokens on behalf of an organization."},
			"default_organization_id":     schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the organization that tokens are for when a request names none."},
			"require_proof_of_possession": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the client gets tokens bound to a key alone."},
		},
	}
}

// ValidateConfig asks for exactly one key.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	id, name := configured(ctx, req.Config, &resp.Diagnostics)
	if id.IsNull() == name.IsNull() && !id.IsUnknown() && !name.IsUnknown() {
		diagnose.Refusal(&resp.Diagnostics, path.Root("client_id"), "Exactly one of client_id and name must be set", "Write exactly one of `client_id` and `name`.")
	}
}

// Read finds the client.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	id, name := configured(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	key := tenant.ClientKey{ClientID: id.ValueString(), Name: name.ValueString()}
	client, err := d.Tenant.Clients.Get(ctx, key)
	if err != nil {
		diagnose.Error(&resp.Diagnostics, diagnose.Operation{Verb: "read", Noun: "client", Key: key.String()}, err)
		return
	}
	resp.Diagnostics.Append(server.SetData(ctx, &resp.State, newModel(client, Model{}))...)
	kind := types.StringNull() // may be any, not only the kind that the resource manages
	if client.AppType != "" {
		kind = types.StringValue(client.AppType)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("app_type"), kind)...)
}

// configured returns the keys in the configuration.
func configured(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (id, name types.String) {
	diags.Append(config.GetAttribute(ctx, path.Root("client_id"), &id)...)
	diags.Append(config.GetAttribute(ctx, path.Root("name"), &name)...)
	return id, name
}
