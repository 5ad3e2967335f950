package api

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

// ListResource is the list resource timesheets_api.
type ListResource struct{ server.ListResource }

// NewListResource returns an unconfigured list resource.
func NewListResource() list.ListResource { return &ListResource{} }

// listConfig is the configuration of a list of APIs.
type listConfig struct {
	IdentifierPrefix types.String `tfsdk:"identifier_prefix"`
}

// Metadata names the resource that is listed.
func (l *ListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api"
}

// ListResourceConfigSchema describes the filters of the list.
func (l *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
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
	server.List(ctx, req, stream, "APIs", all, func(config listConfig, api tenant.API) (server.Found, bool) {
		model := newModel(api, Model{})
		if api.Scopes != nil { // Auth0 can omit them in a list, which does not mean that there are none
			model.Scopes = scopeMap(api.Scopes, model.Scopes)
		}
		accepted := !api.IsSystem && validate.Accepts(ctx, validate.Identifier(), api.Identifier) &&
			strings.HasPrefix(api.Identifier, config.IdentifierPrefix.ValueString())
		return server.Found{Name: api.Name + " (" + api.Identifier + ")", Identity: model.identity(), Resource: model}, accepted
	})
}
