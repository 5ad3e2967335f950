package api

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// ListResource is the list resource timesheets_api.
type ListResource struct{ server.ListResource }

// NewListResource returns an unconfigured list resource.
func NewListResource() list.ListResource {
	return &ListResource{server.NewListResource("api", listSchema)}
}

// listConfig is the configuration of a list of APIs.
type listConfig struct {
	IdentifierPrefix types.String `tfsdk:"identifier_prefix"`
}

// listSchema describes the filters of the list.
func listSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The [APIs](https://auth0.com/docs/get-started/apis) of the tenant, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets `limit`), without " +
			"those that Auth0 created and those that `timesheets_api` cannot manage, because their identifier contains whitespace. Sends one " +
			"request per 100 APIs of the tenant until the limit of the query is reached. Requires the Management API scope `read:resource_servers`.",
		Attributes: map[string]schema.Attribute{
			"identifier_prefix": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only APIs whose identifier begins with this, such as `https://api.timesheets.example/`.",
			},
		},
	}
}

// List streams the APIs.
func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	all := func(listConfig) iter.Seq2[tenant.API, error] { return l.Tenant.APIs.List(ctx, tenant.APIFilter{}) }
	server.List(ctx, req, stream, "APIs", all, func(config listConfig, api tenant.API) (string, Model, bool) {
		model := newModel(api, Model{})
		if api.Scopes != nil { // Auth0 can omit them in a list, which does not mean that there are none
			model.Scopes = scopeMap(api.Scopes, model.Scopes)
		}
		accepted := !api.IsSystem && validate.Accepts(ctx, validate.Identifier(), api.Identifier) &&
			strings.HasPrefix(api.Identifier, config.IdentifierPrefix.ValueString())
		return api.Name + " (" + api.Identifier + ")", model, accepted
	})
}
