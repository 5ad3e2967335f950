package client

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)

// DataSource is the data source timesheets_client.
type DataSource struct{ server.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource {
	return &DataSource{server.NewDataSource("client", dataSchema)}
}

// dataSchema describes the attributes. The data source reads clients of every type, not only those that the resource manages.
func dataSchema() schema.Schema {
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
	return schema.Schema{
		MarkdownDescription: "Reads a [client](https://auth0.com/docs/get-started/applications) of the tenant by its ID or exact name. The secret is not read. By ID it costs one request, by name one per hundred clients of the tenant. " +
			"Needs the Management API scope `read:clients`.",
		Attributes: attributes,
	}
}

var lookUpKeys = server.Keys{ID: "client_id", Name: "name"}

// ValidateConfig requires exactly one of client_id and name.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	lookUpKeys.Validate(ctx, req.Config, &resp.Diagnostics)
}

// Read reads the client.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	id, name := lookUpKeys.Values(ctx, req.Config, &resp.Diagnostics)
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
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("app_type"), modify.Text(client.AppType))...)
}
