package modify

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// AsPlanned replaces values in the new state of a successful update by the planned ones that were known. The response contains the
// whole object, including changes by others since the plan. Terraform does not accept those here, and the next refresh shows them.
func AsPlanned(req resource.UpdateRequest, resp *resource.UpdateResponse) {
	planned(req.Plan, &resp.State, &resp.Diagnostics)
}

// CreatedAsPlanned replaces values in the state of a successful create by the planned ones that were known. If the tenant has other
// values, the next refresh reads them.
func CreatedAsPlanned(req resource.CreateRequest, resp *resource.CreateResponse) {
	planned(req.Plan, &resp.State, &resp.Diagnostics)
}

func planned(plan tfsdk.Plan, state *tfsdk.State, diags *diag.Diagnostics) {
	if diags.HasError() || state.Raw.IsNull() {
		return
	}
	completed, err := Complete(plan.Raw, state.Raw)
	if err != nil {
		diagnose.AddProviderBug(diags, "plan and state cannot be compared: %s", err)
		return
	}
	state.Raw = completed
}

// Complete returns the planned value with the tenant's values in place of unknown ones. It completes the attributes of objects and the
// elements of maps separately.
func Complete(planned, got tftypes.Value) (tftypes.Value, error) {
	members := planned.Type().Is(tftypes.Object{}) || planned.Type().Is(tftypes.Map{})
	if planned.IsFullyKnown() {
		return planned, nil
	}
	if !planned.IsKnown() || !members || got.IsNull() || !got.IsKnown() {
		return got, nil
	}
	var attributes, result map[string]tftypes.Value
	if err := errors.Join(planned.As(&attributes), got.As(&result)); err != nil {
		return got, err
	}
	for name, value := range attributes {
		if _, exists := result[name]; !exists {
			continue
		}
		completed, err := Complete(value, result[name])
		if err != nil {
			return got, err
		}
		result[name] = completed
	}
	return tftypes.NewValue(got.Type(), result), nil
}
