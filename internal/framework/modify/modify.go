// Package modify contains what resources share about plans, imports, moves and private marks: plan modifiers, guards, import
// IDs, states of other providers, null defaults and write-only values.
package modify

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// KeepMap plans what the state holds when the configuration leaves the attribute out: null stays null. An object that
// is being made has nothing to keep.
func KeepMap() planmodifier.Map { return keep{} }

// KeepSet is KeepMap for a set.
func KeepSet() planmodifier.Set { return keep{} }

type keep struct{}

// Description says what the modifier does.
func (keep) Description(context.Context) string {
	return "Keeps what the state holds when left out."
}

// MarkdownDescription says what the modifier does.
func (m keep) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

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
