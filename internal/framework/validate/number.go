package validate

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// Seconds validates a whole number of seconds from lowest to highest. whenOmitted names what an omitted attribute means.
func Seconds(lowest, highest int64, whenOmitted string) validator.Int64 {
	rule := described{fmt.Sprintf("%d to %d seconds", lowest, highest)}
	return number{described: rule, lowest: lowest, highest: highest, unit: " seconds", verb: "are", whenOmitted: whenOmitted}
}

// Count validates a whole number from lowest to highest. whenOmitted names what an omitted attribute means.
func Count(lowest, highest int64, whenOmitted string) validator.Int64 {
	rule := described{fmt.Sprintf("%d to %d", lowest, highest)}
	return number{described: rule, lowest: lowest, highest: highest, verb: "is", whenOmitted: whenOmitted}
}

type number struct {
	described

	lowest, highest int64
	unit            string // with a space before it; can be empty
	verb            string
	whenOmitted     string
}

// ValidateInt64 implements validator.Int64. Null and unknown values are valid.
func (v number) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if value := req.ConfigValue.ValueInt64(); value < v.lowest || value > v.highest {
		diagnose.Reject(&resp.Diagnostics, req.Path, "Invalid "+name(req.Path), "%d%s %s not allowed: write a number from %d to %d, or omit the attribute for %s.",
			value, v.unit, v.verb, v.lowest, v.highest, v.whenOmitted)
	}
}
