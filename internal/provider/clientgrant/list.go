package clientgrant

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewListResource returns the list resource timesheets_client_grant.
func NewListResource() list.ListResource {
	return &server.ListResource[tenant.Grant]{
		Name: "client_grant", Noun: "client grants",
		Description: "[Client grants](https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants) of the tenant, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets `limit`), without " +
			"those that Auth0 created, those that belong to no single client, those that `timesheets_client_grant` cannot manage, for example because a scope contains " +
			"whitespace, and the one that permits the provider to use the Management API. Sends one request per 100 grants found. Requires the Management API scope `read:client_grants`.",
		Filters: []server.Filter{
			{Name: "client_id", Description: "Only grants of this client.", Validator: validate.ClientID()},
			{Name: "audience", Description: "Only grants for the API with this identifier.", Validator: validate.ReferencedIdentifier()},
		},
		All: func(ctx context.Context, q server.Query) iter.Seq2[tenant.Grant, error] {
			return q.Tenant.Grants.List(ctx, tenant.GrantFilter{ClientID: q.Filters["client_id"], Audience: q.Filters["audience"]})
		},
		Result: func(_ context.Context, q server.Query, grant tenant.Grant) (name string, model any, listed bool) {
			listed = !grant.IsSystem && grant.ClientID != "" && !q.Self.IsOwnGrant(grant.ClientID, grant.Audience, grant.SubjectType)
			return grant.Key().String(), newResourceModel(grant), listed
		},
	}
}
