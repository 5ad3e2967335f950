package discovery

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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
