package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// behavior lets a resource plan its defaults while the configuration of the provider is unknown. Without it, a deferred plan has
// null for computed attributes, which other objects of the same plan then use as if it were known.
var behavior = resource.ResourceBehavior{ProviderDeferred: resource.ProviderDeferredBehavior{EnablePlanModification: true}}

// Defer returns the server with responses that Terraform accepts while it defers what depends on an unknown configuration of the
// provider.
func Defer(server Server) Server { return deferral{server} }

type deferral struct{ Server }

// ImportResourceState implements Server. The response to an import by identity contains the identity, because Terraform requires
// one even if the import is deferred.
func (d deferral) ImportResourceState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	response, err := d.Server.ImportResourceState(ctx, request)
	if err == nil && response.Deferred != nil && request.Identity != nil {
		for _, imported := range response.ImportedResources {
			imported.Identity = request.Identity
		}
	}
	return response, err
}

// OpenEphemeralResource implements Server. Terraform cannot defer an ephemeral resource whose configuration is known, so its
// result is unknown instead.
func (d deferral) OpenEphemeralResource(ctx context.Context, request *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	response, err := d.Server.OpenEphemeralResource(ctx, request)
	if err != nil || response.Deferred == nil || request.ClientCapabilities != nil && request.ClientCapabilities.DeferralAllowed {
		return response, err
	}
	schemas, err := d.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	result, err := unknownResult(schemas.EphemeralResourceSchemas[request.TypeName], request.Config)
	return &tfprotov6.OpenEphemeralResourceResponse{Result: result}, err
}

// unknownResult returns the configuration with unknown values for the computed attributes that it does not set.
func unknownResult(schema *tfprotov6.Schema, config *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	kind := schema.ValueType()
	value, err := config.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	attributes := map[string]tftypes.Value{}
	if err := value.As(&attributes); err != nil {
		return nil, err
	}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed && attributes[attribute.Name].IsNull() {
			attributes[attribute.Name] = tftypes.NewValue(attribute.ValueType(), tftypes.UnknownValue)
		}
	}
	result, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, attributes))
	return &result, err
}
