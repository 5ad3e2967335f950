package apiscope

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

// move converts states of auth0_resource_server_scope. The next read finds the ID of the API.
func move() server.Move {
	return server.Move{
		Source: "auth0_resource_server_scope", Keys: []string{"identifier", "value"},
		Renamed: map[string]string{"identifier": "resource_server_identifier", "value": "scope"},
		Complete: func(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
			id := fmt.Sprintf("%s %s", from["resource_server_identifier"], from["scope"])
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("id"), id)...)
		},
	}
}
