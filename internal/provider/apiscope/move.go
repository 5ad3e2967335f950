package apiscope

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// MoveState converts states of auth0_resource_server_scope. The next read finds the ID of the API.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	move := server.Move{
		Source: "auth0_resource_server_scope", Schema: resourceSchema(), Keys: []string{"identifier", "value"},
		Renamed: map[string]string{"identifier": "resource_server_identifier", "value": "scope"},
	}
	return []resource.StateMover{move.Mover(func(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
		if move.Set(ctx, from, resp); !resp.Diagnostics.HasError() {
			id := fmt.Sprintf("%s %s", from["resource_server_identifier"], from["scope"])
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("id"), id)...)
		}
	})}
}
