package provider

import (
	"context"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tfsdklog"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
)

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
