package server

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
)

// GetMetadata implements Server.
func (r recovery) GetMetadata(ctx context.Context, request *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return served(ctx, r, request, r.server.GetMetadata, func(said diagnostics) *tfprotov6.GetMetadataResponse {
		return &tfprotov6.GetMetadataResponse{Diagnostics: said}
	})
}

// GetProviderSchema implements Server.
func (r recovery) GetProviderSchema(ctx context.Context, request *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return served(ctx, r, request, r.server.GetProviderSchema, func(said diagnostics) *tfprotov6.GetProviderSchemaResponse {
		return &tfprotov6.GetProviderSchemaResponse{Diagnostics: said}
	})
}

// GetResourceIdentitySchemas implements Server.
func (r recovery) GetResourceIdentitySchemas(ctx context.Context, request *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return served(ctx, r, request, r.server.GetResourceIdentitySchemas, func(said diagnostics) *tfprotov6.GetResourceIdentitySchemasResponse {
		return &tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: said}
	})
}

// ValidateProviderConfig implements Server.
func (r recovery) ValidateProviderConfig(ctx context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return served(ctx, r, request, r.server.ValidateProviderConfig, func(said diagnostics) *tfprotov6.ValidateProviderConfigResponse {
		return &tfprotov6.ValidateProviderConfigResponse{Diagnostics: said}
	})
}

// ConfigureProvider implements Server.
func (r recovery) ConfigureProvider(ctx context.Context, request *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return served(ctx, r, request, r.server.ConfigureProvider, func(said diagnostics) *tfprotov6.ConfigureProviderResponse {
		return &tfprotov6.ConfigureProviderResponse{Diagnostics: said}
	})
}

// ValidateDataResourceConfig implements Server.
func (r recovery) ValidateDataResourceConfig(ctx context.Context, request *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return served(ctx, r, request, r.server.ValidateDataResourceConfig, func(said diagnostics) *tfprotov6.ValidateDataResourceConfigResponse {
		return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: said}
	})
}

// ReadDataSource implements Server.
func (r recovery) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return served(ctx, r, request, r.server.ReadDataSource, func(said diagnostics) *tfprotov6.ReadDataSourceResponse {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: said}
	})
}

// GetFunctions implements Server.
func (r recovery) GetFunctions(ctx context.Context, request *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return served(ctx, r, request, r.server.GetFunctions, func(said diagnostics) *tfprotov6.GetFunctionsResponse {
		return &tfprotov6.GetFunctionsResponse{Diagnostics: said}
	})
}

// ValidateEphemeralResourceConfig implements Server.
func (r recovery) ValidateEphemeralResourceConfig(ctx context.Context, request *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return served(ctx, r, request, r.server.ValidateEphemeralResourceConfig, func(said diagnostics) *tfprotov6.ValidateEphemeralResourceConfigResponse {
		return &tfprotov6.ValidateEphemeralResourceConfigResponse{Diagnostics: said}
	})
}

// OpenEphemeralResource implements Server.
func (r recovery) OpenEphemeralResource(ctx context.Context, request *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return served(ctx, r, request, r.server.OpenEphemeralResource, func(said diagnostics) *tfprotov6.OpenEphemeralResourceResponse {
		return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: said}
	})
}

// RenewEphemeralResource implements Server.
func (r recovery) RenewEphemeralResource(ctx context.Context, request *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return served(ctx, r, request, r.server.RenewEphemeralResource, func(said diagnostics) *tfprotov6.RenewEphemeralResourceResponse {
		return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: said}
	})
}

// CloseEphemeralResource implements Server.
func (r recovery) CloseEphemeralResource(ctx context.Context, request *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return served(ctx, r, request, r.server.CloseEphemeralResource, func(said diagnostics) *tfprotov6.CloseEphemeralResourceResponse {
		return &tfprotov6.CloseEphemeralResourceResponse{Diagnostics: said}
	})
}

// ValidateListResourceConfig implements Server.
func (r recovery) ValidateListResourceConfig(ctx context.Context, request *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return served(ctx, r, request, r.server.ValidateListResourceConfig, func(said diagnostics) *tfprotov6.ValidateListResourceConfigResponse {
		return &tfprotov6.ValidateListResourceConfigResponse{Diagnostics: said}
	})
}

// ValidateActionConfig implements Server.
func (r recovery) ValidateActionConfig(ctx context.Context, request *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return served(ctx, r, request, r.server.ValidateActionConfig, func(said diagnostics) *tfprotov6.ValidateActionConfigResponse {
		return &tfprotov6.ValidateActionConfigResponse{Diagnostics: said}
	})
}

