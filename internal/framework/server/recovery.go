package server

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
)

// Server is the protocol of a provider with list resources and actions.
type Server interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// Recover returns the server with recovery from panics in each request.
func Recover(server Server) Server { return recovery{server, &atomic.Pointer[context.Context]{}} }

// recovery has a method for each request of Server. The response after a panic changes nothing.
type recovery struct {
	server Server
	first  *atomic.Pointer[context.Context] // of the first request, used for work that continues after a response
}

type diagnostics = []*tfprotov6.Diagnostic

// serve serves a request, and releases its context after the response.
func serve[Q, A any](
	ctx context.Context, r recovery, asked Q, handle func(context.Context, Q) (A, error), failed func(diagnostics) A,
) (A, error) {
	own := newRequest(ctx)
	defer own.answered(r.values(ctx))
	return serveRecovered(own, asked, handle, failed)
}

// values returns the context of the first request.
func (r recovery) values(ctx context.Context) *context.Context {
	ctx = context.WithoutCancel(ctx)
	r.first.CompareAndSwap(nil, &ctx)
	return r.first.Load()
}

// serveRecovered serves a request. After a panic, failed returns the response with a diagnostic.
func serveRecovered[Q, A any](ctx context.Context, asked Q, handle func(context.Context, Q) (A, error), failed func(diagnostics) A) (answer A, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			answer, err = failed(report(ctx, panics.Caught(cause))), nil
		}
	}()
	return handle(ctx, asked)
}

// report logs a panic and returns a diagnostic without values.
func report(ctx context.Context, failed *panics.Error) diagnostics {
	tflog.Error(ctx, "Bug in the provider", map[string]any{"id": failed.ID, "place": failed.Place, "stack": failed.Stack})
	return diagnostics{{
		Severity: tfprotov6.DiagnosticSeverityError,
		Summary:  "Bug in the provider",
		Detail: fmt.Sprintf("The provider failed at %s. Other operations continue.\n\nChanges in the tenant immediately before may not be in the state: plan again before you "+
			"apply. Please report the defect with this ID: %s. With TF_LOG_PROVIDER=ERROR, the log contains the stack under this ID, and no values.", failed.Place, failed.ID),
	}}
}
