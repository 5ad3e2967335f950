package clientgrant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
)

// move converts states of auth0_client_grant. In versions before 1.0 the attribute scopes was named scope.
func move() server.Move {
	return server.Move{
		Source: "auth0_client_grant", Keys: []string{"id", "client_id", "audience"}, Renamed: map[string]string{"scopes": "scope"},
		Check: func(from map[string]any, diags *diag.Diagnostics) {
			if defaultFor, _ := from["default_for"].(string); defaultFor != "" {
				diagnose.Reject(diags, path.Empty(), "Client grant cannot be managed here",
					"The grant %s belongs to no single client, because it is the default of a type of clients (`default_for`). Manage it with auth0/auth0.", from["id"])
			}
		},
		Complete: func(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
			privatestate.Imported.Set(ctx, resp.TargetPrivate, true, &resp.Diagnostics) // the next read finds the organizations
			if from["allow_all_scopes"] == true {
				resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("scopes"), types.SetNull(types.StringType))...)
			}
		},
	}
}
