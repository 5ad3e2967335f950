package clientsecret

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var (
	_ action.ActionWithConfigure  = (*Rotate)(nil)
	_ action.ActionWithModifyPlan = (*Rotate)(nil)
)

// Rotate is the action timesheets_rotate_client_secret.
type Rotate struct{ server.Action }

// NewRotate returns an unconfigured action.
func NewRotate() action.Action { return &Rotate{} }

// Metadata names the action.
func (r *Rotate) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rotate_client_secret"
}

// Schema describes the arguments.
func (r *Rotate) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "[Rotates the client secret](https://auth0.com/docs/get-started/applications/rotate-client-secret). The old secret stops working " +
			"immediately; tokens that were issued before remain valid until they expire. The new secret is not shown: read it with the ephemeral " +
			"resource `timesheets_client_secret` or in the dashboard. Requires Terraform 1.14 and the Management API scope `update:client_keys`. " +
			"Sends one request.\n\nIf Terraform generates the secret and writes it to a vault, change `client_secret_wo_version` of " +
			"`timesheets_client` instead.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{Required: true, MarkdownDescription: "ID of the client.", Validators: []validator.String{validate.ClientID()}},
		},
	}
}

// ModifyPlan refuses to rotate the secret that the provider itself works with.
func (r *Rotate) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("client_id"), &id)...)
	r.guard(id, &resp.Diagnostics)
}

func (r *Rotate) guard(id types.String, diags *diag.Diagnostics) {
	if r.Self.ClientID != "" && id.ValueString() == r.Self.ClientID {
		diagnose.Refusal(diags, path.Root("client_id"), "Client is the provider's own",
			"The provider itself works as this client, and a new secret would lock it out of the tenant. Rotate it in the dashboard, and set AUTH0_CLIENT_SECRET at once.")
	}
}

// Invoke rotates.
func (r *Rotate) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var given types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("client_id"), &given)...)
	r.guard(given, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id := given.ValueString()
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Asking Auth0 for a new secret of the client %s.", id)})
	err := r.Tenant.Secrets.Rotate(ctx, id)
	var lost *tenant.Unavailable
	if errors.As(err, &lost) && lost.Unsettled {
		diagnose.Refusal(&resp.Diagnostics, path.Root("client_id"), "Secret may be another by now",
			"No answer came to the request for a new secret of the client %q, so whether the old one is still good is not known. It was not asked a second time. "+
				"Read the secret with the ephemeral resource timesheets_client_secret, or rotate again.", id)
		return
	}
	if err != nil {
		diagnose.Error(&resp.Diagnostics, diagnose.Operation{Verb: "rotate", Noun: "client secret", Key: id}, err)
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: "The client has a new secret. For up to half a minute Auth0 may still take the old one."})
	diagnose.Advice(&resp.Diagnostics, path.Empty(), "Client has a new secret", "The client %q has a new secret, which nobody has been told, and whoever works with the old "+
		"one is refused from now on. Hand it over: the ephemeral resource timesheets_client_secret reads it, and the dashboard shows it.", id)
}
