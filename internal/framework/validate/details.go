package validate

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// maxDetailsType is the maximum length of an authorization details type (CG001).
const maxDetailsType = 255

// DetailsTypes validates the authorization details types of an API or a grant: at least one.
func DetailsTypes() validator.Set {
	return elements{
		described: described{fmt.Sprintf("at least one type; each 1 to %d characters", maxDetailsType)},
		instead:   `a type such as "payment"`,
		problem: func(value string) string {
			if count := utf8.RuneCountInString(value); count == 0 || count > maxDetailsType {
				return fmt.Sprintf("The type has %d characters; 1 to %d are allowed.", count, maxDetailsType)
			}
			return ""
		},
	}
}

// elements validates a set of strings that must not be empty.
type elements struct {
	described

	instead string // what to write instead of an empty set
	problem func(value string) string
}

// ValidateSet implements validator.Set. Null and unknown values are valid.
func (v elements) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	summary := "Invalid " + name(req.Path)
	if len(req.ConfigValue.Elements()) == 0 {
		diagnose.Reject(&resp.Diagnostics, req.Path, summary, "It is empty. Write %s, or omit the attribute.", v.instead)
	}
	for _, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if problem := v.problem(value.ValueString()); problem != "" {
			diagnose.Reject(&resp.Diagnostics, req.Path.AtSetValue(value), summary, "%s", problem)
		}
	}
}
