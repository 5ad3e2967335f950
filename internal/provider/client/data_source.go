package client

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewDataSource returns the data source timesheets_client.
func NewDataSource() datasource.DataSource {
	return &server.LookUp{
		Noun: "client", Keys: [2]string{"client_id", "name"},
		DataSource: server.DataSource[any]{
			Name: "client", Attributes: dataAttributes(),
			Description: "Reads a [client](https://auth0.com/docs/get-started/applications) of the tenant by its ID or exact name. The secret is not read. By ID it costs one request, by name one per hundred clients of the tenant. " +
				"Needs the Management API scope `read:clients`.",
		},
		Get: func(ctx context.Context, d server.Data, id, name string) (any, error) {
			client, err := d.Tenant.Clients.Get(ctx, tenant.ClientKey{ClientID: id, Name: name})
			return dataModel{Model: newModel(client, Model{}), AppType: modify.Text(client.AppType)}, err
		},
	}
}

// dataModel contains the attributes of the data source.
type dataModel struct {
	Model
	AppType types.String `tfsdk:"app_type"`
}

// dataAttributes describes the attributes. The data source reads clients of every type, not only those that the resource manages.
func dataAttributes() map[string]schema.Attribute {
	attributes := server.DataAttributes(resourceSchema().Attributes, "private_key_jwt")
	attributes["client_id"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "ID of the client. Exactly one of `client_id` and `name` must be set.",
		Validators: []validator.String{validate.ClientID()},
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{validate.NotEmpty("the exact name of a client, or set `client_id` instead")},
		MarkdownDescription: "Exact name of the client. If several clients have it, the error lists their IDs. Exactly one of `client_id` and `name` must be set.",
	}
	attributes["app_type"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Kind of the client, `non_interactive` for machine-to-machine clients; null if it was never set.",
	}
	attributes["token_endpoint_auth_method"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "How the client authenticates at the token endpoint; null if that was never set, or if the client uses keys.",
	}
	return attributes
}
