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

// Run is one process that serves the provider. Terraform starts one for each walk through a configuration.
type Run struct {
	version string
	meter   management.Meter
}

// NewRun is a run of the provider of the given version.
func NewRun(version string) *Run { return &Run{version: version} }

// Provider makes a provider that reads the environment of the process.
func (r *Run) Provider() provider.Provider {
	return &Provider{version: r.version, environment: os.LookupEnv, meter: &r.meter}
}

// StopWrites returns when the writes in progress have ended, and prevents that another one is sent. It is for a process
// that exits next.
func (r *Run) StopWrites() { r.meter.StopWrites() }

// Tell logs what the run cost, at level INFO, if it asked the tenant for anything. It is for when serving has ended: no
// request is under way any more, and Terraform still reads the log.
func (r *Run) Tell(ctx context.Context) {
	usage := r.meter.Usage()
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
