package clientgrant

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

// ListResource is the list resource timesheets_client_grant.
type ListResource struct{ server.ListResource }

// NewListResource returns an unconfigured list resource.
func NewListResource() list.ListResource {
	return &ListResource{server.NewListResource("client_grant", listSchema)}
}

// listConfig is the configuration of a list of grants.
type listConfig struct {
	ClientID types.String `tfsdk:"client_id"`
	Audience types.String `tfsdk:"audience"`
}

// listSchema describes the filters of the list.
func listSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "[Client grants](https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants) of the tenant, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets `limit`), without " +
			"those that Auth0 created, those that belong to no single client, and the one that permits the provider to use the Management API. " +
			"Sends one request per 100 grants found. Requires the Management API scope `read:client_grants`.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{Optional: true, MarkdownDescription: "Only grants of this client.", Validators: []validator.String{validate.ClientID()}},
			"audience": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only grants for the API with this identifier.", Validators: []validator.String{validate.Identifier()},
			},
		},
	}
}

// List streams the grants.
func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	all := func(config listConfig) iter.Seq2[tenant.Grant, error] {
		return l.Tenant.Grants.List(ctx, tenant.GrantFilter{ClientID: config.ClientID.ValueString(), Audience: config.Audience.ValueString()})
	}
	server.List(ctx, req, stream, "client grants", all, func(_ listConfig, grant tenant.Grant) (string, ResourceModel, bool) {
		accepted := !grant.IsSystem && grant.ClientID != "" && !l.Self.IsOwnGrant(grant.ClientID, grant.Audience, grant.SubjectType) &&
			validate.Accepts(ctx, validate.Identifier(), grant.Audience)
		return grant.Key().String(), newResourceModel(grant), accepted
	})
}
