package modify_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
)

var kind = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "id": tftypes.String, "list": tftypes.List{ElementType: tftypes.String}}}

func object(name, id, element any) tftypes.Value {
	return tftypes.NewValue(kind, map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, name),
		"id":   tftypes.NewValue(tftypes.String, id),
		"list": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, element)}),
	})
}

// What was planned stays; what was not known in the plan, as a whole or in a part, comes from the tenant.
func TestAsPlanned(t *testing.T) {
	req := resource.UpdateRequest{Plan: tfsdk.Plan{Raw: object("planned", tftypes.UnknownValue, tftypes.UnknownValue)}}
	resp := &resource.UpdateResponse{State: tfsdk.State{Raw: object("edited", "made", "answered")}}
	modify.AsPlanned(req, resp)
	if want := object("planned", "made", "answered"); resp.Diagnostics.HasError() || !resp.State.Raw.Equal(want) {
		t.Errorf("the state is %s, want %s", resp.State.Raw, want)
	}
	failed := &resource.UpdateResponse{State: tfsdk.State{Raw: object("kept", "made", "answered")}}
	failed.Diagnostics.AddError("Unable to update", "the tenant kept other values")
	modify.AsPlanned(req, failed)
	if want := object("kept", "made", "answered"); !failed.State.Raw.Equal(want) {
		t.Errorf("after a failure the state is %s, want what the tenant has: %s", failed.State.Raw, want)
	}
}
