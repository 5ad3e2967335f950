// Package provider configures the provider, creates its components, and lists its resources.
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

// Environment looks up an environment variable, as os.LookupEnv does.
type Environment func(name string) (string, bool)

// Provider is the timesheets provider.
type Provider struct {
	version     string
	environment Environment
	meter       *management.Meter // may be nil
	shared      bool              // several walks use the process
}

var _ provider.Provider = (*Provider)(nil)

// New returns a constructor of providers that read the environment of the process.
func New(version string) func() provider.Provider { return NewProcess(version, false).Provider }

// NewIn returns a constructor of providers that read the given environment.
func NewIn(version string, environment Environment) func() provider.Provider {
	return func() provider.Provider { return &Provider{version: version, environment: environment} }
}

// Metadata implements provider.Provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "timesheets", p.version
}

// Schema implements provider.Provider.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// Configure implements provider.Provider. It creates the ports and the plan state of this provider, and sends no requests.
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
		addInvalid(&resp.Diagnostics, err)
		return
	}
	data := server.Data{Tenant: coalesce.New(store), PlanState: planstate.New(), Self: selfOf(settings)}
	if p.shared {
		data.PlanState = planstate.NewShared()
	}
	if settings.Unready != nil && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData = data, data, data
	resp.ListResourceData, resp.ActionData = data, data
}

// Resources implements provider.Provider.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		api.NewResource,
		client.NewResource,
		apiscope.NewResource,
		clientgrant.NewResource,
	}
}

// DataSources implements provider.Provider.
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
