package modify

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// AsPlanned makes the state that a successful update saves hold what was planned, as far as that was known. The tenant
// answers with the whole object: what somebody else changed of it since the plan was made is not this update's doing,
// Terraform would not accept it here, and the next refresh shows it.
func AsPlanned(req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if resp.Diagnostics.HasError() || resp.State.Raw.IsNull() {
		return
	}
	var planned, held map[string]tftypes.Value
	if err := errors.Join(req.Plan.Raw.As(&planned), resp.State.Raw.As(&held)); err != nil {
		diagnose.Defect(&resp.Diagnostics, "plan and state cannot be compared: %s", err)
		return
	}
	for name, value := range planned {
		if value.IsFullyKnown() {
			held[name] = value
		}
	}
	resp.State.Raw = tftypes.NewValue(resp.State.Raw.Type(), held)
}
