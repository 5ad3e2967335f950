package clientgrant

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewDataSource returns the data source timesheets_client_grants.
func NewDataSource() datasource.DataSource {
	return &server.DataSource[dataModel]{
		Name:        "client_grants",
		Description: "Reads the [client grants](https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants) of the tenant, or those of a client, of an API, or of both. Costs one request per hundred grants found. Needs the Management API scope `read:client_grants`.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only grants of the client with this ID.", Validators: []validator.String{validate.ClientID()},
			},
			"audience": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only grants for the API with this identifier.", Validators: []validator.String{validate.ReferencedIdentifier()},
			},
			"grants": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The grants, sorted by audience, client and subject type.",
				// The organizations of a grant would need a request each.
				NestedObject: schema.NestedAttributeObject{Attributes: server.DataAttributes(resourceSchema().Attributes, "organizations")},
			},
		},
		Result: listGrants,
	}
}

// dataModel contains the attributes of the data source timesheets_client_grants.
type dataModel struct {
	ClientID types.String `tfsdk:"client_id"`
	Audience types.String `tfsdk:"audience"`
	Grants   []Model      `tfsdk:"grants"`
}

// listGrants lists the grants that match the configuration.
func listGrants(ctx context.Context, d server.Data, config dataModel, diags *diag.Diagnostics) dataModel {
	filter := tenant.GrantFilter{ClientID: config.ClientID.ValueString(), Audience: config.Audience.ValueString()}
	config.Grants = []Model{}
	for grant, err := range d.Tenant.Grants.List(ctx, filter) {
		if err != nil {
			diagnose.AddOperationError(diags, diagnose.Operation{Verb: "list", Noun: "client grants"}, err)
			return config
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
	return config
}
