package validate

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// Seconds allows a whole number of seconds from least to most. absent says what applies if the attribute is left out.
func Seconds(least, most int64, absent string) validator.Int64 {
	return number{least: least, most: most, unit: " seconds", verb: "are", absent: absent}
}

// Count allows a whole number from least to most. absent says what applies if the attribute is left out.
func Count(least, most int64, absent string) validator.Int64 {
	return number{least: least, most: most, verb: "is", absent: absent}
}

type number struct {
	least, most int64
	unit        string // with a blank before it; empty: none
	verb        string
	absent      string
}

// Description says the rule.
func (v number) Description(context.Context) string {
	return fmt.Sprintf("%d to %d%s", v.least, v.most, v.unit)
}

// MarkdownDescription says the rule.
func (v number) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateInt64 implements validator.Int64. Null and unknown pass.
func (v number) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if value := req.ConfigValue.ValueInt64(); value < v.least || value > v.most {
		diagnose.Refusal(&resp.Diagnostics, req.Path, "Invalid "+name(req.Path), "%d%s %s not allowed: write a number from %d to %d, or leave it out for %s.",
			value, v.unit, v.verb, v.least, v.most, v.absent)
	}
}
