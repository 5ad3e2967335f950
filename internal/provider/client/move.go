package client

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// move converts states of auth0_client, if the client is a machine-to-machine client.
func move() server.Move {
	return server.Move{
		Source: "auth0_client", Keys: []string{"client_id"},
		Renamed: map[string]string{"default_organization_id": "default_organization.organization_id"},
		Check: func(from map[string]any, diags *diag.Diagnostics) {
			text := func(member string) string {
				value, _ := from[member].(string)
				return value
			}
			client := tenant.Client{ClientID: text("client_id"), Name: text("name"), AppType: text("app_type"), IsThirdParty: from["is_first_party"] == false}
			manageable(client, true, diags)
		},
	}
}
