package client

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// MoveState converts states of auth0_client, if the client is a machine-to-machine client.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	move := server.Move{
		Source: "auth0_client", Schema: resourceSchema(), Keys: []string{"client_id"},
		Renamed: map[string]string{"default_organization_id": "default_organization.organization_id"},
	}
	return []resource.StateMover{move.Mover(func(ctx context.Context, from map[string]any, resp *resource.MoveStateResponse) {
		text := func(member string) string {
			value, _ := from[member].(string)
			return value
		}
		client := tenant.Client{ClientID: text("client_id"), Name: text("name"), AppType: text("app_type"), IsThirdParty: from["is_first_party"] == false}
		if manageable(client, true, &resp.Diagnostics) {
			move.Set(ctx, from, resp)
		}
	})}
}
