package server

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
)

// GetMetadata implements Server.
func (r recovery) GetMetadata(ctx context.Context, request *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return serve(ctx, r, request, r.server.GetMetadata, func(diags diagnostics) *tfprotov6.GetMetadataResponse {
		return &tfprotov6.GetMetadataResponse{Diagnostics: diags}
	})
}

// GetProviderSchema implements Server.
func (r recovery) GetProviderSchema(ctx context.Context, request *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return serve(ctx, r, request, r.server.GetProviderSchema, func(diags diagnostics) *tfprotov6.GetProviderSchemaResponse {
		return &tfprotov6.GetProviderSchemaResponse{Diagnostics: diags}
	})
}

// GetResourceIdentitySchemas implements Server.
func (r recovery) GetResourceIdentitySchemas(ctx context.Context, request *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return serve(ctx, r, request, r.server.GetResourceIdentitySchemas, func(diags diagnostics) *tfprotov6.GetResourceIdentitySchemasResponse {
		return &tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: diags}
	})
}

// ValidateProviderConfig implements Server.
func (r recovery) ValidateProviderConfig(ctx context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return serve(ctx, r, request, r.server.ValidateProviderConfig, func(diags diagnostics) *tfprotov6.ValidateProviderConfigResponse {
		return &tfprotov6.ValidateProviderConfigResponse{Diagnostics: diags}
	})
}

// ConfigureProvider implements Server.
func (r recovery) ConfigureProvider(ctx context.Context, request *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return serve(ctx, r, request, r.server.ConfigureProvider, func(diags diagnostics) *tfprotov6.ConfigureProviderResponse {
		return &tfprotov6.ConfigureProviderResponse{Diagnostics: diags}
	})
}

// ValidateDataResourceConfig implements Server.
func (r recovery) ValidateDataResourceConfig(ctx context.Context, request *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return serve(ctx, r, request, r.server.ValidateDataResourceConfig, func(diags diagnostics) *tfprotov6.ValidateDataResourceConfigResponse {
		return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: diags}
	})
}

// ReadDataSource implements Server.
func (r recovery) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return serve(ctx, r, request, r.server.ReadDataSource, func(diags diagnostics) *tfprotov6.ReadDataSourceResponse {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: diags}
	})
}

// GetFunctions implements Server.
func (r recovery) GetFunctions(ctx context.Context, request *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return serve(ctx, r, request, r.server.GetFunctions, func(diags diagnostics) *tfprotov6.GetFunctionsResponse {
		return &tfprotov6.GetFunctionsResponse{Diagnostics: diags}
	})
}

// ValidateEphemeralResourceConfig implements Server.
func (r recovery) ValidateEphemeralResourceConfig(ctx context.Context, request *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return serve(ctx, r, request, r.server.ValidateEphemeralResourceConfig, func(diags diagnostics) *tfprotov6.ValidateEphemeralResourceConfigResponse {
		return &tfprotov6.ValidateEphemeralResourceConfigResponse{Diagnostics: diags}
	})
}

// OpenEphemeralResource implements Server.
func (r recovery) OpenEphemeralResource(ctx context.Context, request *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return serve(ctx, r, request, r.server.OpenEphemeralResource, func(diags diagnostics) *tfprotov6.OpenEphemeralResourceResponse {
		return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: diags}
	})
}

// RenewEphemeralResource implements Server.
func (r recovery) RenewEphemeralResource(ctx context.Context, request *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return serve(ctx, r, request, r.server.RenewEphemeralResource, func(diags diagnostics) *tfprotov6.RenewEphemeralResourceResponse {
		return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: diags}
	})
}

// CloseEphemeralResource implements Server.
func (r recovery) CloseEphemeralResource(ctx context.Context, request *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return serve(ctx, r, request, r.server.CloseEphemeralResource, func(diags diagnostics) *tfprotov6.CloseEphemeralResourceResponse {
		return &tfprotov6.CloseEphemeralResourceResponse{Diagnostics: diags}
	})
}

// ValidateListResourceConfig implements Server.
func (r recovery) ValidateListResourceConfig(ctx context.Context, request *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return serve(ctx, r, request, r.server.ValidateListResourceConfig, func(diags diagnostics) *tfprotov6.ValidateListResourceConfigResponse {
		return &tfprotov6.ValidateListResourceConfigResponse{Diagnostics: diags}
	})
}

// ValidateActionConfig implements Server.
func (r recovery) ValidateActionConfig(ctx context.Context, request *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return serve(ctx, r, request, r.server.ValidateActionConfig, func(diags diagnostics) *tfprotov6.ValidateActionConfigResponse {
		return &tfprotov6.ValidateActionConfigResponse{Diagnostics: diags}
	})
}

