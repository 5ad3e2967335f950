package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"

	ours "github.com/timesheets/terraform-provider-timesheets/internal/provider/function"
)

var _ provider.ProviderWithFunctions = (*Provider)(nil)

// Functions lists every function.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{ours.NewJWTClaims}
}
