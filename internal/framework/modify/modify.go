// Package modify is how plans of several nouns are shaped.
package modify

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// KeepMap plans what the state holds when the configuration leaves the attribute out: null stays null. An object that
// is being made has nothing to keep.
func KeepMap() planmodifier.Map { return keepMap{} }

type keepMap struct{}

// Description says what the modifier does.
func (keepMap) Description(context.Context) string {
	return "Keeps what the state holds when left out."
}

// MarkdownDescription says what the modifier does.
func (m keepMap) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyMap implements planmodifier.Map.
func (keepMap) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = req.StateValue
	}
}
