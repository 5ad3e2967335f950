package client

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// manageable refuses to take over a client that this product could not manage: one that people log in with, one of
// another party, or the tenant's own. A client without any app_type is one of the dashboard's test clients.
func manageable(client tenant.Client, fresh bool, diags *diag.Diagnostics) bool {
	if !fresh {
		return true
	}
	reason := ""
	switch {
	case client.IsGlobal:
		reason = "it is the tenant's own, which nobody can change"
	case client.AppType != tenant.MachineToMachine && client.AppType != "":
		reason = "its app_type is `" + client.AppType + "`, and timesheets_client is for machine-to-machine clients (`" + tenant.MachineToMachine +
			"`): this one serves people who log in, and managing it here would lock them out"
	case client.IsThirdParty:
		reason = "it belongs to a third party"
	}
	if reason != "" {
		diagnose.Refusal(diags, path.Empty(), "Client cannot be managed here", "The client %q (%s) is not taken over: %s.", client.Name, client.ClientID, reason)
	}
	return reason == ""
}