// PlanAction implements Server.
func (r recovery) PlanAction(ctx context.Context, request *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return served(ctx, r, request, r.server.PlanAction, func(said diagnostics) *tfprotov6.PlanActionResponse {
		return &tfprotov6.PlanActionResponse{Diagnostics: said}
	})
}

// ValidateResourceConfig implements Server.
func (r recovery) ValidateResourceConfig(ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return served(ctx, r, request, r.server.ValidateResourceConfig, func(said diagnostics) *tfprotov6.ValidateResourceConfigResponse {
		return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: said}
	})
}

// UpgradeResourceState implements Server.
func (r recovery) UpgradeResourceState(ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return served(ctx, r, request, r.server.UpgradeResourceState, func(said diagnostics) *tfprotov6.UpgradeResourceStateResponse {
		return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: said}
	})
}

// UpgradeResourceIdentity implements Server.
func (r recovery) UpgradeResourceIdentity(ctx context.Context, request *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return served(ctx, r, request, r.server.UpgradeResourceIdentity, func(said diagnostics) *tfprotov6.UpgradeResourceIdentityResponse {
		return &tfprotov6.UpgradeResourceIdentityResponse{Diagnostics: said}
	})
}

// ReadResource implements Server. After a panic the state stays as it was.
func (r recovery) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return served(ctx, r, request, r.server.ReadResource, func(said diagnostics) *tfprotov6.ReadResourceResponse {
		return &tfprotov6.ReadResourceResponse{NewState: request.CurrentState, NewIdentity: request.CurrentIdentity, Private: request.Private, Diagnostics: said}
	})
}

// PlanResourceChange implements Server.
func (r recovery) PlanResourceChange(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return served(ctx, r, request, r.server.PlanResourceChange, func(said diagnostics) *tfprotov6.PlanResourceChangeResponse {
		return &tfprotov6.PlanResourceChangeResponse{Diagnostics: said}
	})
}

// ApplyResourceChange implements Server. After a panic the state stays as it was.
func (r recovery) ApplyResourceChange(ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return served(ctx, r, request, r.server.ApplyResourceChange, func(said diagnostics) *tfprotov6.ApplyResourceChangeResponse {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: request.PriorState, Private: request.PlannedPrivate, Diagnostics: said}
	})
}

// ImportResourceState implements Server.
func (r recovery) ImportResourceState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return served(ctx, r, request, r.server.ImportResourceState, func(said diagnostics) *tfprotov6.ImportResourceStateResponse {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: said}
	})
}

// MoveResourceState implements Server.
func (r recovery) MoveResourceState(ctx context.Context, request *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return served(ctx, r, request, r.server.MoveResourceState, func(said diagnostics) *tfprotov6.MoveResourceStateResponse {
		return &tfprotov6.MoveResourceStateResponse{Diagnostics: said}
	})
}

// GenerateResourceConfig implements Server.
func (r recovery) GenerateResourceConfig(ctx context.Context, request *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return served(ctx, r, request, r.server.GenerateResourceConfig, func(said diagnostics) *tfprotov6.GenerateResourceConfigResponse {
		return &tfprotov6.GenerateResourceConfigResponse{Diagnostics: said}
	})
}

// StopProvider implements Server. Its response contains an error only as text.
func (r recovery) StopProvider(ctx context.Context, request *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return served(ctx, r, request, r.server.StopProvider, func(found diagnostics) *tfprotov6.StopProviderResponse {
		return &tfprotov6.StopProviderResponse{Error: found[0].Detail}
	})
}

// CallFunction implements Server. Its response contains an error only as text.
func (r recovery) CallFunction(ctx context.Context, request *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return served(ctx, r, request, r.server.CallFunction, func(found diagnostics) *tfprotov6.CallFunctionResponse {
		return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: found[0].Summary + ": " + found[0].Detail}}
	})
}

// ListResource implements Server. It also recovers from panics while the results are read.
func (r recovery) ListResource(ctx context.Context, request *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	last := func(found diagnostics) tfprotov6.ListResourceResult {
		return tfprotov6.ListResourceResult{Diagnostics: found}
	}
	stream, err := recovered(ctx, request, r.server.ListResource, func(found diagnostics) *tfprotov6.ListResourceServerStream {
		return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) { yield(last(found)) }}
	})
	if stream != nil && stream.Results != nil {
		stream = &tfprotov6.ListResourceServerStream{Results: streamed(ctx, stream.Results, last)}
	}
	return stream, err
}

// InvokeAction implements Server. It also recovers from panics while the events are read.
func (r recovery) InvokeAction(ctx context.Context, request *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	last := func(found diagnostics) tfprotov6.InvokeActionEvent {
		return tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: found}}
	}
	stream, err := recovered(ctx, request, r.server.InvokeAction, func(found diagnostics) *tfprotov6.InvokeActionServerStream {
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
