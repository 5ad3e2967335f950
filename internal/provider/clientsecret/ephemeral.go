// Package clientsecret implements the ephemeral resource timesheets_client_secret and the action
// timesheets_rotate_client_secret.
package clientsecret

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

// EphemeralResource implements timesheets_client_secret.
type EphemeralResource struct{ server.EphemeralResource }

// NewEphemeralResource returns an unconfigured ephemeral resource.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return &EphemeralResource{server.NewEphemeralResource("client_secret", ephemeralSchema)}
}

// Model contains the attributes of timesheets_client_secret.
type Model struct {
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
}

func ephemeralSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The secret of a [client](https://auth0.com/docs/get-started/applications), read from the tenant and never stored, for example to write a secret that Auth0 generated to a vault. Requires " +
			"Terraform 1.10 and the Management API scope `read:client_keys`, which permits reading the secrets of every client of the " +
			"tenant.\n\nInstead, prefer to generate a secret and to pass it to both the client and the vault: `client_secret_wo` of `timesheets_client` " +
			"requires only `update:client_keys`.\n\nIt is opened in every plan and every apply, and sends one request each time.",
		Attributes: map[string]schema.Attribute{
			"client_id":     schema.StringAttribute{Required: true, MarkdownDescription: "ID of the client.", Validators: []validator.String{validate.ClientID()}},
			"client_secret": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The client's secret."},
		},
	}
}

// Open reads the secret.
func (e *EphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := config.ClientID.ValueString()
	found, err := e.Tenant.Secrets.Client(ctx, id)
	if err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, diagnose.Operation{Verb: "read", Noun: "client secret", Key: id}, err)
		return
	}
	if found.Value.Empty() {
		diagnose.Reject(&resp.Diagnostics, path.Root("client_id"), "Client has no secret",
			"The client %q authenticates without a secret, for example with a key pair. There is nothing to read.", id)
		return
	}
	config.ClientSecret = types.StringValue(found.Value.Reveal())
	resp.Diagnostics.Append(resp.Result.Set(ctx, config)...)
}
