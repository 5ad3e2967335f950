package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider/accesstoken"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/api"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/apiscope"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/client"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/clientgrant"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/clientsecret"
	timesheets "github.com/timesheets/terraform-provider-timesheets/internal/provider/function"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/signingkey"
)

var (
	_ provider.ProviderWithActions            = (*Provider)(nil)
	_ provider.ProviderWithEphemeralResources = (*Provider)(nil)
	_ provider.ProviderWithFunctions          = (*Provider)(nil)
	_ provider.ProviderWithListResources      = (*Provider)(nil)
)

// Actions implements provider.ProviderWithActions.
func (p *Provider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{clientsecret.NewRotate, signingkey.NewRotate, signingkey.NewRevoke}
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *Provider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{accesstoken.NewEphemeralResource, clientsecret.NewEphemeralResource}
}

// ListResources implements provider.ProviderWithListResources.
func (p *Provider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{api.NewListResource, apiscope.NewListResource, client.NewListResource, clientgrant.NewListResource}
}

// Functions implements provider.ProviderWithFunctions.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{timesheets.NewJWTClaims}
}
