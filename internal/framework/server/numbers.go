package server

import (
	"context"
	"math/big"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

// Numbers returns server, which serves a provider, with clear errors about numbers that an attribute cannot contain, such as a fraction
// for a whole number. The framework converts numbers before it validates them, and calls such a number a bug of the provider. Terraform
// validates each configuration again when its unknown values are known, also in the apply.
func Numbers(server Server, of provider.Provider) Server {
	return &numbers{Server: server, of: of}
}

type numbers struct {
	Server

	of      provider.Provider
	once    sync.Once
	schemas map[blockType]*numeric
}

// blockType identifies a schema: the keyword of its block in a configuration, and the type.
type blockType struct{ keyword, name string }

// numeric is a schema with numbers.
type numeric struct {
	schema configurable
	value  tftypes.Type
}

// configurable is a schema of the framework.
type configurable interface {
	tftypes.AttributePathStepper
	Type() attr.Type
}

// ValidateProviderConfig implements Server.
func (n *numbers) ValidateProviderConfig(ctx context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	config, found := n.convertible(ctx, blockType{keyword: "provider"}, request.Config)
	own := *request
	own.Config = config
	response, err := n.Server.ValidateProviderConfig(ctx, &own)
	if err == nil && len(found) > 0 {
		response.PreparedConfig, response.Diagnostics = request.Config, append(found, response.Diagnostics...)
	}
	return response, err
}

// ValidateResourceConfig implements Server.
func (n *numbers) ValidateResourceConfig(ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	config, found := n.convertible(ctx, blockType{"resource", request.TypeName}, request.Config)
	own := *request
	own.Config = config
	response, err := n.Server.ValidateResourceConfig(ctx, &own)
	if err == nil {
		response.Diagnostics = append(found, response.Diagnostics...)
	}
	return response, err
}

// ValidateDataResourceConfig implements Server.
func (n *numbers) ValidateDataResourceConfig(ctx context.Context, request *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	config, found := n.convertible(ctx, blockType{"data", request.TypeName}, request.Config)
	own := *request
	own.Config = config
	response, err := n.Server.ValidateDataResourceConfig(ctx, &own)
	if err == nil {
		response.Diagnostics = append(found, response.Diagnostics...)
	}
	return response, err
}

// ValidateEphemeralResourceConfig implements Server.
func (n *numbers) ValidateEphemeralResourceConfig(ctx context.Context, request *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	config, found := n.convertible(ctx, blockType{"ephemeral", request.TypeName}, request.Config)
	own := *request
	own.Config = config
	response, err := n.Server.ValidateEphemeralResourceConfig(ctx, &own)
	if err == nil {
		response.Diagnostics = append(found, response.Diagnostics...)
	}
	return response, err
}

// ValidateListResourceConfig implements Server.
func (n *numbers) ValidateListResourceConfig(ctx context.Context, request *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	config, found := n.convertible(ctx, blockType{"list", request.TypeName}, request.Config)
	own := *request
	own.Config = config
	response, err := n.Server.ValidateListResourceConfig(ctx, &own)
	if err == nil {
		response.Diagnostics = append(found, response.Diagnostics...)
	}
	return response, err
}

// ValidateActionConfig implements Server.
func (n *numbers) ValidateActionConfig(ctx context.Context, request *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	config, found := n.convertible(ctx, blockType{"action", request.ActionType}, request.Config)
	own := *request
	own.Config = config
	response, err := n.Server.ValidateActionConfig(ctx, &own)
	if err == nil {
		response.Diagnostics = append(found, response.Diagnostics...)
	}
	return response, err
}

// PlanAction implements Server. Terraform does not validate the configuration of an action again when its values are known.
func (n *numbers) PlanAction(ctx context.Context, request *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	if _, found := n.convertible(ctx, blockType{"action", request.ActionType}, request.Config); len(found) > 0 {
		return &tfprotov6.PlanActionResponse{Diagnostics: found}, nil
	}
	return n.Server.PlanAction(ctx, request)
}

// convertible returns a configuration in which each number that its attribute cannot contain is unknown, so that the framework validates
// the rest, with an error for each of these numbers.
func (n *numbers) convertible(ctx context.Context, of blockType, config *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, diagnostics) {
	n.once.Do(func() { n.schemas = numericSchemas(ctx, n.of) })
	numeric, ok := n.schemas[of]
	if !ok || config == nil {
		return config, nil
	}
	value, err := config.Unmarshal(numeric.value)
	if err != nil {
		return config, nil // the framework reports it
	}
	var found diagnostics
	value, err = tftypes.Transform(value, func(at *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if rejected := numeric.reject(ctx, at, value); len(rejected) > 0 {
			found = append(found, rejected...)
			return tftypes.NewValue(tftypes.Number, tftypes.UnknownValue), nil
		}
		return value, nil
	})
	if err != nil || len(found) == 0 {
		return config, nil
	}
	rest, err := tfprotov6.NewDynamicValue(numeric.value, value)
	if err != nil {
		return config, found
	}
	return &rest, found
}

// reject returns the errors of a number that its attribute cannot contain.
func (s *numeric) reject(ctx context.Context, at *tftypes.AttributePath, value tftypes.Value) diagnostics {
	var number big.Float
	if !value.Type().Is(tftypes.Number) || value.IsNull() || !value.IsKnown() || value.As(&number) != nil {
		return nil
	}
	attribute, _, err := tftypes.WalkAttributePath(s.schema, at)
	typed, ok := attribute.(interface{ GetType() attr.Type })
	if err != nil || !ok {
		return nil
	}
	if _, err := typed.GetType().ValueFromTerraform(ctx, value); err == nil {
		return nil
	}
	var rejected diag.Diagnostics
	validate.Unconvertible(&rejected, configured(at), &number, attribute)
	var found diagnostics
	for _, d := range rejected {
		found = append(found, &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: d.Summary(), Detail: d.Detail(), Attribute: at})
	}
	return found
}

