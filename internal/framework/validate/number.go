package validate

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// Seconds allows a whole number of seconds from least to most.
func Seconds(least, most int64) validator.Int64 { return seconds{least: least, most: most} }

type seconds struct{ least, most int64 }

// Description says the rule.
func (v seconds) Description(context.Context) string {
	return fmt.Sprintf("%d to %d seconds", v.least, v.most)
}

// MarkdownDescription says the rule.
func (v seconds) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateInt64 implements validator.Int64. Null and unknown pass.
func (v seconds) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if value := req.ConfigValue.ValueInt64(); value < v.least || value > v.most {
		diagnose.Refusal(&resp.Diagnostics, req.Path, "Invalid "+last(req.Path), "%d seconds are not allowed: write a number from %d to %d, such as %d.",
			value, v.least, v.most, min(max(value, v.least), v.most))
	}
}
