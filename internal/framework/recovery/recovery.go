// Package recovery keeps a defect of the provider from ending its process: a panic in a request of Terraform becomes an
// error that says where it happened, and nothing of the values that were worked with.
package recovery

import (
	"context"
	"crypto/rand"
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// Server is a provider with everything this one may serve.
type Server interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// New is server with each of its requests guarded.
func New(server Server) Server { return guard{server} }

// guard has a method for each request of Server. What one answers after a panic leaves everything as it was before.
type guard struct{ server Server }

type diagnostics = []*tfprotov6.Diagnostic

// guarded serves a request. When that panics the answer is what failed makes of the diagnostic.
func guarded[Q, A any](ctx context.Context, request Q, serve func(context.Context, Q) (A, error), failed func(diagnostics) A) (answer A, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			answer, err = failed(tell(ctx, cause)), nil
		}
	}()
	return serve(ctx, request)
}

// tell logs a panic and returns what a user may know of it. The message of a panic is anybody's, and may hold a secret;
// that of the runtime names indices and types alone.
func tell(ctx context.Context, cause any) diagnostics {
	id, place := rand.Text()[:8], origin()
	if fault, ok := cause.(runtime.Error); ok {
		place += " (" + fault.Error() + ")"
	}
	tflog.Error(ctx, "Defect in the provider", map[string]any{"id": id, "place": place, "stack": string(debug.Stack())})
	return diagnostics{{
		Severity: tfprotov6.DiagnosticSeverityError,
		Summary:  "Defect in the provider",
		Detail: fmt.Sprintf("The provider failed at %s. It goes on with everything else.\n\nWhat it did in the tenant just before may not be in the state: plan again before you "+
			"apply. Please report it with this id: %s. With TF_LOG_PROVIDER=ERROR the log holds the place of the defect under this id, and no values.", place, id),
	}}
}

// origin is the function, file and line that panicked, as seen from a deferred function.
func origin() string {
	counters := make([]uintptr, 64)
	frames := runtime.CallersFrames(counters[:runtime.Callers(1, counters)])
	for panicking := false; ; {
		frame, more := frames.Next()
		inRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicking && !inRuntime {
			return fmt.Sprintf("%s, %s:%d", path.Base(frame.Function), path.Base(frame.File), frame.Line)
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}
