package client

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// manageable rejects the import or move of a client that timesheets_client cannot manage. It only warns of a client in the state
// that was changed to such a client, because an object whose read fails cannot be removed from the state with a removed block.
func manageable(client tenant.Client, imported bool, diags *diag.Diagnostics) bool {
	reason := unmanageable(client)
	switch {
	case reason == "":
		return true
	case imported:
		rejectUnmanageable(client, reason, diags)
		return false
	}
	diagnose.Warn(diags, path.Empty(), "Client was changed to another kind", "The client %q (%s) was changed outside Terraform: %s. "+
		"Change it back in the Auth0 dashboard. To stop managing it without deleting it, use a `removed` block with `lifecycle { destroy = false }` in place of the resource.",
		client.Name, client.ClientID, reason)
	return true
}

func rejectUnmanageable(client tenant.Client, reason string, diags *diag.Diagnostics) {
	diagnose.Reject(diags, path.Empty(), "Client cannot be managed here", "timesheets_client cannot manage the client %q (%s): %s.", client.Name, client.ClientID, reason)
}

// mTLSReason explains why a client that uses mTLS cannot be managed.
const mTLSReason = "it authenticates with a certificate (mTLS), which timesheets_client does not manage: the next apply would disable that, " +
	"and the job could not authenticate. Manage the client with auth0/auth0, or change it to a secret or keys first (dashboard: Applications, its Credentials)"

// rejectMTLS rejects a plan for a client that uses mTLS, because it was moved from another provider or changed outside Terraform.
func rejectMTLS(prior Model, diags *diag.Diagnostics) {
	diagnose.Reject(diags, path.Empty(), "Client cannot be managed here", "timesheets_client cannot manage the client %q (%s): %s. To stop managing it without changing it, remove its `moved` block, "+
		"or replace the resource with a `removed` block that sets `lifecycle { destroy = false }`.", prior.Name.ValueString(), prior.ClientID.ValueString(), mTLSReason)
}

// unmanageable returns why a client cannot be managed: it is for user login, a third-party client, or the tenant's global client.
// It returns "" if the client can be managed. The test clients that the dashboard creates have no app_type.
func unmanageable(client tenant.Client) string {
	switch {
	case client.IsGlobal:
		return "it is the tenant's global client, which cannot be changed"
	case client.AppType != tenant.MachineToMachine && client.AppType != "":
		return "its app_type is `" + client.AppType + "`, and timesheets_client is for machine-to-machine clients (`" + tenant.MachineToMachine +
			"`): this client is for user login, and managing it here would lock its users out"
	case client.IsThirdParty:
		return "it is a third-party client"
	}
	return ""
}
