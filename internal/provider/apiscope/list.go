package apiscope

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// ListResource is the list resource timesheets_api_scope.
type ListResource struct{ server.ListResource }

// NewListResource returns an unconfigured list resource.
func NewListResource() list.ListResource {
	return &ListResource{server.NewListResource("api_scope", listSchema)}
}

// listConfig is the configuration of a list of scopes.
type listConfig struct {
	Identifier types.String `tfsdk:"identifier"`
}

// listSchema describes the filters of the list.
func listSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The [scopes](https://auth0.com/docs/get-started/apis/scopes) of an API, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets `limit`). Use it only " +
			"for an API whose `timesheets_api` omits `scopes`, because the two forms cannot be combined for one API. Scopes that contain whitespace " +
			"are omitted, because they cannot be managed. Sends one request. Requires the Management API scope `read:resource_servers`.",
		Attributes: map[string]schema.Attribute{
			"identifier": schema.StringAttribute{
				Required: true, MarkdownDescription: "Identifier of the API.", Validators: []validator.String{validate.Identifier()},
			},
		},
	}
}

// List streams the scopes.
func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	all := func(config listConfig) iter.Seq2[Model, error] {
		return l.models(ctx, tenant.APIKey{Identifier: config.Identifier.ValueString()})
	}
	server.List(ctx, req, stream, "scopes", all, func(_ listConfig, model Model) (string, Model, bool) {
		return model.Value.ValueString(), model, validate.Accepts(ctx, validate.Scope(), model.Value.ValueString())
	})
}

// models returns the scopes of an API.
func (l *ListResource) models(ctx context.Context, key tenant.APIKey) iter.Seq2[Model, error] {
	return func(yield func(Model, error) bool) {
		api, err := l.Tenant.APIs.Get(ctx, key)
		if err != nil {
			yield(Model{}, err)
			return
		}
		for _, scope := range api.Scopes {
			if !yield(newModel(api, scope, Model{}), nil) {
				return
			}
		}
	}
}
