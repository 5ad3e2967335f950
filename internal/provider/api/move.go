package api

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

// move converts states of auth0_resource_server.
func move() server.Move {
	return server.Move{
		Source: "auth0_resource_server", Keys: []string{"id", "identifier"},
		Renamed: map[string]string{
			"scopes":                            "", // the next read finds them
			"subject_type_authorization.user":   "user.policy",
			"subject_type_authorization.client": "client.policy",
		},
		Complete: func(ctx context.Context, _ map[string]any, resp *resource.MoveStateResponse) {
			privatestate.Imported.Set(ctx, resp.TargetPrivate, true, &resp.Diagnostics)
		},
	}
}
