package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider/accesstoken"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/clientsecret"
	ours "github.com/timesheets/terraform-provider-timesheets/internal/provider/function"
)

var (
	_ provider.ProviderWithEphemeralResources = (*Provider)(nil)
	_ provider.ProviderWithFunctions          = (*Provider)(nil)
)

// EphemeralResources lists every ephemeral resource.
func (p *Provider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{accesstoken.NewEphemeralResource, clientsecret.NewEphemeralResource}
}

// Functions lists every function.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{ours.NewJWTClaims}
}
