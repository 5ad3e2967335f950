// Package modify contains what resources share about plans, imports, moves and private marks: plan modifiers, guards, import
// IDs, states of other providers, null defaults and write-only values.
package modify

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
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
