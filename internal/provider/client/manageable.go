package client

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// manageable refuses to take over a client that this product could not manage.
func manageable(client tenant.Client, fresh bool, diags *diag.Diagnostics) bool {
	reason := unmanageable(client)
	if !fresh || reason == "" {
		return true
	}
	diagnose.Refusal(diags, path.Empty(), "Client cannot be managed here", "The client %q (%s) is not taken over: %s.", client.Name, client.ClientID, reason)
	return false
}

// unmanageable is why a client cannot be managed: it is one that people log in with, one of another party, or the
// tenant's own. Empty where it can. A client without any app_type is one of the dashboard's test clients.
func unmanageable(client tenant.Client) string {
	switch {
	case client.IsGlobal:
		return "it is the tenant's own, which nobody can change"
	case client.AppType != tenant.MachineToMachine && client.AppType != "":
		return "its app_type is `" + client.AppType + "`, and timesheets_client is for machine-to-machine clients (`" + tenant.MachineToMachine +
			"`): this one serves people who log in, and managing it here would lock them out"
	case client.IsThirdParty:
		return "it belongs to a third party"
	}
	return ""
}
