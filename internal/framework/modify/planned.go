package modify

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// AsPlanned makes the state that a successful update saves hold what was planned, as far as that was known. The tenant
// answers with the whole object: what somebody else changed of it since the plan was made is not this update's doing,
// Terraform would not accept it here, and the next refresh shows it.
func AsPlanned(req resource.UpdateRequest, resp *resource.UpdateResponse) {
	planned(req.Plan, &resp.State, &resp.Diagnostics)
}

// CreatedAsPlanned makes the state that a successful create saves hold what was planned, as far as that was known. Where
// the tenant has other values, the next refresh reads them.
func CreatedAsPlanned(req resource.CreateRequest, resp *resource.CreateResponse) {
	planned(req.Plan, &resp.State, &resp.Diagnostics)
}

func planned(plan tfsdk.Plan, state *tfsdk.State, diags *diag.Diagnostics) {
	if diags.HasError() || state.Raw.IsNull() {
		return
	}
	completed, err := Complete(plan.Raw, state.Raw)
	if err != nil {
		diagnose.Defect(diags, "plan and state cannot be compared: %s", err)
		return
	}
	state.Raw = completed
}

// Complete returns what was planned, with the values of the tenant where the plan did not know them. The members of
// objects and the elements of maps are completed one by one.
func Complete(planned, got tftypes.Value) (tftypes.Value, error) {
	members := planned.Type().Is(tftypes.Object{}) || planned.Type().Is(tftypes.Map{})
	if planned.IsFullyKnown() {
		return planned, nil
	}
	if !planned.IsKnown() || !members || got.IsNull() || !got.IsKnown() {
		return got, nil
	}
	var wanted, held map[string]tftypes.Value
	if err := errors.Join(planned.As(&wanted), got.As(&held)); err != nil {
		return got, err
	}
	for name, value := range wanted {
		if _, there := held[name]; !there {
			continue
		}
		completed, err := Complete(value, held[name])
		if err != nil {
			return got, err
		}
		held[name] = completed
	}
	return tftypes.NewValue(got.Type(), held), nil
}
