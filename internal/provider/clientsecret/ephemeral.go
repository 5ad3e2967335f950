// Package clientsecret implements the ephemeral resource timesheets_client_secret and the action
// timesheets_rotate_client_secret.
package clientsecret

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

// NewEphemeralResource returns the ephemeral resource timesheets_client_secret.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return &server.EphemeralResource[Model]{
		Name: "client_secret",
		Description: "The secret of a [client](https://auth0.com/docs/get-started/applications), read from the tenant and never stored, for example to write a secret that Auth0 generated to a vault. Requires " +
			"Terraform 1.10 and the Management API scope `read:client_keys`, which permits reading the secrets of every client of the " +
			"tenant.\n\nInstead, prefer to generate a secret and to pass it to both the client and the vault: `client_secret_wo` of `timesheets_client` " +
			"requires only `update:client_keys`.\n\nIt is opened in every plan and every apply, and sends one request each time.",
		Attributes: map[string]schema.Attribute{
			"client_id":     schema.StringAttribute{Required: true, MarkdownDescription: "ID of the client.", Validators: []validator.String{validate.ClientID()}},
			"client_secret": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The client's secret."},
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
