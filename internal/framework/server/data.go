package server

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// SetData sets those attributes of a data source that the model of a resource has.
func SetData(ctx context.Context, state *tfsdk.State, model any) diag.Diagnostics {
	var diags diag.Diagnostics
	attributes, fields := state.Schema.GetAttributes(), reflect.ValueOf(model)
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Tag.Get("tfsdk")
		if _, has := attributes[name]; has {
			diags.Append(state.SetAttribute(ctx, path.Root(name), fields.Field(i).Interface())...)
		}
	}
	return diags
}
