package api

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewListResource returns the list resource timesheets_api.
func NewListResource() list.ListResource {
	return &server.ListResource[tenant.API]{
		Name: "api", Noun: "APIs",
		Description: "The [APIs](https://auth0.com/docs/get-started/apis) of the tenant, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets `limit`), without " +
			"those that Auth0 created and those that `timesheets_api` cannot manage, for example because their identifier or a " +
			"scope contains whitespace. Sends one request per 100 APIs of the tenant until the limit of the query is reached. Requires the Management API scope `read:resource_servers`.",
		Filters: []server.Filter{
			{Name: "identifier_prefix", Description: "Only APIs whose identifier begins with this, such as `https://api.timesheets.example/`."},
		},
		All: func(ctx context.Context, q server.Query) iter.Seq2[tenant.API, error] {
			return q.Tenant.APIs.List(ctx, tenant.APIFilter{})
		},
		Result: func(_ context.Context, q server.Query, api tenant.API) (name string, model any, listed bool) {
			m := newModel(api, Model{})
			if api.Scopes != nil { // Auth0 can omit them in a list, which does not mean that there are none
				m.Scopes = scopeMap(api.Scopes, m.Scopes)
			}
			listed = !api.IsSystem && strings.HasPrefix(api.Identifier, q.Filters["identifier_prefix"])
			return api.Name + " (" + api.Identifier + ")", m, listed
		},
	}
}
