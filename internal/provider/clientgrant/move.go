package clientgrant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// MoveState converts states of auth0_client_grant. Versions before 1.0 call the scopes scope.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	move := server.Move{
		Source: "auth0_client_grant", Schema: resourceSchema(), Keys: []string{"id", "client_id", "audience"}, Renamed: map[string]string{"scopes": "scope"},
	}
	return []resource.StateMover{move.Mover(func(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
		if kind, _ := from["default_for"].(string); kind != "" {
			diagnose.Refusal(&resp.Diagnostics, path.Empty(), "Client grant cannot be managed here",
				"The grant %s is not moved: it belongs to no client, but is the default of a whole kind of clients (`default_for`).", from["id"])
			return
		}
		move.Set(ctx, from, resp)
		if from["allow_all_scopes"] == true {
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("scopes"), types.SetNull(types.StringType))...)
		}
	})}
}
