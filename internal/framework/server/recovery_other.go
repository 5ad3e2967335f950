package server

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
)

// StopProvider implements Server. Its response contains an error only as text.
func (g guard) StopProvider(ctx context.Context, request *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return guarded(ctx, g, request, g.server.StopProvider, func(found diagnostics) *tfprotov6.StopProviderResponse {
		return &tfprotov6.StopProviderResponse{Error: found[0].Detail}
	})
}

// CallFunction implements Server. Its response contains an error only as text.
func (g guard) CallFunction(ctx context.Context, request *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return guarded(ctx, g, request, g.server.CallFunction, func(found diagnostics) *tfprotov6.CallFunctionResponse {
		return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: found[0].Summary + ": " + found[0].Detail}}
	})
}

// ListResource implements Server. It also recovers from panics while the results are read.
func (g guard) ListResource(ctx context.Context, request *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	last := func(found diagnostics) tfprotov6.ListResourceResult {
		return tfprotov6.ListResourceResult{Diagnostics: found}
	}
	stream, err := recovered(ctx, request, g.server.ListResource, func(found diagnostics) *tfprotov6.ListResourceServerStream {
		return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) { yield(last(found)) }}
	})
	if stream != nil && stream.Results != nil {
		stream = &tfprotov6.ListResourceServerStream{Results: streamed(ctx, stream.Results, last)}
	}
	return stream, err
}

// InvokeAction implements Server. It also recovers from panics while the events are read.
func (g guard) InvokeAction(ctx context.Context, request *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	last := func(found diagnostics) tfprotov6.InvokeActionEvent {
		return tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: found}}
	}
	stream, err := recovered(ctx, request, g.server.InvokeAction, func(found diagnostics) *tfprotov6.InvokeActionServerStream {
		return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) { yield(last(found)) }}
	})
	if stream != nil && stream.Events != nil {
		stream = &tfprotov6.InvokeActionServerStream{Events: streamed(ctx, stream.Events, last)}
	}
	return stream, err
}

// streamed returns the sequence, which ends with last after a panic. It does not recover from panics of the reader.
func streamed[T any](ctx context.Context, items iter.Seq[T], last func(diagnostics) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		reading, more := false, true
		defer func() {
			if reading {
				return
			}
			if cause := recover(); cause != nil && more {
				yield(last(report(ctx, panics.Caught(cause))))
			}
		}()
		items(func(item T) bool {
			reading = true
			more = yield(item)
			reading = false
			return more
		})
	}
}
