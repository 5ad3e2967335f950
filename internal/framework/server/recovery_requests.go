package server

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
)

// GetMetadata implements Server.
func (g guard) GetMetadata(ctx context.Context, request *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return guarded(ctx, g, request, g.server.GetMetadata, func(said diagnostics) *tfprotov6.GetMetadataResponse {
		return &tfprotov6.GetMetadataResponse{Diagnostics: said}
	})
}

// GetProviderSchema implements Server.
func (g guard) GetProviderSchema(ctx context.Context, request *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return guarded(ctx, g, request, g.server.GetProviderSchema, func(said diagnostics) *tfprotov6.GetProviderSchemaResponse {
		return &tfprotov6.GetProviderSchemaResponse{Diagnostics: said}
	})
}

// GetResourceIdentitySchemas implements Server.
func (g guard) GetResourceIdentitySchemas(ctx context.Context, request *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return guarded(ctx, g, request, g.server.GetResourceIdentitySchemas, func(said diagnostics) *tfprotov6.GetResourceIdentitySchemasResponse {
		return &tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: said}
	})
}

// ValidateProviderConfig implements Server.
func (g guard) ValidateProviderConfig(ctx context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return guarded(ctx, g, request, g.server.ValidateProviderConfig, func(said diagnostics) *tfprotov6.ValidateProviderConfigResponse {
		return &tfprotov6.ValidateProviderConfigResponse{Diagnostics: said}
	})
}

// ConfigureProvider implements Server.
func (g guard) ConfigureProvider(ctx context.Context, request *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return guarded(ctx, g, request, g.server.ConfigureProvider, func(said diagnostics) *tfprotov6.ConfigureProviderResponse {
		return &tfprotov6.ConfigureProviderResponse{Diagnostics: said}
	})
}

// ValidateDataResourceConfig implements Server.
func (g guard) ValidateDataResourceConfig(ctx context.Context, request *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return guarded(ctx, g, request, g.server.ValidateDataResourceConfig, func(said diagnostics) *tfprotov6.ValidateDataResourceConfigResponse {
		return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: said}
	})
}

// ReadDataSource implements Server.
func (g guard) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return guarded(ctx, g, request, g.server.ReadDataSource, func(said diagnostics) *tfprotov6.ReadDataSourceResponse {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: said}
	})
}

// GetFunctions implements Server.
func (g guard) GetFunctions(ctx context.Context, request *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return guarded(ctx, g, request, g.server.GetFunctions, func(said diagnostics) *tfprotov6.GetFunctionsResponse {
		return &tfprotov6.GetFunctionsResponse{Diagnostics: said}
	})
}

// ValidateEphemeralResourceConfig implements Server.
func (g guard) ValidateEphemeralResourceConfig(ctx context.Context, request *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return guarded(ctx, g, request, g.server.ValidateEphemeralResourceConfig, func(said diagnostics) *tfprotov6.ValidateEphemeralResourceConfigResponse {
		return &tfprotov6.ValidateEphemeralResourceConfigResponse{Diagnostics: said}
	})
}

// OpenEphemeralResource implements Server.
func (g guard) OpenEphemeralResource(ctx context.Context, request *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return guarded(ctx, g, request, g.server.OpenEphemeralResource, func(said diagnostics) *tfprotov6.OpenEphemeralResourceResponse {
		return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: said}
	})
}

// RenewEphemeralResource implements Server.
func (g guard) RenewEphemeralResource(ctx context.Context, request *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return guarded(ctx, g, request, g.server.RenewEphemeralResource, func(said diagnostics) *tfprotov6.RenewEphemeralResourceResponse {
		return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: said}
	})
}

// CloseEphemeralResource implements Server.
func (g guard) CloseEphemeralResource(ctx context.Context, request *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return guarded(ctx, g, request, g.server.CloseEphemeralResource, func(said diagnostics) *tfprotov6.CloseEphemeralResourceResponse {
		return &tfprotov6.CloseEphemeralResourceResponse{Diagnostics: said}
	})
}

