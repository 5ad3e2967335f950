package server

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/defect"
)

// StopProvider implements Server. Its answer knows an error as text alone.
func (g guard) StopProvider(ctx context.Context, request *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return guarded(ctx, g, request, g.server.StopProvider, func(said diagnostics) *tfprotov6.StopProviderResponse {
		return &tfprotov6.StopProviderResponse{Error: said[0].Detail}
	})
}

// CallFunction implements Server. Its answer knows an error as text alone.
func (g guard) CallFunction(ctx context.Context, request *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return guarded(ctx, g, request, g.server.CallFunction, func(said diagnostics) *tfprotov6.CallFunctionResponse {
		return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: said[0].Summary + ": " + said[0].Detail}}
	})
}

// ListResource implements Server. What it lists is made while it is read, so that is guarded, too.
func (g guard) ListResource(ctx context.Context, request *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	last := func(said diagnostics) tfprotov6.ListResourceResult {
		return tfprotov6.ListResourceResult{Diagnostics: said}
	}
	stream, err := recovered(ctx, request, g.server.ListResource, func(said diagnostics) *tfprotov6.ListResourceServerStream {
		return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) { yield(last(said)) }}
	})
	if stream != nil && stream.Results != nil {
		stream = &tfprotov6.ListResourceServerStream{Results: streamed(ctx, stream.Results, last)}
	}
	return stream, err
}

// InvokeAction implements Server. What it tells is made while it is read, so that is guarded, too.
func (g guard) InvokeAction(ctx context.Context, request *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	last := func(said diagnostics) tfprotov6.InvokeActionEvent {
		return tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: said}}
	}
	stream, err := recovered(ctx, request, g.server.InvokeAction, func(said diagnostics) *tfprotov6.InvokeActionServerStream {
		return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) { yield(last(said)) }}
	})
	if stream != nil && stream.Events != nil {
		stream = &tfprotov6.InvokeActionServerStream{Events: streamed(ctx, stream.Events, last)}
	}
	return stream, err
}

// streamed is a sequence that ends with last when making it panics. A panic of whoever reads it is none of ours.
func streamed[T any](ctx context.Context, items iter.Seq[T], last func(diagnostics) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		reading, more := false, true
		defer func() {
			if reading {
				return
			}
			if cause := recover(); cause != nil && more {
				yield(last(tell(ctx, defect.Caught(cause))))
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
