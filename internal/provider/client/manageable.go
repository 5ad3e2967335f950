package client

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// manageable rejects the import of a client that timesheets_client cannot manage. It warns of a client in the state that was
// changed to such a client, because a read must not fail for an object that has to leave the state.
func manageable(client tenant.Client, fresh bool, diags *diag.Diagnostics) bool {
	reason := unmanageable(client)
	switch {
	case reason == "":
		return true
	case fresh:
		refuse(client, reason, diags)
		return false
	}
	diagnose.Advice(diags, path.Empty(), "Client was changed to another kind", "The client %q (%s) was changed outside Terraform: %s. "+
		"Change it back in the Auth0 dashboard. To stop managing it without deleting it, use a `removed` block with `lifecycle { destroy = false }` in place of the resource.",
		client.Name, client.ClientID, reason)
	return true
}

func refuse(client tenant.Client, reason string, diags *diag.Diagnostics) {
	diagnose.Refusal(diags, path.Empty(), "Client cannot be managed here", "The client %q (%s) is not taken over: %s.", client.Name, client.ClientID, reason)
}

// authenticatesOtherwise is why a client is not managed that proves who it is with what has no attribute.
const authenticatesOtherwise = "it authenticates by a certificate (mTLS), which timesheets_client does not manage: the next apply would switch that off, " +
	"and lock its job out. Keep it with auth0/auth0, or let it authenticate by a secret or by keys first (dashboard: Applications, its Credentials)"

// otherwiseMark is the key of private state under which a read tells the plan after it that the client authenticates
// otherwise. A read refuses none that is in the state: it could not be let go of then.
const otherwiseMark = "authenticates_otherwise"

func markOf(otherwise bool) []byte {
	if !otherwise {
		return nil
	}
	return []byte("true")
}

// refuseOtherwise refuses a plan for a client that authenticates otherwise: it was moved here, or somebody switched it
// since.
func refuseOtherwise(prior Model, mark []byte, diags *diag.Diagnostics) {
	if len(mark) == 0 {
		return
	}
	diagnose.Refusal(diags, path.Empty(), "Client cannot be managed here", "Nothing is planned for the client %q (%s): %s. To stop managing it without touching it, take its `moved` block away, "+
		"or replace the resource with a `removed` block that sets `lifecycle { destroy = false }`.", prior.Name.ValueString(), prior.ClientID.ValueString(), authenticatesOtherwise)
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
