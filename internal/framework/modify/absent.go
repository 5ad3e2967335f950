package modify

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NullString is no text.
func NullString() defaults.String { return newNull() }

// NullInt64 is no number.
func NullInt64() defaults.Int64 { return newNull() }

// NullSet is no set of such elements.
func NullSet(of attr.Type) defaults.Set { return setdefault.StaticValue(types.SetNull(of)) }

// NullMap is no map of such elements.
func NullMap(of attr.Type) defaults.Map { return mapdefault.StaticValue(types.MapNull(of)) }

// NullObject is no object of such attributes.
func NullObject(of map[string]attr.Type) defaults.Object {
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
type null struct{ Described }

func newNull() null { return null{Described{"null when left out"}} }

// DefaultString implements defaults.String.
func (null) DefaultString(_ context.Context, _ defaults.StringRequest, resp *defaults.StringResponse) {
	resp.PlanValue = types.StringNull()
}

// DefaultInt64 implements defaults.Int64.
func (null) DefaultInt64(_ context.Context, _ defaults.Int64Request, resp *defaults.Int64Response) {
	resp.PlanValue = types.Int64Null()
}
