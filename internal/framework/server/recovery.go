package server

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/timesheets/terraform-provider-timesheets/internal/defect"
)

// Server is a provider with everything this one may serve.
type Server interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// Recover is server with each of its requests guarded.
func Recover(server Server) Server { return guard{server, &atomic.Pointer[context.Context]{}} }

// guard has a method for each request of Server. What one answers after a panic leaves everything as it was before.
type guard struct {
	server Server
	first  *atomic.Pointer[context.Context] // the first request's, for what goes on when another is answered
}

type diagnostics = []*tfprotov6.Diagnostic

// guarded serves a request, and lets go of its context when that is answered.
func guarded[Q, A any](
	ctx context.Context, g guard, asked Q, serve func(context.Context, Q) (A, error), failed func(diagnostics) A,
) (A, error) {
	own := newRequest(ctx)
	defer own.answered(g.values(ctx))
	return recovered(own, asked, serve, failed)
}

// values are those of the first request.
func (g guard) values(ctx context.Context) *context.Context {
	ctx = context.WithoutCancel(ctx)
	g.first.CompareAndSwap(nil, &ctx)
	return g.first.Load()
}

// recovered serves a request. When that panics the answer is what failed makes of the diagnostic.
func recovered[Q, A any](ctx context.Context, asked Q, serve func(context.Context, Q) (A, error), failed func(diagnostics) A) (answer A, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			answer, err = failed(tell(ctx, defect.Caught(cause))), nil
		}
	}()
	return serve(ctx, asked)
}

// tell logs a panic and returns what a user may know of it.
func tell(ctx context.Context, failed *defect.Error) diagnostics {
	tflog.Error(ctx, "Bug in the provider", map[string]any{"id": failed.ID, "place": failed.Place, "stack": failed.Stack})
	return diagnostics{{
		Severity: tfprotov6.DiagnosticSeverityError,
		Summary:  "Bug in the provider",
		Detail: fmt.Sprintf("The provider failed at %s. It goes on with everything else.\n\nWhat it did in the tenant just before may not be in the state: plan again before you "+
			"apply. Please report it with this id: %s. With TF_LOG_PROVIDER=ERROR the log holds the way that led there under this id, and no values.", failed.Place, failed.ID),
	}}
}