// ValidateListResourceConfig implements Server.
func (g guard) ValidateListResourceConfig(ctx context.Context, request *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return guarded(ctx, g, request, g.server.ValidateListResourceConfig, func(said diagnostics) *tfprotov6.ValidateListResourceConfigResponse {
		return &tfprotov6.ValidateListResourceConfigResponse{Diagnostics: said}
	})
}

// ValidateActionConfig implements Server.
func (g guard) ValidateActionConfig(ctx context.Context, request *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return guarded(ctx, g, request, g.server.ValidateActionConfig, func(said diagnostics) *tfprotov6.ValidateActionConfigResponse {
		return &tfprotov6.ValidateActionConfigResponse{Diagnostics: said}
	})
}

// PlanAction implements Server.
func (g guard) PlanAction(ctx context.Context, request *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return guarded(ctx, g, request, g.server.PlanAction, func(said diagnostics) *tfprotov6.PlanActionResponse {
		return &tfprotov6.PlanActionResponse{Diagnostics: said}
	})
}

// ValidateResourceConfig implements Server.
func (g guard) ValidateResourceConfig(ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return guarded(ctx, g, request, g.server.ValidateResourceConfig, func(said diagnostics) *tfprotov6.ValidateResourceConfigResponse {
		return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: said}
	})
}

// UpgradeResourceState implements Server.
func (g guard) UpgradeResourceState(ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return guarded(ctx, g, request, g.server.UpgradeResourceState, func(said diagnostics) *tfprotov6.UpgradeResourceStateResponse {
		return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: said}
	})
}

// UpgradeResourceIdentity implements Server.
func (g guard) UpgradeResourceIdentity(ctx context.Context, request *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return guarded(ctx, g, request, g.server.UpgradeResourceIdentity, func(said diagnostics) *tfprotov6.UpgradeResourceIdentityResponse {
		return &tfprotov6.UpgradeResourceIdentityResponse{Diagnostics: said}
	})
}

// ReadResource implements Server. After a panic the state stays as it was.
func (g guard) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return guarded(ctx, g, request, g.server.ReadResource, func(said diagnostics) *tfprotov6.ReadResourceResponse {
		return &tfprotov6.ReadResourceResponse{NewState: request.CurrentState, NewIdentity: request.CurrentIdentity, Private: request.Private, Diagnostics: said}
	})
}

// PlanResourceChange implements Server.
func (g guard) PlanResourceChange(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return guarded(ctx, g, request, g.server.PlanResourceChange, func(said diagnostics) *tfprotov6.PlanResourceChangeResponse {
		return &tfprotov6.PlanResourceChangeResponse{Diagnostics: said}
	})
}

// ApplyResourceChange implements Server. After a panic the state stays as it was.
func (g guard) ApplyResourceChange(ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return guarded(ctx, g, request, g.server.ApplyResourceChange, func(said diagnostics) *tfprotov6.ApplyResourceChangeResponse {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: request.PriorState, Private: request.PlannedPrivate, Diagnostics: said}
	})
}

// ImportResourceState implements Server.
func (g guard) ImportResourceState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return guarded(ctx, g, request, g.server.ImportResourceState, func(said diagnostics) *tfprotov6.ImportResourceStateResponse {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: said}
	})
}

// MoveResourceState implements Server.
func (g guard) MoveResourceState(ctx context.Context, request *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return guarded(ctx, g, request, g.server.MoveResourceState, func(said diagnostics) *tfprotov6.MoveResourceStateResponse {
		return &tfprotov6.MoveResourceStateResponse{Diagnostics: said}
	})
}

// GenerateResourceConfig implements Server.
func (g guard) GenerateResourceConfig(ctx context.Context, request *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return guarded(ctx, g, request, g.server.GenerateResourceConfig, func(said diagnostics) *tfprotov6.GenerateResourceConfigResponse {
		return &tfprotov6.GenerateResourceConfigResponse{Diagnostics: said}
	})
}

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
