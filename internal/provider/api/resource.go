// Package api is the noun timesheets_api: a protected service of the tenant.
package api

import (
	"context"
	"errors"
	"regexp"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource is timesheets_api.
type Resource struct{ server.Resource }

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api"
	resp.ResourceBehavior = server.Behavior
}

// Schema describes the attributes.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema()
}

// IdentitySchema describes what names an API for good.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema()
}

// Create makes the API with its scopes in one call.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer modify.CreatedAsPlanned(req, resp)
	var plan Model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	secret := modify.WriteOnlySecret(ctx, req.Config, path.Root("signing_secret_wo"), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	wanted := plan.api(ctx)
	preset := r.systemName(wanted.Identifier) != ""
	api, err := r.Tenant.APIs.Create(ctx, tenant.NewAPI{API: wanted, SigningSecret: secret, Preset: preset})
	narrowed, wider := api.Narrowed(wanted)
	api, err = tenant.Correct(api, err, wider, wider, func() (tenant.API, error) {
		return r.Tenant.APIs.Update(ctx, api.Key(), tenant.APIUpdate{Prior: api, Planned: narrowed})
	})
	if preset && err == nil {
		api, err = r.settleSystem(ctx, req, plan, api, resp)
	}
	if !diagnose.Created(&resp.Diagnostics, operation("create", plan), err) {
		return
	}
	state := newModel(api, plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	privatestate.RememberTenant(ctx, resp.Private, r.Self.Audience, &resp.Diagnostics)
	if !plan.Scopes.IsNull() && resp.Private != nil {
		resp.Diagnostics.Append(privatestate.MarkScopes(ctx, resp.Private, true)...)
	}
}

// Read follows the API by its id, and by its identifier when it was re-created.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var held Model
	resp.Diagnostics.Append(req.State.Get(ctx, &held)...)
	fresh := modify.FirstRead(ctx, req.Private, resp.Private, &resp.Diagnostics)
	origin := privatestate.OriginOf(ctx, req.Private, r.Self.Audience, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	api, err := r.Tenant.APIs.Get(ctx, held.key())
	var missing *tenant.NotFound
	if errors.As(err, &missing) && !fresh {
		diagnose.RemoveMissing(ctx, resp, operation("read", held), origin, held.ID.ValueString(), held.identity())
		return
	}
	if err != nil {
		diagnose.Error(&resp.Diagnostics, operation(modify.ReadVerb(fresh), held), err)
		return
	}
	if before := held.ID.ValueString(); !fresh && before != api.ID {
		if !origin.Same() {
			diagnose.AddOtherTenant(&resp.Diagnostics, operation("read", held), origin, diagnose.Identities{State: before, Current: api.ID})
			return
		}
		diagnose.Remade(&resp.Diagnostics, operation("read", held), before, api.ID)
	}
	r.PlanState.Read(api)
	if fresh {
		held.Scopes = scopeMap(api.Scopes, held.Scopes)
	}
	state := newModel(api, held)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	privatestate.RememberTenant(ctx, resp.Private, r.Self.Audience, &resp.Diagnostics)
	guard.Read(r.PlanState, state.protection(), resp)
	naturalKey.Read(r.PlanState, fresh, resp)
	r.warnHolders(ctx, state, req, resp)
}

// Update sends what the plan changes. Scopes that the configuration leaves out are not among it.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer modify.AsPlanned(req, resp)
	var plan, prior Model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	secret := modify.WriteOnlyChange(ctx, req.Config, path.Root("signing_secret_wo"), prior.SigningSecretWOVersion, plan.SigningSecretWOVersion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	update := tenant.APIUpdate{Prior: prior.api(ctx), Planned: plan.api(ctx), SigningSecret: secret}
	state := plan
	if !update.Empty() {
		api, err := r.Tenant.APIs.Update(ctx, update.Prior.Key(), update)
		if !diagnose.Kept(&resp.Diagnostics, operation("update", plan), err) {
			return
		}
		state = newModel(api, plan)
		resp.Diagnostics.Append(privatestate.MarkRemovedScopes(ctx, resp.Private, removedScopes(prior, plan))...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// Delete deletes the API.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var held Model
	resp.Diagnostics.Append(req.State.Get(ctx, &held)...)
	guard.Delete(held.protection(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	origin := privatestate.OriginOf(ctx, req.Private, r.Self.Audience, &resp.Diagnostics)
	if origin.Other() && !diagnose.SameTenant(&resp.Diagnostics, operation("delete", held), origin, held.ID.ValueString(), func() error {
		_, err := r.Tenant.APIs.Get(ctx, tenant.APIKey{ID: held.ID.ValueString()})
		return err
	}) {
		return
	}
	if err := r.Tenant.APIs.Delete(ctx, held.key()); err != nil {
		diagnose.Error(&resp.Diagnostics, operation("delete", held), err)
	}
}

// idPattern is what Auth0's ids of APIs look like (GE002).
var idPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-f]{24}$`) })

// ImportState takes an API's id or its identifier; the read that follows finds out which.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if modify.EmptyImportID(req, importForm, &resp.Diagnostics) {
		return
	}
	identifier := req.ID
	if identifier == "" {
		var identity Identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		identifier = identity.Identifier.ValueString()
	}
	if _, ok := modify.ImportParts(identifier, 1, 1, importForm, &resp.Diagnostics); !ok {
		return
	}
	if idPattern().MatchString(identifier) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), identifier)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("identifier"), identifier)...)
	modify.MarkImported(ctx, resp.Private, &resp.Diagnostics)
}

const importForm = "the API's id (24 hexadecimal digits) or its identifier"

func operation(verb string, m Model) diagnose.Operation {
	return diagnose.Operation{Verb: verb, Noun: "API", Type: "timesheets_api", Key: m.key().String(), Fields: fields()}
}

// fields returns the paths of the attributes by Auth0's names.
var fields = sync.OnceValue(func() map[string]path.Path {
	return diagnose.Fields(resourceSchema(), map[string]string{
		"signing_secret":                      "signing_secret_wo",
		"authorization_details":               "authorization_details_types",
		"authorization_policy":                "authorization_policy_id",
		"token_encryption.encryption_key.alg": "token_encryption.encryption_key.algorithm",
	})
})
