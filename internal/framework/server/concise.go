package server

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Concise returns server, which serves a provider, with short generated configuration.
func Concise(server Server, of provider.Provider) Server { return concise{server, of} }

type concise struct {
	Server

	of provider.Provider
}

// GetProviderSchema implements Server. The framework does not announce that it generates configuration.
func (c concise) GetProviderSchema(ctx context.Context, request *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	response, err := c.Server.GetProviderSchema(ctx, request)
	if err == nil && response.ServerCapabilities != nil {
		response.ServerCapabilities.GenerateResourceConfig = true
	}
	return response, err
}

// GenerateResourceConfig implements Server. It omits arguments that have their default.
func (c concise) GenerateResourceConfig(ctx context.Context, request *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	response, err := c.Server.GenerateResourceConfig(ctx, request)
	of, found := c.schema(ctx, request.TypeName)
	if err != nil || !found || response.Config == nil {
		return response, err
	}
	kind := of.Type().TerraformType(ctx)
	config, err := response.Config.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	var written map[string]tftypes.Value
	if err := config.As(&written); err != nil {
		return nil, err
	}
	written = maps.Clone(written) // the map belongs to config, which must not change
	full := omission{tfsdk.Config{Raw: config, Schema: of}}
	for name, attribute := range of.Attributes {
		if usual, ok := full.value(ctx, attribute); ok && written[name].Equal(usual) {
			written[name] = tftypes.NewValue(usual.Type(), nil)
		}
	}
	short, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, written))
	if err != nil {
		return nil, err
	}
	response.Config = &short
	return response, nil
}

// schema returns the schema of a resource type.
func (c concise) schema(ctx context.Context, typeName string) (schema.Schema, bool) {
	own := provider.MetadataResponse{}
	c.of.Metadata(ctx, provider.MetadataRequest{}, &own)
	for _, newResource := range c.of.Resources(ctx) {
		metadata, one := resource.MetadataResponse{}, newResource()
		one.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: own.TypeName}, &metadata)
		if metadata.TypeName == typeName {
			response := resource.SchemaResponse{}
			one.Schema(ctx, resource.SchemaRequest{}, &response)
			return response.Schema, true
		}
	}
	return schema.Schema{}, false
}

// omission determines the values of attributes that a configuration omits.
type omission struct{ config tfsdk.Config }

// value returns the value that a new object has for an attribute that is omitted, if that is known.
func (o omission) value(ctx context.Context, attribute schema.Attribute) (tftypes.Value, bool) {
	if !attribute.IsOptional() || !attribute.IsComputed() {
		return tftypes.Value{}, false
	}
	var value attr.Value
	switch a := attribute.(type) {
	case schema.StringAttribute:
		value = o.text(ctx, a)
	case schema.Int64Attribute:
		value = o.number(ctx, a)
	case schema.BoolAttribute:
		response := defaults.BoolResponse{PlanValue: types.BoolUnknown()}
		if a.Default != nil {
			a.Default.DefaultBool(ctx, defaults.BoolRequest{}, &response)
		}
		value = response.PlanValue
	case schema.SetAttribute:
		response := defaults.SetResponse{PlanValue: types.SetUnknown(a.ElementType)}
		if a.Default != nil {
			a.Default.DefaultSet(ctx, defaults.SetRequest{}, &response)
		}
		value = response.PlanValue
	case schema.SingleNestedAttribute:
		response := defaults.ObjectResponse{PlanValue: types.ObjectUnknown(nil)}
		if a.Default != nil {
			a.Default.DefaultObject(ctx, defaults.ObjectRequest{}, &response)
		}
		value = response.PlanValue
	default: // maps have no default but null
		return tftypes.Value{}, false
	}
	raw, err := value.ToTerraformValue(ctx)
	return raw, err == nil && raw.IsKnown()
}

// text returns the default of a string, or the value that its plan modifiers plan.
func (o omission) text(ctx context.Context, a schema.StringAttribute) types.String {
	if a.Default != nil {
		response := defaults.StringResponse{}
		a.Default.DefaultString(ctx, defaults.StringRequest{}, &response)
		return response.PlanValue
	}
	planned := planmodifier.StringResponse{PlanValue: types.StringUnknown()}
	for _, modifier := range a.PlanModifiers {
		modifier.PlanModifyString(ctx, planmodifier.StringRequest{Config: o.config, Plan: tfsdk.Plan(o.config), PlanValue: planned.PlanValue}, &planned)
	}
	return planned.PlanValue
}

// number returns the default of a number, or the value that its plan modifiers plan.
func (o omission) number(ctx context.Context, a schema.Int64Attribute) types.Int64 {
	if a.Default != nil {
		response := defaults.Int64Response{}
		a.Default.DefaultInt64(ctx, defaults.Int64Request{}, &response)
		return response.PlanValue
	}
	planned := planmodifier.Int64Response{PlanValue: types.Int64Unknown()}
	for _, modifier := range a.PlanModifiers {
		modifier.PlanModifyInt64(ctx, planmodifier.Int64Request{Config: o.config, Plan: tfsdk.Plan(o.config), PlanValue: planned.PlanValue}, &planned)
	}
	return planned.PlanValue
}

// complete returns the values of an object, with the default of each attribute that has none.
func (o omission) complete(ctx context.Context, values map[string]tftypes.Value, attributes map[string]schema.Attribute) map[string]tftypes.Value {
	values = maps.Clone(values)
	for name, attribute := range attributes {
		inner, nested := attribute.(schema.SingleNestedAttribute)
		var members map[string]tftypes.Value
		if usual, known := o.value(ctx, attribute); known && values[name].IsNull() {
			values[name] = usual
		} else if nested && values[name].As(&members) == nil && members != nil {
			values[name] = tftypes.NewValue(values[name].Type(), o.complete(ctx, members, inner.Attributes))
		}
	}
	return values
}
