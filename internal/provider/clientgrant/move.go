package clientgrant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// MoveState converts states of auth0_client_grant. In versions before 1.0 the attribute scopes was named scope.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	move := server.Move{
		Source: "auth0_client_grant", Schema: resourceSchema(), Keys: []string{"id", "client_id", "audience"}, Renamed: map[string]string{"scopes": "scope"},
	}
	return []resource.StateMover{move.Mover(func(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
		if defaultFor, _ := from["default_for"].(string); defaultFor != "" {
			diagnose.Reject(&resp.Diagnostics, path.Empty(), "Client grant cannot be managed here",
				"The grant %s belongs to no single client, because it is the default of a type of clients (`default_for`). Manage it with auth0/auth0.", from["id"])
			return
		}
		move.Set(ctx, from, resp)
		modify.MarkImported(ctx, resp.TargetPrivate, &resp.Diagnostics) // the next read finds the organizations
		if from["allow_all_scopes"] == true {
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("scopes"), types.SetNull(types.StringType))...)
		}
	})}
}
