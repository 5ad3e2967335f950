package apiscope

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewListResource returns the list resource timesheets_api_scope.
func NewListResource() list.ListResource {
	return &server.ListResource[Model]{
		Name: "api_scope", Noun: "scopes",
		Description: "The [scopes](https://auth0.com/docs/get-started/apis/scopes) of an API, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets `limit`). Use it only " +
			"for an API whose `timesheets_api` omits `scopes`, because the two forms cannot be combined for one API. Scopes that contain whitespace " +
			"are omitted, because they cannot be managed. Sends one request. Requires the Management API scope `read:resource_servers`.",
		Filters: []server.Filter{
			{Name: "identifier", Description: "Identifier of the API.", Required: true, Validator: validate.ReferencedIdentifier()},
		},
		All: models,
		Result: func(_ context.Context, _ server.Query, m Model) (name string, model any, listed bool) {
			return m.Value.ValueString(), m, true
		},
	}
}

// models returns the scopes of an API.
func models(ctx context.Context, q server.Query) iter.Seq2[Model, error] {
	return func(yield func(Model, error) bool) {
		api, err := q.Tenant.APIs.Get(ctx, tenant.APIKey{Identifier: q.Filters["identifier"]})
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
