package modify

import (
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

// Omitted plans the value in before for each attribute, and each member of an object, that the configuration omits. It
// leaves the attributes in kept as they are planned.
func Omitted(plan *tfsdk.Plan, config tfsdk.Config, before tftypes.Value, kept ...string) (diags diag.Diagnostics) {
	var planned, written, prior map[string]tftypes.Value
	if err := errors.Join(plan.Raw.As(&planned), config.Raw.As(&written), before.As(&prior)); err != nil {
		diagnose.AddProviderBug(&diags, "the plan cannot be compared with the configuration: %s", err)
		return diags
	}
	for name, value := range planned {
		if !slices.Contains(kept, name) {
			planned[name] = omitted(value, written[name], prior[name])
		}
	}
	plan.Raw = tftypes.NewValue(plan.Raw.Type(), planned)
	return diags
}

func omitted(planned, written, prior tftypes.Value) tftypes.Value {
	if written.IsNull() {
		return prior
	}
	if !planned.Type().Is(tftypes.Object{}) || !planned.IsKnown() || !written.IsKnown() || prior.IsNull() {
		return planned
	}
	if !prior.IsKnown() {
		prior = Unknown(prior)
	}
	var members, chosen, before map[string]tftypes.Value
	if errors.Join(planned.As(&members), written.As(&chosen), prior.As(&before)) != nil {
		return planned
	}
	for name, value := range members {
		members[name] = omitted(value, chosen[name], before[name])
	}
	return tftypes.NewValue(planned.Type(), members)
}

// Unknown returns an object of the type of like in which every member is unknown.
func Unknown(like tftypes.Value) tftypes.Value {
	kind, is := like.Type().(tftypes.Object)
	if !is {
		return tftypes.NewValue(like.Type(), tftypes.UnknownValue)
	}
	members := make(map[string]tftypes.Value, len(kind.AttributeTypes))
	for name, member := range kind.AttributeTypes {
		members[name] = tftypes.NewValue(member, tftypes.UnknownValue)
	}
	return tftypes.NewValue(kind, members)
}
