package client

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Create creates the client, and sets client_secret_wo in a second request, because Auth0 accepts no secret in the first (CL014).
// The state is saved in between, so that the object is never lost.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer modify.CreatedAsPlanned(req, resp)
	plan, secret, ok := r.CreateModel(ctx, req, resp, "client_secret_wo")
	if !ok {
		return
	}
	if err := r.requirePermissions(ctx, plan, secret); err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, operation("create", plan), err)
		return
	}
	planned := plan.client(ctx)
	client, err := r.Tenant.Clients.Create(ctx, planned)
	credentials := client.Credentials
	client, err = tenant.Narrow(client, err, planned, func(narrowed tenant.Client) (tenant.Client, error) {
		return r.Tenant.Clients.Update(ctx, tenant.ClientKey{ClientID: client.ClientID}, tenant.ClientUpdate{Prior: client, Planned: narrowed})
	})
	privatestate.RememberTenant(ctx, resp.Private, r.Self.Audience, &resp.Diagnostics)
	if resultUnknown(err) {
		saveUnknown(req, resp)
	}
	if !diagnose.AddCreateError(&resp.Diagnostics, operation("create", plan), err) {
		return
	}
	state := newModel(client, plan)
	state.PrivateKeyJWT = newKeys(ctx, credentials, plan)
	r.Created(ctx, resp, state)
	if !secret.Empty() && !resp.Diagnostics.HasError() {
		r.setSecret(ctx, state, secret, resp)
	}
}

// requirePermissions returns an error if the provider's token is known to lack a permission for one of the requests of a create.
// Otherwise the first request could leave a client without its secret (CL014) or its keys (CR002).
func (r *Resource) requirePermissions(ctx context.Context, plan Model, secret secret.Value) error {
	var scopes []string
	if !secret.Empty() {
		scopes = append(scopes, "update:client_keys")
	}
	if len(plan.PrivateKeyJWT.Elements()) > 0 {
		scopes = append(scopes, "create:client_credentials")
	}
	if len(scopes) == 0 {
		return nil
	}
	return r.Tenant.Permissions.Require(ctx, "create client", scopes...)
}

// setSecret sends client_secret_wo. A failure is a warning, because Terraform would replace the client after an error. A mark in
// private state makes the next plan send the secret.
func (r *Resource) setSecret(ctx context.Context, state Model, secret secret.Value, resp *resource.CreateResponse) {
	_, err := r.Tenant.Clients.Update(ctx, state.key(), tenant.ClientUpdate{Secret: secret})
	if err == nil {
		return
	}
	privatestate.UnsetSecret.Set(ctx, resp.Private, true, &resp.Diagnostics)
	diagnose.AddIncomplete(&resp.Diagnostics, operation("set the secret of", state), path.Root("client_secret_wo"), "client_secret_wo is not set", err,
		"The client exists and is in the state, with a secret that Auth0 generated. Plan again: the next plan sends `client_secret_wo`.")
}

// secretSent removes the mark of setSecret after an update that sent the secret.
func secretSent(ctx context.Context, secret secret.Value, resp *resource.UpdateResponse) {
	if !secret.Empty() && !resp.Diagnostics.HasError() {
		privatestate.UnsetSecret.Set(ctx, resp.Private, false, &resp.Diagnostics)
	}
}

// warnUnsetSecret warns of a plan without a refresh, which does not send a secret that a create could not set.
func warnUnsetSecret(ctx context.Context, prior, plan Model, private privatestate.Reader, diags *diag.Diagnostics) {
	if !plan.ClientSecretWOVersion.IsNull() && plan.ClientSecretWOVersion.Equal(prior.ClientSecretWOVersion) && privatestate.UnsetSecret.In(ctx, private, diags) {
		diagnose.Warn(diags, path.Root("client_secret_wo"), "client_secret_wo is not set",
			"The request that sets the secret of the client %q failed when the client was created. Plan with a refresh: such a plan sends `client_secret_wo`.", prior.Name.ValueString())
	}
}

// resultUnknown reports whether a create may have been carried out although it failed.
func resultUnknown(err error) bool {
	ambiguous := new(tenant.Ambiguous)
	return errors.As(err, &ambiguous) && ambiguous.Lost || tenant.Unsettled(err)
}

// saveUnknown saves a client that may exist as planned, without an ID, so that the next read looks for it. Without an entry in the
// state the next apply would create a second client. Private state is not sufficient: Terraform drops the private state of a
// tainted object if its deletion fails.
func saveUnknown(req resource.CreateRequest, resp *resource.CreateResponse) {
	known, err := tftypes.Transform(req.Plan.Raw, func(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if !value.IsKnown() {
			return tftypes.NewValue(value.Type(), nil), nil
		}
		return value, nil
	})
	if err != nil {
		diagnose.AddProviderBug(&resp.Diagnostics, "the plan cannot be saved: %s", err)
		return
	}
	resp.State.Raw = known
}

// readUnknown looks by name for a client that a create may have left. It neither manages nor deletes a client that it finds. Only
// a complete list of the right tenant without that name proves that nothing was created.
func (r *Resource) readUnknown(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var prior Model
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	origin := privatestate.OriginOf(ctx, req.Private, r.Self.Audience, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	found, err := r.Tenant.Clients.Get(ctx, tenant.ClientKey{Name: prior.Name.ValueString()})
	missing, several := new(tenant.NotFound), new(tenant.Ambiguous)
	switch {
	case errors.As(err, &missing) && origin.Other():
		diagnose.AddOtherTenant(&resp.Diagnostics, operation("find", prior), origin, diagnose.Identities{State: "(not known)"})
		return
	case errors.As(err, &missing):
		diagnose.Warn(&resp.Diagnostics, path.Empty(), "Client was not created",
			"The result of the request that creates the client %q was not known. The tenant has no client of that name, so the client was removed from the state, and the next apply creates it.", prior.Name.ValueString())
		resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("client_id"), "")...) // required, and not null, even for a removed object
		resp.State.RemoveResource(ctx)
		return
	case err == nil:
		several.Found = []tenant.Found{{ID: found.ClientID, Name: found.Name}}
		fallthrough
	case errors.As(err, &several):
		err = &tenant.Ambiguous{Noun: "client", Key: prior.Name.ValueString(), Found: several.Found, Lost: true}
	}
	diagnose.AddOperationError(&resp.Diagnostics, operation("find", prior), err)
}

// rejectUnknown rejects a change of a client that may exist and has no ID in the state, because it could change another client or
// create a second one.
func rejectUnknown(prior Model, diags *diag.Diagnostics) {
	if prior.ClientID.ValueString() != "" {
		return
	}
	diagnose.Reject(diags, path.Empty(), "Client may exist", "The result of the request that created the client %q is not known, and the state does not contain its ID. Nothing was changed or deleted. "+
		"Plan with a refresh while the configuration contains the client: the plan looks for it by name and shows what to do. "+
		"Terraform does not refresh this entry if its block was removed, so restore the block first. "+
		"If you do not need the client, look for it by name in the Auth0 dashboard, delete it there, and run:\n\n  terraform state rm timesheets_client.NAME", prior.Name.ValueString())
}