// PlanAction implements Server.
func (r recovery) PlanAction(ctx context.Context, request *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return serve(ctx, r, request, r.server.PlanAction, func(diags diagnostics) *tfprotov6.PlanActionResponse {
		return &tfprotov6.PlanActionResponse{Diagnostics: diags}
	})
}

// ValidateResourceConfig implements Server.
func (r recovery) ValidateResourceConfig(ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return serve(ctx, r, request, r.server.ValidateResourceConfig, func(diags diagnostics) *tfprotov6.ValidateResourceConfigResponse {
		return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: diags}
	})
}

// UpgradeResourceState implements Server.
func (r recovery) UpgradeResourceState(ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return serve(ctx, r, request, r.server.UpgradeResourceState, func(diags diagnostics) *tfprotov6.UpgradeResourceStateResponse {
		return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: diags}
	})
}

// UpgradeResourceIdentity implements Server.
func (r recovery) UpgradeResourceIdentity(ctx context.Context, request *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return serve(ctx, r, request, r.server.UpgradeResourceIdentity, func(diags diagnostics) *tfprotov6.UpgradeResourceIdentityResponse {
		return &tfprotov6.UpgradeResourceIdentityResponse{Diagnostics: diags}
	})
}

// ReadResource implements Server. After a panic the state stays as it was.
func (r recovery) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return serve(ctx, r, request, r.server.ReadResource, func(diags diagnostics) *tfprotov6.ReadResourceResponse {
		return &tfprotov6.ReadResourceResponse{NewState: request.CurrentState, NewIdentity: request.CurrentIdentity, Private: request.Private, Diagnostics: diags}
	})
}

// PlanResourceChange implements Server.
func (r recovery) PlanResourceChange(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return serve(ctx, r, request, r.server.PlanResourceChange, func(diags diagnostics) *tfprotov6.PlanResourceChangeResponse {
		return &tfprotov6.PlanResourceChangeResponse{Diagnostics: diags}
	})
}

// ApplyResourceChange implements Server. After a panic the state stays as it was.
func (r recovery) ApplyResourceChange(ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return serve(ctx, r, request, r.server.ApplyResourceChange, func(diags diagnostics) *tfprotov6.ApplyResourceChangeResponse {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: request.PriorState, Private: request.PlannedPrivate, Diagnostics: diags}
	})
}

// ImportResourceState implements Server.
func (r recovery) ImportResourceState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return serve(ctx, r, request, r.server.ImportResourceState, func(diags diagnostics) *tfprotov6.ImportResourceStateResponse {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: diags}
	})
}

// MoveResourceState implements Server.
func (r recovery) MoveResourceState(ctx context.Context, request *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return serve(ctx, r, request, r.server.MoveResourceState, func(diags diagnostics) *tfprotov6.MoveResourceStateResponse {
		return &tfprotov6.MoveResourceStateResponse{Diagnostics: diags}
	})
}

// GenerateResourceConfig implements Server.
func (r recovery) GenerateResourceConfig(ctx context.Context, request *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return serve(ctx, r, request, r.server.GenerateResourceConfig, func(diags diagnostics) *tfprotov6.GenerateResourceConfigResponse {
		return &tfprotov6.GenerateResourceConfigResponse{Diagnostics: diags}
	})
}

// StopProvider implements Server. Its response contains an error only as text.
func (r recovery) StopProvider(ctx context.Context, request *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return serve(ctx, r, request, r.server.StopProvider, func(diags diagnostics) *tfprotov6.StopProviderResponse {
		return &tfprotov6.StopProviderResponse{Error: diags[0].Detail}
	})
}

// CallFunction implements Server. Its response contains an error only as text.
func (r recovery) CallFunction(ctx context.Context, request *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return serve(ctx, r, request, r.server.CallFunction, func(diags diagnostics) *tfprotov6.CallFunctionResponse {
		return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: diags[0].Summary + ": " + diags[0].Detail}}
	})
}

// ListResource implements Server. It also recovers from panics while the results are read.
func (r recovery) ListResource(ctx context.Context, request *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	last := func(diags diagnostics) tfprotov6.ListResourceResult {
		return tfprotov6.ListResourceResult{Diagnostics: diags}
	}
	stream, err := serveRecovered(ctx, request, r.server.ListResource, func(diags diagnostics) *tfprotov6.ListResourceServerStream {
		return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) { yield(last(diags)) }}
	})
	if stream != nil && stream.Results != nil {
		stream = &tfprotov6.ListResourceServerStream{Results: streamed(ctx, stream.Results, last)}
	}
	return stream, err
}

// InvokeAction implements Server. It also recovers from panics while the events are read.
func (r recovery) InvokeAction(ctx context.Context, request *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	last := func(diags diagnostics) tfprotov6.InvokeActionEvent {
		return tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: diags}}
	}
	stream, err := serveRecovered(ctx, request, r.server.InvokeAction, func(diags diagnostics) *tfprotov6.InvokeActionServerStream {
		return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) { yield(last(diags)) }}
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
