// Package client implements the resource, the data source and the list resource timesheets_client.
package client

import (
	"context"
	"regexp"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ server.Managed = (*Resource)(nil)

// Resource is the resource timesheets_client.
type Resource struct {
	server.Resource[Model, tenant.Client]
}

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource {
	r := &Resource{}
	r.Kind = server.Kind[Model, tenant.Client]{
		Name: "client", Schema: resourceSchema,
		Import: server.ImportKey{
			Form:       "the client's id, as the dashboard shows it, or its exact name",
			Attributes: []server.KeyPart{{Name: "client_id", Description: "ID of the client."}}, Spaces: true,
		},
		Move: server.Move{
			Source: "auth0_client", Keys: []string{"client_id"}, Check: checkMove,
			Renamed: map[string]string{"default_organization_id": "default_organization.organization_id"},
		},
		Validate: validateConfig, Guard: guard, Operation: operation, Protection: r.protection,
		IDs: func(m Model, _ tenant.Client) (state, current string) { return m.ClientID.ValueString(), "" },
		Get: func(ctx context.Context, m Model, imported bool) (tenant.Client, error) {
			if imported {
				return r.Tenant.Clients.Get(ctx, importedKey(m.ClientID.ValueString()))
			}
			return r.Tenant.Clients.Get(ctx, m.key())
		},
		Find: func(ctx context.Context, m Model) error {
			_, err := r.Tenant.Clients.Get(ctx, m.key())
			return err
		},
		Delete:   func(ctx context.Context, m Model) error { return r.Tenant.Clients.Delete(ctx, m.key()) },
		NewModel: r.read,
	}
	return r
}

// Read refreshes the client, without its secret.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var id types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("client_id"), &id)...)
	if id.ValueString() == "" {
		r.readUnknown(ctx, req, resp)
		return
	}
	r.Resource.Read(ctx, req, resp)
}

// read returns the state of a client that was read. It rejects an import of a client that cannot be managed.
func (r *Resource) read(ctx context.Context, client tenant.Client, prior Model, read server.Reading) Model {
	diags := &read.Response.Diagnostics
	state := newModel(client, prior)
	if !manageable(client, read.Imported, diags) {
		return state
	}
	if privatestate.UnsetSecret.In(ctx, read.Request.Private, diags) {
		state.ClientSecretWOVersion = Model{}.ClientSecretWOVersion // null: the plan sends the secret
	}
	usesMTLS, err := readKeys(ctx, r.Tenant.Credentials, client, prior, &state)
	if err != nil {
		diagnose.AddOperationError(diags, operation("read the keys of", prior), err)
		return state
	}
	if usesMTLS && read.Imported {
		rejectUnmanageable(client, mTLSReason, diags)
		return state
	}
	privatestate.UsesMTLS.Set(ctx, read.Response.Private, usesMTLS, diags)
	return state
}

// Update sends what the plan changes, including the secret, in one request. A change of keys needs several requests. A change of how
// the client authenticates first reads how it does now, before anything is written.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer modify.AsPlanned(req, resp)
	prior, plan, ok := r.Change(ctx, req, resp)
	secret := modify.WriteOnlyChange(ctx, req.Config, "client_secret_wo", prior.ClientSecretWOVersion, plan.ClientSecretWOVersion, &resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	if privatestate.UnsetSecret.In(ctx, req.Private, &resp.Diagnostics) { // without a refresh the versions are equal
		secret = modify.WriteOnlyChange(ctx, req.Config, "client_secret_wo", Model{}.ClientSecretWOVersion, plan.ClientSecretWOVersion, &resp.Diagnostics)
	}
	defer secretSent(ctx, secret, resp)
	steps, ok := r.startRotation(ctx, prior, plan, &resp.Diagnostics)
	if !ok {
		return
	}
	if prior.client(ctx).TokenQuota.Lifts(plan.client(ctx).TokenQuota) && !r.clearQuota(ctx, &prior, resp) {
		return
	}
	if changesKeys(prior, plan) {
		r.rotate(ctx, steps, prior, plan, secret, resp)
		return
	}
	update := tenant.ClientUpdate{Prior: prior.client(ctx), Planned: plan.client(ctx), Secret: secret}
	state := plan
	state.ID = plan.ClientID // a state of an older version has none
	if !update.Empty() {
		client, err := r.Tenant.Clients.Update(ctx, prior.key(), update)
		if !diagnose.AddWriteError(&resp.Diagnostics, operation("update", plan), err) {
			return
		}
		state = newModel(client, plan)
	}
	r.Updated(ctx, resp, state)
}

// clearQuota removes the quota, because Auth0 merges a new quota into the existing one, and saves that in prior and in the state.
func (r *Resource) clearQuota(ctx context.Context, prior *Model, resp *resource.UpdateResponse) bool {
	client, err := r.Tenant.Clients.Update(ctx, prior.key(), tenant.ClientUpdate{Prior: tenant.Client{TokenQuota: prior.client(ctx).TokenQuota}})
	if !diagnose.AddWriteError(&resp.Diagnostics, operation("update", *prior), err) {
		return false
	}
	prior.TokenQuota = modify.ObjectOf(client.TokenQuota)
	r.Updated(ctx, resp, *prior)
	return err == nil
}

// rotate sends an update that changes the client's keys. The state is saved after each request, so that the next apply continues
// where this one failed.
func (r *Resource) rotate(ctx context.Context, steps rotation, prior, plan Model, secret secret.Value, resp *resource.UpdateResponse) {
	state := plan
	unwritten := prior
	steps.update = tenant.ClientUpdate{Prior: prior.client(ctx), Planned: plan.client(ctx), Secret: secret}
	steps.save = func(client tenant.Client, credentials []tenant.Credential) {
		state = unwritten
		if client.ClientID != "" {
			state = newModel(client, plan)
		}
		state.PrivateKeyJWT = newKeys(ctx, credentials, plan, prior)
		r.Updated(ctx, resp, state)
	}
	if err := steps.run(ctx); err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, operation("update", plan), err)
		return
	}
	state.ClientSecretWOVersion = plan.ClientSecretWOVersion
	r.Updated(ctx, resp, state)
}

// Delete deletes the client. Auth0 deletes its grants with it (CL020).
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state Model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if rejectUnknown(state, &resp.Diagnostics); !resp.Diagnostics.HasError() {
		r.Resource.Delete(ctx, req, resp)
	}
}

// idPattern matches the IDs of clients (GE002), and some names.
var idPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`) })

// importedKey returns the key of a client that is imported by its ID or its name.
func importedKey(text string) tenant.ClientKey {
	if !idPattern().MatchString(text) {
		return tenant.ClientKey{Name: text}
	}
	return tenant.ClientKey{ClientID: text, Name: text}
}

func operation(verb string, m Model) diagnose.Operation {
	key := m.Name.ValueString()
	if key == "" {
		key = m.ClientID.ValueString()
	}
	return diagnose.Operation{Verb: verb, Noun: "client", Type: "timesheets_client", Key: key, Fields: m.fields(), Saved: true}
}

// fields returns the paths of the attributes by Auth0's names of the members.
var fields = diagnose.Fields(resourceSchema, map[string]string{
	"client_secret":                 "client_secret_wo",
	"default_organization":          "default_organization_id",
	"client_authentication_methods": "private_key_jwt",
})
