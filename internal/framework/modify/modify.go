// Package modify contains what resources share about values and plans: attributes, conversions between models and domain types and
// from the claims of a token, plan modifiers, guards, import IDs, null defaults and write-only values.
package modify

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// Described is embedded by plan modifiers and defaults, and contains their description.
type Described struct{ Text string }

// Description returns the text.
func (d Described) Description(context.Context) string { return d.Text }

// MarkdownDescription returns the text.
func (d Described) MarkdownDescription(context.Context) string { return d.Text }

// KeepMap plans the value of the state if the configuration omits the attribute, also null. A new object has no such value.
func KeepMap() planmodifier.Map { return newKeep() }

// KeepSet does the same for a set.
func KeepSet() planmodifier.Set { return newKeep() }

type keep struct{ Described }

func newKeep() keep { return keep{Described{"If omitted, keeps the value of the state."}} }

// PlanModifyMap implements planmodifier.Map.
func (keep) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = req.StateValue
	}
}

// PlanModifySet implements planmodifier.Set.
func (keep) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = req.StateValue
	}
}

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

// Omitted plans the value in before for each attribute, and each member of an object, that the configuration omits. It
// leaves the attributes in kept as they are planned.
func Omitted(plan *tfsdk.Plan, config tfsdk.Config, before tftypes.Value, kept ...string) (diags diag.Diagnostics) {
	var planned, written, prior map[string]tftypes.Value
	if err := errors.Join(plan.Raw.As(&planned), config.Raw.As(&written), before.As(&prior)); err != nil {
		diagnose.AddProviderBug(&diags, "the plan cannot be compared with the configuration: %s", err)
		return diags
	}
	for name, value := range planned {
		if !slices.Contains(kept, name) {
			planned[name] = omitted(value, written[name], prior[name])
		}
	}
	plan.Raw = tftypes.NewValue(plan.Raw.Type(), planned)
	return diags
}

func omitted(planned, written, prior tftypes.Value) tftypes.Value {
	if written.IsNull() {
		return prior
	}
	if !planned.Type().Is(tftypes.Object{}) || !planned.IsKnown() || !written.IsKnown() || prior.IsNull() {
		return planned
	}
	if !prior.IsKnown() {
		prior = Unknown(prior)
	}
	var members, chosen, before map[string]tftypes.Value
	if errors.Join(planned.As(&members), written.As(&chosen), prior.As(&before)) != nil {
		return planned
	}
	for name, value := range members {
		members[name] = omitted(value, chosen[name], before[name])
	}
	return tftypes.NewValue(planned.Type(), members)
}

// Unknown returns an object of the type of like in which every member is unknown.
func Unknown(like tftypes.Value) tftypes.Value {
	kind, is := like.Type().(tftypes.Object)
	if !is {
		return tftypes.NewValue(like.Type(), tftypes.UnknownValue)
	}
	members := make(map[string]tftypes.Value, len(kind.AttributeTypes))
	for name, member := range kind.AttributeTypes {
		members[name] = tftypes.NewValue(member, tftypes.UnknownValue)
	}
	return tftypes.NewValue(kind, members)
}
