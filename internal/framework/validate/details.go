package validate

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// longestDetailsType is what the tenant allows of a type of authorization details (CG001).
const longestDetailsType = 255

// DetailsTypes allows the types of authorization details of an API or a grant: at least one.
func DetailsTypes() validator.Set { return detailsTypes{} }

type detailsTypes struct{}

// Description says the rule.
func (detailsTypes) Description(context.Context) string {
	return fmt.Sprintf("at least one type; each 1 to %d characters", longestDetailsType)
}

// MarkdownDescription says the rule.
func (v detailsTypes) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set. Null and unknown pass.
func (detailsTypes) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	summary := "Invalid " + name(req.Path)
	if len(req.ConfigValue.Elements()) == 0 {
		diagnose.Refusal(&resp.Diagnostics, req.Path, summary, `It is empty. Write a type such as "payment", or leave the attribute out.`)
	}
	for _, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if count := utf8.RuneCountInString(value.ValueString()); count == 0 || count > longestDetailsType {
			diagnose.Refusal(&resp.Diagnostics, req.Path.AtSetValue(value), summary, "The type has %d characters; 1 to %d are allowed.", count, longestDetailsType)
		}
	}
}
