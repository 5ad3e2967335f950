package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/recovery"
)

// concise leaves out of generated configuration what is the default anyway: people read it, and own every line of it.
type concise struct {
	recovery.Server

	of provider.Provider
}

// GetProviderSchema implements recovery.Server. The framework serves what follows, but does not say so.
func (c concise) GetProviderSchema(ctx context.Context, request *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	response, err := c.Server.GetProviderSchema(ctx, request)
	if err == nil && response.ServerCapabilities != nil {
		response.ServerCapabilities.GenerateResourceConfig = true
	}
	return response, err
}

// GenerateResourceConfig implements recovery.Server.
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
	for name, attribute := range described.Attributes {
		if usual, ok := usual(ctx, attribute); ok && written[name].Equal(usual) {
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
	for _, fresh := range c.of.Resources(ctx) {
		named, made := resource.MetadataResponse{}, fresh()
		made.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: typeNamePrefix}, &named)
		if named.TypeName == typeName {
			described := resource.SchemaResponse{}
			made.Schema(ctx, resource.SchemaRequest{}, &described)
			return described.Schema, true
		}
	}
	return schema.Schema{}, false
}

// usual is an attribute's default, if it has one that is always the same.
func usual(ctx context.Context, attribute schema.Attribute) (tftypes.Value, bool) {
	var value attr.Value
	switch a := attribute.(type) {
	case schema.StringAttribute:
		if a.Default != nil {
			answer := defaults.StringResponse{}
			a.Default.DefaultString(ctx, defaults.StringRequest{}, &answer)
			value = answer.PlanValue
		}
	case schema.BoolAttribute:
		if a.Default != nil {
			answer := defaults.BoolResponse{}
			a.Default.DefaultBool(ctx, defaults.BoolRequest{}, &answer)
			value = answer.PlanValue
		}
	case schema.Int64Attribute:
		if a.Default != nil {
			answer := defaults.Int64Response{}
			a.Default.DefaultInt64(ctx, defaults.Int64Request{}, &answer)
			value = answer.PlanValue
		}
	case schema.SetAttribute:
		if a.Default != nil {
			answer := defaults.SetResponse{}
			a.Default.DefaultSet(ctx, defaults.SetRequest{}, &answer)
			value = answer.PlanValue
		}
	case schema.SingleNestedAttribute:
		if a.Default != nil {
			answer := defaults.ObjectResponse{}
			a.Default.DefaultObject(ctx, defaults.ObjectRequest{}, &answer)
			value = answer.PlanValue
		}
	}
	if value == nil {
		return tftypes.Value{}, false
	}
	raw, err := value.ToTerraformValue(ctx)
	return raw, err == nil
}
