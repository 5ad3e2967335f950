package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func export(from *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse) exported {
	provider := schemaOf(from.Provider)
	return exported{
		Provider:           &provider,
		Resources:          each(from.ResourceSchemas, schemaOf),
		DataSources:        each(from.DataSourceSchemas, schemaOf),
		EphemeralResources: each(from.EphemeralResourceSchemas, schemaOf),
		ListResources:      each(from.ListResourceSchemas, schemaOf),
		Actions:            each(from.ActionSchemas, actionOf),
		Functions:          each(from.Functions, functionOf),
		Identities:         each(identities.IdentitySchemas, identityOf),
	}
}

// each converts the values of a map.
func each[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

// named returns a map of list elements by their names.
func named[From, To any](from []From, name func(From) string, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for _, value := range from {
		to[name(value)] = convert(value)
	}
	return to
}

func schemaOf(s *tfprotov6.Schema) schema {
	return schema{Version: &s.Version, Block: blockOf(s.Block)}
}

func actionOf(a *tfprotov6.ActionSchema) schema { return schema{Block: blockOf(a.Schema.Block)} }

func blockOf(b *tfprotov6.SchemaBlock) block {
	return block{
		Attributes:      attributesOf(b.Attributes),
		Blocks:          named(b.BlockTypes, func(n *tfprotov6.SchemaNestedBlock) string { return n.TypeName }, nestedBlockOf),
		Description:     b.Description,
		DescriptionKind: kind(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
}

func nestedBlockOf(n *tfprotov6.SchemaNestedBlock) nestedBlock {
	return nestedBlock{
		Nesting:  strings.ToLower(n.Nesting.String()),
		Block:    blockOf(n.Block),
		MinItems: n.MinItems,
		MaxItems: n.MaxItems,
	}
}

func attributesOf(all []*tfprotov6.SchemaAttribute) map[string]attribute {
	return named(all, func(a *tfprotov6.SchemaAttribute) string { return a.Name }, attributeOf)
}

func attributeOf(a *tfprotov6.SchemaAttribute) attribute {
	converted := attribute{
		Type:            a.Type,
		Description:     a.Description,
		DescriptionKind: kind(a.DescriptionKind),
		Deprecated:      a.Deprecated,
		Required:        a.Required,
		Optional:        a.Optional,
		Computed:        a.Computed,
		Sensitive:       a.Sensitive,
		WriteOnly:       a.WriteOnly,
	}
	if a.NestedType != nil {
		converted.Type = nil
		converted.NestedType = &nestedType{
			Attributes: attributesOf(a.NestedType.Attributes),
			Nesting:    strings.ToLower(a.NestedType.Nesting.String()),
		}
	}
	return converted
}

func identityOf(i *tfprotov6.ResourceIdentitySchema) identity {
	name := func(a *tfprotov6.ResourceIdentitySchemaAttribute) string { return a.Name }
	return identity{Version: i.Version, Attributes: named(i.IdentityAttributes, name, identityAttributeOf)}
}

func identityAttributeOf(a *tfprotov6.ResourceIdentitySchemaAttribute) identityAttribute {
	return identityAttribute{
		Type:              a.Type,
		Description:       a.Description,
		RequiredForImport: a.RequiredForImport,
		OptionalForImport: a.OptionalForImport,
	}
}

func functionOf(f *tfprotov6.Function) function {
	converted := function{
		Summary:     f.Summary,
		Description: f.Description,
		Deprecation: f.DeprecationMessage,
		Returns:     f.Return.Type,
	}
	for _, p := range f.Parameters {
		converted.Parameters = append(converted.Parameters, parameterOf(p))
	}
	if f.VariadicParameter != nil {
		variadic := parameterOf(f.VariadicParameter)
		converted.Variadic = &variadic
	}
	return converted
}

func parameterOf(p *tfprotov6.FunctionParameter) parameter {
	return parameter{Name: p.Name, Description: p.Description, Nullable: p.AllowNullValue, Type: p.Type}
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
