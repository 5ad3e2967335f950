package api

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// MoveState converts states of auth0_resource_server.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	move := server.Move{
		Source: "auth0_resource_server", Schema: resourceSchema(), Keys: []string{"id", "identifier"},
		Renamed: map[string]string{
			"scopes":                            "", // the next read finds them
			"subject_type_authorization.user":   "user.policy",
			"subject_type_authorization.client": "client.policy",
		},
	}
	return []resource.StateMover{move.Mover(func(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
		move.Set(ctx, from, resp)
		modify.MarkImported(ctx, resp.TargetPrivate, &resp.Diagnostics)
	})}
}
