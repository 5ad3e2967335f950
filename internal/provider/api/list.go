package api

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

// ListResource is the list resource timesheets_api.
type ListResource struct{ server.ListResource }

// NewListResource returns an unconfigured list resource.
func NewListResource() list.ListResource { return &ListResource{} }

// wanted narrows a list of APIs.
type wanted struct {
	IdentifierPrefix types.String `tfsdk:"identifier_prefix"`
}

// Metadata names the resource that is listed.
func (l *ListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api"
}

// ListResourceConfigSchema describes what narrows the list.
func (l *ListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The APIs of the tenant, for `terraform query` (Terraform 1.14), without those that Auth0 created. Sends one request per 100 APIs of " +
			"the tenant until the limit of the query is reached. Requires the Management API scope `read:resource_servers`.",
		Attributes: map[string]schema.Attribute{
			"identifier_prefix": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only APIs whose identifier begins with this, such as `https://api.timesheets.example/`.",
			},
		},
	}
}

// List streams the APIs.
func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config wanted
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = server.Results(ctx, req, "APIs", l.Tenant.APIs.List(ctx, tenant.APIFilter{}), func(api tenant.API) (server.Found, bool) {
		if api.IsSystem || !strings.HasPrefix(api.Identifier, config.IdentifierPrefix.ValueString()) {
			return server.Found{}, false
		}
		model := newModel(api, Model{})
		if api.Scopes != nil { // a list may leave them out: that is not "none"
			model.Scopes = scopeMap(api.Scopes, model.Scopes)
		}
		return server.Found{Name: api.Name + " (" + api.Identifier + ")", Identity: model.identity(), Resource: model}, true
	})
}
