package validate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// OrganizationIDs validates a set of organization IDs.
func OrganizationIDs() validator.Set { return each{OrganizationID()} }

// each applies a validator to every known element of a set of strings.
type each struct{ validator.String }

// ValidateSet implements validator.Set. Null and unknown sets are valid, null elements are not.
func (e each) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if value.IsNull() {
			diagnose.Reject(&resp.Diagnostics, req.Path, "Invalid "+name(req.Path), "An element is null. Remove it.")
			continue
		}
		elementResp := validator.StringResponse{}
		e.ValidateString(ctx, validator.StringRequest{Path: req.Path.AtSetValue(value), ConfigValue: value, Config: req.Config}, &elementResp)
		resp.Diagnostics.Append(elementResp.Diagnostics...)
	}
}
