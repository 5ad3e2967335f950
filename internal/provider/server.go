package provider

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tfsdklog"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var errIncompleteServer = errors.New("the plugin framework does not implement every request of the protocol that this provider serves")

// Server returns the protocol server of a provider, with short generated configuration, clear errors about numbers, deferral, and
// recovery from panics.
func Server(p provider.Provider) (tfprotov6.ProviderServer, error) {
	served, ok := providerserver.NewProtocol6(p)().(server.Server)
	unconfigured, also := providerserver.NewProtocol6(p)().(server.Server)
	if !ok || !also {
		return nil, errIncompleteServer
	}
	refresh := tenant.Refresh
	if own, ok := p.(*Provider); ok && own.shared {
		refresh = tenant.LookUp // what an earlier walk read can have changed since
	}
	// Recover is outermost, so that a panic in any other decorator is an error too. Numbers is outside the decorators that decode
	// configurations, because decoding fails for a number that its attribute cannot contain.
	listing := server.AcceptLists(server.Concise(served, p), server.Concise(unconfigured, p))
	return server.Recover(server.Defer(readPurpose{server.Numbers(listing, p), refresh})), nil
}

// readPurpose adds the purpose of a read to its context. Terraform reads data sources in a plan and in an apply, but
// resources only in a plan.
type readPurpose struct {
	server.Server
	refresh tenant.Purpose // of a resource
}

// ReadResource implements server.Server.
func (s readPurpose) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return s.Server.ReadResource(tenant.ReadFor(ctx, s.refresh), request)
}

// ReadDataSource implements server.Server.
func (s readPurpose) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return s.Server.ReadDataSource(tenant.ReadFor(ctx, tenant.LookUp), request)
}

// Process is one provider process. Terraform starts a process for each walk through a configuration, except in
// "terraform test".
type Process struct {
	version string
	shared  bool
	meter   management.Meter
}

// NewProcess returns a process that serves the given version of the provider. shared reports whether several walks through
// a configuration use it.
func NewProcess(version string, shared bool) *Process {
	return &Process{version: version, shared: shared}
}

// Provider returns a provider that reads the environment of the process.
func (p *Process) Provider() provider.Provider {
	return &Provider{version: p.version, environment: os.LookupEnv, meter: &p.meter, shared: p.shared}
}

// StopWrites waits until the writes in progress have ended, and prevents new ones. Call it before the process exits.
func (p *Process) StopWrites() { p.meter.StopWrites() }

// LogUsage logs the numbers of requests at level INFO, if there were any. Call it after serving has ended: no request is in
// progress then, and Terraform still reads the log.
func (p *Process) LogUsage(ctx context.Context) {
	usage := p.meter.Usage()
	if usage.Calls == 0 {
		return
	}
	ctx = tfsdklog.NewRootProviderLogger(ctx, tfsdklog.WithStderrFromInit(), tfsdklog.WithLogName("timesheets"), tfsdklog.WithoutLocation(),
		tflog.WithLevelFromEnv("TF_LOG_PROVIDER", "timesheets"))
	tflog.Info(ctx, "Auth0 requests of this run", map[string]any{
		"calls":          usage.Calls,
		"tokens":         usage.Tokens,
		"rejected":       usage.Rejected,
		"waited_seconds": usage.Waited.Round(100 * time.Millisecond).Seconds(),
	})
}

// LogLevels returns environment variables that limit the log of this process to the level that is configured for Terraform,
// except for variables that are already set. Terraform discards other lines only after they were written, which takes a
// third of the time of a large plan.
func LogLevels(lookup func(name string) (value string, found bool)) map[string]string {
	trimmed := func(name string) string {
		value, _ := lookup(name)
		return strings.TrimSpace(value)
	}
	level := cmp.Or(trimmed("TF_LOG_PROVIDER"), trimmed("TF_LOG"), "OFF")
	levels := map[string]string{}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_TIMESHEETS"} {
		if _, found := lookup(name); !found {
			levels[name] = level
		}
	}
	return levels
}
