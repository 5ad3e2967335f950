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

// Concise is server, which serves a provider, with short generated configuration.
func Concise(server Server, of provider.Provider) Server { return concise{server, of} }

type concise struct {
	Server

	of provider.Provider
}

// GetProviderSchema implements Server. The framework serves what follows, but does not say so.
func (c concise) GetProviderSchema(ctx context.Context, request *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	response, err := c.Server.GetProviderSchema(ctx, request)
	if err == nil && response.ServerCapabilities != nil {
		response.ServerCapabilities.GenerateResourceConfig = true
	}
	return response, err
}

// GenerateResourceConfig implements Server.
func (c concise) GenerateResourceConfig(ctx context.Context, request *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	response, err := c.Server.GenerateResourceConfig(ctx, request)
	described, found := c.schema(ctx, request.TypeName)
	if err != nil || !found || response.Config == nil {
		return response, err
	}
	kind := described.Type().TerraformType(ctx)
	config, err := response.Config.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	var written map[string]tftypes.Value
	if err := config.As(&written); err != nil {
		return nil, err
	}
	written = maps.Clone(written) // it was the very map of config, which stays whole
	whole := left{tfsdk.Config{Raw: config, Schema: described}}
	for name, attribute := range described.Attributes {
		if usual, ok := whole.out(ctx, attribute); ok && written[name].Equal(usual) {
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

// schema is that of the resource of a type.
func (c concise) schema(ctx context.Context, typeName string) (schema.Schema, bool) {
	own := provider.MetadataResponse{}
	c.of.Metadata(ctx, provider.MetadataRequest{}, &own)
	for _, fresh := range c.of.Resources(ctx) {
		named, made := resource.MetadataResponse{}, fresh()
		made.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: own.TypeName}, &named)
		if named.TypeName == typeName {
			described := resource.SchemaResponse{}
			made.Schema(ctx, resource.SchemaRequest{}, &described)
			return described.Schema, true
		}
	}
	return schema.Schema{}, false
}

// left is a configuration of which something may be left out.
type left struct{ config tfsdk.Config }

// out is what a new object would have where the configuration leaves an attribute out, if that is known.
func (l left) out(ctx context.Context, attribute schema.Attribute) (tftypes.Value, bool) {
	if !attribute.IsOptional() || !attribute.IsComputed() {
		return tftypes.Value{}, false
	}
	var value attr.Value
	switch a := attribute.(type) {
	case schema.StringAttribute:
		value = l.text(ctx, a)
	case schema.Int64Attribute:
		value = l.number(ctx, a)
	case schema.BoolAttribute:
		answer := defaults.BoolResponse{PlanValue: types.BoolUnknown()}
		if a.Default != nil {
			a.Default.DefaultBool(ctx, defaults.BoolRequest{}, &answer)
		}
		value = answer.PlanValue
	case schema.SetAttribute:
		answer := defaults.SetResponse{PlanValue: types.SetUnknown(a.ElementType)}
		if a.Default != nil {
			a.Default.DefaultSet(ctx, defaults.SetRequest{}, &answer)
		}
		value = answer.PlanValue
	case schema.SingleNestedAttribute:
		answer := defaults.ObjectResponse{PlanValue: types.ObjectUnknown(nil)}
		if a.Default != nil {
			a.Default.DefaultObject(ctx, defaults.ObjectRequest{}, &answer)
		}
		value = answer.PlanValue
	default: // of maps null alone is a default, and needs no leaving out
		return tftypes.Value{}, false
	}
	raw, err := value.ToTerraformValue(ctx)
	return raw, err == nil && raw.IsKnown()
}

// text is what a string becomes by its default, or by what else plans it.
func (l left) text(ctx context.Context, a schema.StringAttribute) types.String {
	if a.Default != nil {
		answer := defaults.StringResponse{}
		a.Default.DefaultString(ctx, defaults.StringRequest{}, &answer)
		return answer.PlanValue
	}
	planned := planmodifier.StringResponse{PlanValue: types.StringUnknown()}
	for _, modifier := range a.PlanModifiers {
		modifier.PlanModifyString(ctx, planmodifier.StringRequest{Config: l.config, Plan: l.plan(), PlanValue: planned.PlanValue}, &planned)
	}
	return planned.PlanValue
}

// number is text for a whole number.
func (l left) number(ctx context.Context, a schema.Int64Attribute) types.Int64 {
	if a.Default != nil {
		answer := defaults.Int64Response{}
		a.Default.DefaultInt64(ctx, defaults.Int64Request{}, &answer)
		return answer.PlanValue
	}
	planned := planmodifier.Int64Response{PlanValue: types.Int64Unknown()}
	for _, modifier := range a.PlanModifiers {
		modifier.PlanModifyInt64(ctx, planmodifier.Int64Request{Config: l.config, Plan: l.plan(), PlanValue: planned.PlanValue}, &planned)
	}
	return planned.PlanValue
}

// plan is what modifiers see of the object's other attributes.
func (l left) plan() tfsdk.Plan { return tfsdk.Plan(l.config) }
