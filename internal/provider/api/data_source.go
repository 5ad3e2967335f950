package api

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewDataSource returns the data source timesheets_api.
func NewDataSource() datasource.DataSource {
	return &server.LookUp{
		Noun: "API", Keys: [2]string{"id", "identifier"},
		DataSource: server.DataSource[any]{
			Name: "api", Attributes: dataAttributes(),
			Description: "Reads an [API](https://auth0.com/docs/get-started/apis) of the tenant by its ID or identifier, with all its scopes. Costs one request. Needs the Management API scope `read:resource_servers`.",
		},
		Get: func(ctx context.Context, d server.Data, id, identifier string) (any, error) {
			api, err := d.Tenant.APIs.Get(ctx, tenant.APIKey{ID: id, Identifier: identifier})
			if err != nil {
				return nil, err
			}
			d.PlanState.Observe(api)
			model := newModel(api, Model{})
			model.Scopes = scopeMap(api.Scopes, model.Scopes)
			return model, nil
		},
	}
}

func dataAttributes() map[string]schema.Attribute {
	attributes := server.DataAttributes(resourceSchema().Attributes)
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: "ID of the API. Exactly one of `id` and `identifier` must be set.",
		Validators: []validator.String{validate.NotEmpty("the ID of an API, or set `identifier` instead")},
	}
	attributes["identifier"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{validate.Identifier()},
		MarkdownDescription: "Unique identifier of the API, which tokens contain as their audience. Exactly one of `id` and `identifier` must be set.",
	}
	return attributes
}
