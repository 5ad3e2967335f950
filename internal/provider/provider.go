// Package provider is the wiring: what the provider is configured with, what it is made of, and what exists.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/accesscheck"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/api"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/apiscope"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/client"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/clientgrant"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/discovery"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/signingkey"
)

// Environment looks up a variable, as os.LookupEnv does.
type Environment func(name string) (string, bool)

// Provider is the timesheets provider.
type Provider struct {
	version     string
	environment Environment
	meter       *management.Meter // may be nil
}

var _ provider.Provider = (*Provider)(nil)

// New returns a maker of providers of the given version that read the environment of the process.
func New(version string) func() provider.Provider { return NewRun(version).Provider }

// NewIn is New with an environment of its own.
func NewIn(version string, environment Environment) func() provider.Provider {
	return func() provider.Provider { return &Provider{version: version, environment: environment} }
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "timesheets", p.version
}

// Schema describes the configuration.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// Configure creates the store and the plan state of this provider. It never touches the network.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings := config.settings(p.environment, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	settings.UserAgent = userAgent(p.version, req.TerraformVersion, p.environment)
	settings.Meter = p.meter
	store, err := management.New(settings)
	if err != nil {
		unusable(&resp.Diagnostics, err)
		return
	}
	data := server.Data{Tenant: coalesce.New(store), PlanState: planstate.New(), Self: self(settings)}
	if settings.Unready != nil && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData = data, data, data
	resp.ListResourceData, resp.ActionData = data, data
}

// Resources lists every resource.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		api.NewResource,
		client.NewResource,
		apiscope.NewResource,
		clientgrant.NewResource,
	}
}

// DataSources lists every data source.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		accesscheck.NewDataSource,
		api.NewDataSource,
		client.NewDataSource,
		clientgrant.NewDataSource,
		discovery.NewDataSource,
		signingkey.NewDataSource,
	}
}
