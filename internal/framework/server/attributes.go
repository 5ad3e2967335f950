package server

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	data "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// neverRead lists the attributes that a resource does not read from the tenant.
var neverRead = []string{"deletion_protection", "pem"}

// DataAttributes returns the attributes of a data source for an object that a resource manages: what the resource reads,
// except omitted. The first sentence of the description of an attribute says what it is; the rest, which a data source does
// not have, how to configure it.
func DataAttributes(of map[string]schema.Attribute, omitted ...string) map[string]data.Attribute {
	attributes := make(map[string]data.Attribute, len(of))
	for name, attribute := range of {
		if attribute.IsWriteOnly() || strings.HasSuffix(name, "_wo_version") || slices.Contains(neverRead, name) || slices.Contains(omitted, name) {
			continue
		}
		sentence, _, _ := strings.Cut(attribute.GetMarkdownDescription(), ". ")
		description := strings.TrimSuffix(sentence, ".") + "."
		switch a := attribute.(type) {
		case schema.StringAttribute:
			attributes[name] = data.StringAttribute{Computed: true, MarkdownDescription: description}
		case schema.Int64Attribute:
			attributes[name] = data.Int64Attribute{Computed: true, MarkdownDescription: description}
		case schema.BoolAttribute:
			attributes[name] = data.BoolAttribute{Computed: true, MarkdownDescription: description}
		case schema.SetAttribute:
			attributes[name] = data.SetAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: description}
		case schema.MapAttribute:
			attributes[name] = data.MapAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: description}
		case schema.SingleNestedAttribute:
			attributes[name] = data.SingleNestedAttribute{Computed: true, Attributes: DataAttributes(a.Attributes), MarkdownDescription: description}
		}
	}
	return attributes
}

// setIdentity sets the identity of a resource to the attributes of its model that have the same names.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, model any) (diags diag.Diagnostics) {
	identity.Raw, diags = project(ctx, model, identity.Schema.Type())
	return diags
}

// project returns an object with those attributes of a model that its type has.
func project(ctx context.Context, model any, of attr.Type) (value tftypes.Value, diags diag.Diagnostics) {
	kind, _ := of.TerraformType(ctx).(tftypes.Object)
	from, members := reflect.ValueOf(model), map[string]tftypes.Value{}
	for _, field := range reflect.VisibleFields(from.Type()) {
		name := field.Tag.Get("tfsdk")
		value, ok := from.FieldByIndex(field.Index).Interface().(attr.Value)
		if _, wanted := kind.AttributeTypes[name]; !ok || !wanted {
			continue
		}
		raw, err := value.ToTerraformValue(ctx)
		if err != nil {
			diagnose.AddProviderBug(&diags, "a model cannot be saved: %s", err)
		}
		members[name] = raw
	}
	return object(members, kind), diags
}

// object returns those members that the type of an object has.
func object(members map[string]tftypes.Value, of tftypes.Type) tftypes.Value {
	values := map[string]tftypes.Value{}
	kinds, _ := of.(tftypes.Object)
	for name, kind := range kinds.AttributeTypes {
		value := members[name]
		var inner map[string]tftypes.Value
		switch {
		case value.IsNull():
			value = tftypes.NewValue(kind, nil)
		case kind.Is(tftypes.Object{}) && value.As(&inner) == nil:
			value = object(inner, kind)
		}
		values[name] = value
	}
	return tftypes.NewValue(of, values)
}
