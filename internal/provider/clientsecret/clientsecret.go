// Package clientsecret implements the ephemeral resource timesheets_client_secret and the action
// timesheets_rotate_client_secret.
package clientsecret

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ action.ActionWithModifyPlan = (*Rotate)(nil)

// NewEphemeralResource returns the ephemeral resource timesheets_client_secret.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return &server.EphemeralResource[Model]{
		Name: "client_secret",
		Description: "The secret of a [client](https://auth0.com/docs/get-started/applications), read from the tenant and never stored, for example to write a secret that Auth0 generated to a vault. Requires " +
			"Terraform 1.10 and the Management API scope `read:client_keys`, which permits reading the secrets of every client of the " +
			"tenant.\n\nInstead, prefer to generate a secret and to pass it to both the client and the vault: `client_secret_wo` of `timesheets_client` " +
			"requires only `update:client_keys`.\n\nIt is opened in every plan and every apply, and sends one request each time.",
		Attributes: map[string]ephemeralschema.Attribute{
			"client_id":     ephemeralschema.StringAttribute{Required: true, MarkdownDescription: "ID of the client.", Validators: []validator.String{validate.ClientID()}},
			"client_secret": ephemeralschema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The client's secret."},
		},
		Result: read,
	}
}

// Model contains the attributes of timesheets_client_secret.
type Model struct {
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
}

// read reads the secret.
func read(ctx context.Context, d server.Data, config Model, diags *diag.Diagnostics) Model {
	id := config.ClientID.ValueString()
	found, err := d.Tenant.Secrets.Client(ctx, id)
	switch {
	case err != nil:
		diagnose.AddOperationError(diags, diagnose.Operation{Verb: "read", Noun: "client secret", Key: id}, err)
	case found.Value.Empty():
		diagnose.Reject(diags, path.Root("client_id"), "Client has no secret",
			"The client %q authenticates without a secret, for example with a key pair. There is nothing to read.", id)
	}
	config.ClientSecret = types.StringValue(found.Value.Reveal())
	return config
}

// Rotate is the action timesheets_rotate_client_secret.
type Rotate struct{ server.Action }

// NewRotate returns an unconfigured action.
func NewRotate() action.Action {
	return &Rotate{server.Action{
		Name: "rotate_client_secret",
		Description: "[Rotates the client secret](https://auth0.com/docs/get-started/applications/rotate-client-secret). The old secret stops working " +
			"immediately; tokens that were issued before remain valid until they expire. The new secret is not shown: read it with the ephemeral " +
			"resource `timesheets_client_secret` or in the dashboard. Requires Terraform 1.14 and the Management API scope `update:client_keys`. " +
			"Sends one request.\n\nIf Terraform generates the secret and writes it to a vault, change `client_secret_wo_version` of " +
			"`timesheets_client` instead.",
		Attributes: map[string]actionschema.Attribute{
			"client_id": actionschema.StringAttribute{Required: true, MarkdownDescription: "ID of the client.", Validators: []validator.String{validate.ClientID()}},
		},
	}}
}

// ModifyPlan rejects the rotation of the secret that the provider itself uses.
func (r *Rotate) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("client_id"), &id)...)
	r.guard(id, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		r.rejectKeys(ctx, id, &resp.Diagnostics)
	}
}

// rejectKeys rejects the rotation for a client that authenticates with keys: it has no secret (CL023). It needs one request,
// unless this process has read the client, and a token that may read keys. Otherwise Auth0 rejects the rotation.
func (r *Rotate) rejectKeys(ctx context.Context, id types.String, diags *diag.Diagnostics) {
	if id.ValueString() == "" || r.Tenant.Clients == nil {
		return
	}
	client, err := r.Tenant.Clients.Get(ctx, tenant.ClientKey{ClientID: id.ValueString()})
	if err == nil && client.AuthKind == tenant.AuthKeys {
		diagnose.Reject(diags, path.Root("client_id"), "Client has no secret", "The client %q authenticates with keys, so it has no secret that can be rotated. "+
			"Change `private_key_jwt` of `timesheets_client` to rotate its keys.", client.Name)
	}
}

func (r *Rotate) guard(id types.String, diags *diag.Diagnostics) {
	if r.Self.ClientID != "" && id.ValueString() == r.Self.ClientID {
		diagnose.Reject(diags, path.Root("client_id"), "Client is the provider's own",
			"The provider authenticates as this client, so a new secret would lock it out of the tenant. Rotate the secret in the dashboard, and set AUTH0_CLIENT_SECRET immediately.")
	}
}

// Invoke rotates the secret.
func (r *Rotate) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var clientID types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("client_id"), &clientID)...)
	r.guard(clientID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id := clientID.ValueString()
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Rotating the secret of the client %s.", id)})
	err := r.Tenant.Secrets.Rotate(ctx, id)
	if tenant.Unsettled(err) {
		diagnose.Reject(&resp.Diagnostics, path.Root("client_id"), "Secret may have been rotated",
			"%s\nThe old secret of the client %q may be invalid now. The request was not repeated. "+
				"Read the secret with the ephemeral resource timesheets_client_secret, or rotate again.", diagnose.Unconfirmed(err), id)
		return
	}
	if err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, diagnose.Operation{Verb: "rotate", Noun: "client secret", Key: id}, err)
		return
	}
	// Terraform 1.16 and newer do not print the warnings of an action that a resource triggers, so the message contains everything.
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("The client %s has a new secret. The old one is rejected within half a minute. "+
		"Store the new secret now: the ephemeral resource timesheets_client_secret reads it, and the dashboard shows it.", id)})
	diagnose.Warn(&resp.Diagnostics, path.Empty(), "Client has a new secret", "The client %q has a new secret, and requests with the old one are rejected. "+
		"Store the new secret now: the ephemeral resource timesheets_client_secret reads it, and the dashboard shows it.", id)
}
