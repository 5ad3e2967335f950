// Package modify contains what resources share about plans, imports, moves and private marks: plan modifiers, guards, import
// IDs, states of other providers, null defaults and write-only values.
package modify

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// KeepMap plans the value of the state if the configuration omits the attribute, also null. A new object has no such value.
func KeepMap() planmodifier.Map { return keep{} }

// KeepSet does the same for a set.
func KeepSet() planmodifier.Set { return keep{} }

type keep struct{}

// Description describes the modifier.
func (keep) Description(context.Context) string {
	return "If omitted, keeps the value of the state."
}

// MarkdownDescription describes the modifier.
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
