package apiscope

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// left is what is taken of an auth0_resource_server_scope. The id of the API is for the next read to fill.
type left struct {
	Identifier  string `json:"resource_server_identifier"`
	Value       string `json:"scope"`
	Description string `json:"description"`
}

// MoveState takes over an auth0_resource_server_scope.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	const source = "auth0_resource_server_scope"
	return []resource.StateMover{modify.MovedFrom(source, func(ctx context.Context, state left, resp *resource.MoveStateResponse) {
		if modify.MissingMoved(&resp.Diagnostics, source, state.Identifier, state.Value) {
			return
		}
		model := newModel(tenant.API{Identifier: state.Identifier}, tenant.Scope{Value: state.Value, Description: state.Description}, Model{})
		model.APIID = types.StringNull()
		resp.Diagnostics.Append(resp.TargetState.Set(ctx, model)...)
	})}
}
