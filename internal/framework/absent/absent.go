// Package absent has the defaults of attributes that are null when a configuration leaves them out. They would be null
// without one; but only an attribute with a default may be Computed as well and stay null in the plan, and only of
// Computed attributes does Terraform leave a null out of the configuration that it generates.
package absent

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// String is no text.
func String() defaults.String { return null{} }

// Int64 is no number.
func Int64() defaults.Int64 { return null{} }

// Set is no set of such elements.
func Set(of attr.Type) defaults.Set { return setdefault.StaticValue(types.SetNull(of)) }

// Map is no map of such elements.
func Map(of attr.Type) defaults.Map { return mapdefault.StaticValue(types.MapNull(of)) }

// Object is no object of such attributes.
func Object(of map[string]attr.Type) defaults.Object {
	return objectdefault.StaticValue(types.ObjectNull(of))
}

// Text returns a text from the tenant, null if it is empty.
func Text(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// null is what the framework has no static default for.
type null struct{}

// Description implements defaults.Describer.
func (null) Description(context.Context) string { return "null when left out" }

// MarkdownDescription implements defaults.Describer.
func (n null) MarkdownDescription(ctx context.Context) string { return n.Description(ctx) }

// DefaultString implements defaults.String.
func (null) DefaultString(_ context.Context, _ defaults.StringRequest, resp *defaults.StringResponse) {
	resp.PlanValue = types.StringNull()
}

// DefaultInt64 implements defaults.Int64.
func (null) DefaultInt64(_ context.Context, _ defaults.Int64Request, resp *defaults.Int64Response) {
	resp.PlanValue = types.Int64Null()
}
