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

// Schema describes the attributes. The data source reads clients of every type, not only those that the resource manages.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := server.DataAttributes(resourceSchema().Attributes, "private_key_jwt")
	attributes["client_id"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "ID of the client. Exactly one of `client_id` and `name` must be set.",
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Exact name of the client. If several clients have it, the error lists their IDs. Exactly one of `client_id` and `name` must be set.",
	}
	attributes["app_type"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Kind of the client, `non_interactive` for machine-to-machine clients; null if it was never set.",
	}
	attributes["token_endpoint_auth_method"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "How the client authenticates at the token endpoint; null if that was never set, or if the client uses keys.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a [client](https://auth0.com/docs/get-started/applications) of the tenant by its ID or exact name. The secret is not read. By ID it costs one request, by name one per hundred clients of the tenant. " +
			"Needs the Management API scope `read:clients`.",
		Attributes: attributes,
	}
}

// ValidateConfig requires exactly one of client_id and name.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	id, name := configured(ctx, req.Config, &resp.Diagnostics)
	if id.IsNull() == name.IsNull() && !id.IsUnknown() && !name.IsUnknown() {
		diagnose.Reject(&resp.Diagnostics, path.Root("client_id"), "Exactly one of client_id and name must be set", "Set exactly one of `client_id` and `name`.")
	}
}

// Read reads the client.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	id, name := configured(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	key := tenant.ClientKey{ClientID: id.ValueString(), Name: name.ValueString()}
	client, err := d.Tenant.Clients.Get(ctx, key)
	if err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, diagnose.Operation{Verb: "read", Noun: "client", Key: key.String()}, err)
		return
	}
	resp.Diagnostics.Append(server.SetData(ctx, &resp.State, newModel(client, Model{}))...)
	appType := types.StringNull()
	if client.AppType != "" {
		appType = types.StringValue(client.AppType)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("app_type"), appType)...)
}

// configured returns client_id and name of the configuration.
func configured(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (id, name types.String) {
	diags.Append(config.GetAttribute(ctx, path.Root("client_id"), &id)...)
	diags.Append(config.GetAttribute(ctx, path.Root("name"), &name)...)
	return id, name
}