// configured returns the path of an attribute, up to an element of a set.
func configured(at *tftypes.AttributePath) path.Path {
	result := path.Empty()
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			result = result.AtName(string(step))
		case tftypes.ElementKeyString:
			result = result.AtMapKey(string(step))
		case tftypes.ElementKeyInt:
			result = result.AtListIndex(int(step))
		default:
			return result
		}
	}
	return result
}

// numericSchemas returns the schemas of a provider that contain numbers.
func numericSchemas(ctx context.Context, of provider.Provider) map[blockType]*numeric {
	schemas := map[blockType]*numeric{}
	add := func(keyword, name string, schema configurable) {
		if value := schema.Type().TerraformType(ctx); containsNumber(value) {
			schemas[blockType{keyword, name}] = &numeric{schema, value}
		}
	}
	var own provider.MetadataResponse
	of.Metadata(ctx, provider.MetadataRequest{}, &own)
	var block provider.SchemaResponse
	of.Schema(ctx, provider.SchemaRequest{}, &block)
	add("provider", "", block.Schema)
	for _, construct := range of.Resources(ctx) {
		one, metadata, schema := construct(), resource.MetadataResponse{}, resource.SchemaResponse{}
		one.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: own.TypeName}, &metadata)
		one.Schema(ctx, resource.SchemaRequest{}, &schema)
		add("resource", metadata.TypeName, schema.Schema)
	}
	for _, construct := range of.DataSources(ctx) {
		one, metadata, schema := construct(), datasource.MetadataResponse{}, datasource.SchemaResponse{}
		one.Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: own.TypeName}, &metadata)
		one.Schema(ctx, datasource.SchemaRequest{}, &schema)
		add("data", metadata.TypeName, schema.Schema)
	}
	if with, ok := of.(provider.ProviderWithEphemeralResources); ok {
		for _, construct := range with.EphemeralResources(ctx) {
			one, metadata, schema := construct(), ephemeral.MetadataResponse{}, ephemeral.SchemaResponse{}
			one.Metadata(ctx, ephemeral.MetadataRequest{ProviderTypeName: own.TypeName}, &metadata)
			one.Schema(ctx, ephemeral.SchemaRequest{}, &schema)
			add("ephemeral", metadata.TypeName, schema.Schema)
		}
	}
	if with, ok := of.(provider.ProviderWithListResources); ok {
		for _, construct := range with.ListResources(ctx) {
			one, metadata, schema := construct(), resource.MetadataResponse{}, list.ListResourceSchemaResponse{}
			one.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: own.TypeName}, &metadata)
			one.ListResourceConfigSchema(ctx, list.ListResourceSchemaRequest{}, &schema)
			add("list", metadata.TypeName, schema.Schema)
		}
	}
	if with, ok := of.(provider.ProviderWithActions); ok {
		for _, construct := range with.Actions(ctx) {
			one, metadata, schema := construct(), action.MetadataResponse{}, action.SchemaResponse{}
			one.Metadata(ctx, action.MetadataRequest{ProviderTypeName: own.TypeName}, &metadata)
			one.Schema(ctx, action.SchemaRequest{}, &schema)
			add("action", metadata.TypeName, schema.Schema)
		}
	}
	return schemas
}

// containsNumber reports whether a type contains numbers.
func containsNumber(of tftypes.Type) bool {
	switch of := of.(type) {
	case tftypes.Object:
		for _, attribute := range of.AttributeTypes {
			if containsNumber(attribute) {
				return true
			}
		}
	case tftypes.Map:
		return containsNumber(of.ElementType)
	case tftypes.Set:
		return containsNumber(of.ElementType)
	case tftypes.List:
		return containsNumber(of.ElementType)
	}
	return of.Is(tftypes.Number)
}
