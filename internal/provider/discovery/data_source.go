// Package discovery contains the data source timesheets_tenant: the domain of the tenant and its published endpoints.
package discovery

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewDataSource returns the data source timesheets_tenant.
func NewDataSource() datasource.DataSource {
	return &server.DataSource[Model]{
		Name: "tenant",
		Description: "The tenant that the provider uses: its domain and the endpoints of its " +
			"[discovery document](https://auth0.com/docs/get-started/applications/configure-applications-with-oidc-discovery), with which API gateways and " +
			"services verify tokens. Requires no Management API scope. Each provider process sends one request, which does not count against the rate limit of " +
			"the Management API.",
		Attributes: map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Domain of the tenant as configured in the provider, without `https://`: the tenant's own domain, or a custom domain.",
			},
			"issuer": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Issuer of tokens that are requested from this domain, the claim `iss`, such as `https://example.eu.auth0.com/`. " +
					"Services compare it including the final slash.",
			},
			"jwks_uri": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Address of the [JWKS](https://auth0.com/docs/secure/tokens/json-web-tokens/json-web-key-sets), the public keys that verify tokens.",
			},
			"token_endpoint": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Address at which clients request tokens.",
			},
			"management_audience": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Identifier of the Management API, the audience of the provider's own token. A custom domain does not change it.",
			},
		},
		Result: result,
	}
}

// Model contains the attributes of timesheets_tenant.
type Model struct {
	Domain             types.String `tfsdk:"domain"`
	Issuer             types.String `tfsdk:"issuer"`
	JWKSURI            types.String `tfsdk:"jwks_uri"`
	TokenEndpoint      types.String `tfsdk:"token_endpoint"`
	ManagementAudience types.String `tfsdk:"management_audience"`
}

// newModel returns what the provider knows about the tenant, and its published endpoints.
func newModel(self server.Self, endpoints tenant.Endpoints) Model {
	return Model{
		Domain:             types.StringValue(self.Domain),
		Issuer:             types.StringValue(endpoints.Issuer),
		JWKSURI:            types.StringValue(endpoints.JWKS),
		TokenEndpoint:      types.StringValue(endpoints.Token),
		ManagementAudience: types.StringValue(self.Audience),
	}
}

// result reads the discovery document.
func result(ctx context.Context, d server.Data, _ Model, diags *diag.Diagnostics) Model {
	endpoints, err := d.Tenant.Discovery.Endpoints(ctx)
	if err != nil {
		diagnose.AddOperationError(diags, diagnose.Operation{Verb: "read", Noun: "tenant", Key: d.Self.Domain}, err)
	}
	return newModel(d.Self, endpoints)
}
