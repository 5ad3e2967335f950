package api

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)

// DataSource is the data source timesheets_api.
type DataSource struct{ server.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource {
	return &DataSource{server.NewDataSource("api", dataSchema)}
}

// dataSchema describes the attributes.
func dataSchema() schema.Schema {
	attributes := server.DataAttributes(resourceSchema().Attributes)
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "ID of the API. Exactly one of `id` and `identifier` must be set.",
	}
	attributes["identifier"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{validate.Identifier()},
		MarkdownDescription: "Unique identifier of the API, which tokens contain as their audience. Exactly one of `id` and `identifier` must be set.",
	}
	return schema.Schema{
		MarkdownDescription: "Reads an [API](https://auth0.com/docs/get-started/apis) of the tenant by its ID or identifier, with all its scopes. Costs one request. Needs the Management API scope `read:resource_servers`.",
		Attributes:          attributes,
	}
}

var lookUpKeys = server.Keys{ID: "id", Name: "identifier"}

// ValidateConfig requires exactly one of id and identifier.
func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	lookUpKeys.Validate(ctx, req.Config, &resp.Diagnostics)
}

// Read reads the API.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	id, identifier := lookUpKeys.Values(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	key := tenant.APIKey{ID: id.ValueString(), Identifier: identifier.ValueString()}
	api, err := d.Tenant.APIs.Get(ctx, key)
	if err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, diagnose.Operation{Verb: "read", Noun: "API", Key: key.String()}, err)
		return
	}
	d.PlanState.Observe(api)
	model := newModel(api, Model{})
	model.Scopes = scopeMap(api.Scopes, types.MapNull(types.StringType))
	resp.Diagnostics.Append(server.SetData(ctx, &resp.State, model)...)
}
