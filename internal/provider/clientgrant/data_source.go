package clientgrant

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// DataSource is the data source timesheets_client_grants.
type DataSource struct{ server.DataSource }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource {
	return &DataSource{server.NewDataSource("client_grants", dataSchema)}
}

// dataModel contains the attributes of the data source timesheets_client_grants.
type dataModel struct {
	ClientID types.String `tfsdk:"client_id"`
	Audience types.String `tfsdk:"audience"`
	Grants   []Model      `tfsdk:"grants"`
}

// dataSchema describes the attributes. The organizations of a grant would need a request each.
func dataSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads the [client grants](https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants) of the tenant, or those of a client, of an API, or of both. Costs one request per hundred grants found. Needs the Management API scope `read:client_grants`.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only grants of the client with this ID.", Validators: []validator.String{validate.ClientID()},
			},
			"audience": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only grants for the API with this identifier.", Validators: []validator.String{validate.Identifier()},
			},
			"grants": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The grants, sorted by audience, client and subject type.",
				NestedObject: schema.NestedAttributeObject{Attributes: server.DataAttributes(resourceSchema().Attributes, "organizations")},
			},
		},
	}
}

// Read lists the grants.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	filter := tenant.GrantFilter{ClientID: config.ClientID.ValueString(), Audience: config.Audience.ValueString()}
	config.Grants = []Model{}
	for grant, err := range d.Tenant.Grants.List(ctx, filter) {
		if err != nil {
			diagnose.AddOperationError(&resp.Diagnostics, diagnose.Operation{Verb: "list", Noun: "client grants"}, err)
			return
		}
		config.Grants = append(config.Grants, newModel(grant))
	}
	slices.SortFunc(config.Grants, func(a, b Model) int {
		return cmp.Or(
			cmp.Compare(a.Audience.ValueString(), b.Audience.ValueString()),
			cmp.Compare(a.ClientID.ValueString(), b.ClientID.ValueString()),
			cmp.Compare(a.SubjectType.ValueString(), b.SubjectType.ValueString()),
		)
	})
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
