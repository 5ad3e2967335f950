// Package apiscope implements the resource and the list resource timesheets_api_scope.
package apiscope

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var (
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
)

// Resource is timesheets_api_scope.
type Resource struct{ server.Resource }

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_scope"
	resp.ResourceBehavior = server.Behavior
}

// Schema describes the attributes.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema()
}

// IdentitySchema describes the resource identity.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema()
}

// ModifyPlan compares the plan with what this process has read and planned.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.PlanState == nil {
		return
	}
	var prior, plan Model
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	guard.Plan(ctx, r.PlanState, r.protection(prior), req, resp)
	naturalKey.Plan(ctx, r.PlanState, req, resp)
	if req.Plan.Raw.IsNull() {
		identifier, value := prior.Identifier.ValueString(), prior.Value.ValueString()
		r.PlanState.PlanScopeDelete(identifier, value)
		if r.PlanState.Managers(identifier).Map {
			diagnose.AddScopesMoved(&resp.Diagnostics, path.Empty(), identifier, []string{value})
		}
		return
	}
	second, diags := privatestate.Planned(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || plan.Identifier.IsUnknown() || plan.Value.IsUnknown() {
		return
	}
	if p := r.protection(prior); p.Summary != "" && !plan.Description.IsUnknown() && !plan.Description.Equal(prior.Description) {
		diagnose.Reject(&resp.Diagnostics, path.Root("description"), p.Summary, "This plan changes the %s. %s Set the description that the tenant has.", p.Object, p.Reason)
	}
	identifier, value := plan.Identifier.ValueString(), plan.Value.ValueString()
	if r.PlanState.PlanScope(identifier, value, req.State.Raw.IsNull() && !second) {
		diagnose.AddScopesExist(&resp.Diagnostics, path.Root("value"), identifier, []string{value})
	}
	if r.PlanState.Managers(identifier).Map {
		diagnose.AddConflictingScopes(&resp.Diagnostics, path.Root("identifier"), identifier, []string{value})
	}
	if r.PlanState.Created(identifier) && !req.State.Raw.IsNull() { // the API is created again, and the scope with it
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("api_id"), types.StringUnknown())...)
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("api_id"))
	}
	parent, scope := planstate.Parent{Type: "timesheets_api", Key: identifier}, fmt.Sprintf("timesheets_api_scope for %q", value)
	if r.PlanState.PlanDependent(parent, scope) {
		diagnose.AddDependents(&resp.Diagnostics, path.Root("identifier"), parent, scope)
	}
}

// naturalKey rejects two resources for one scope.
var naturalKey = modify.NaturalKey{Guard: guard, Noun: "scope", Exchange: true}

// guard keeps protected scopes from being deleted and replaced.
var guard = modify.Guard{Type: "timesheets_api_scope", Key: []string{"identifier", "value"}}

// protection states why a scope must not be deleted: it belongs to an API that Auth0 created (RS021).
func (r *Resource) protection(m Model) modify.Protection {
	if !r.Self.IsSystemAPI(m.Identifier.ValueString()) {
		return modify.Protection{}
	}
	return modify.Protection{
		Summary: "Scope belongs to a system API", Object: fmt.Sprintf("scope %q of the API %q", m.Value.ValueString(), m.Identifier.ValueString()),
		Reason: "Auth0 created the API and permits no change of its scopes.",
	}
}

// Create adds the scope. It fails if the API already has the scope.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan Model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api, err := r.Tenant.Scopes.Change(ctx, plan.key(), tenant.ScopeChange{Scope: plan.scope(), New: true})
	if !diagnose.AddCreateError(&resp.Diagnostics, operation("create", plan), asUnknown(api, plan, err)) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(api, plan.scope(), plan))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	privatestate.RememberTenant(ctx, resp.Private, r.Self.Audience, &resp.Diagnostics)
}

// asUnknown returns err, or an error with an unknown result if the tenant stored another value than was sent.
func asUnknown(api tenant.API, plan Model, err error) error {
	differs := new(tenant.Differs)
	if _, exists := api.Scope(plan.Value.ValueString()); exists || !errors.As(err, &differs) {
		return err
	}
	return &tenant.Unavailable{Reply: differs.Reply, Cause: err, Unsettled: true}
}

// Read refreshes the scope.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	server.Kind[Model, found]{
		Guard: guard, NaturalKey: naturalKey, Operation: operation, Protection: r.protection, Followed: true,
		Identity: func(m Model) any { return m.identity() },
		IDs:      func(m Model, o found) (state, current string) { return m.APIID.ValueString(), o.api.ID },
		Get: func(ctx context.Context, m Model, _ bool) (found, error) {
			api, err := r.Tenant.APIs.Get(ctx, m.key())
			scope, exists := api.Scope(m.Value.ValueString())
			if err == nil && !exists {
				err = &tenant.NotFound{Noun: "scope", Key: operation("", m).Key}
			}
			return found{api, scope}, err
		},
		NewModel: func(_ context.Context, o found, prior Model, _ server.Reading) Model {
			r.PlanState.Read(o.api)
			return newModel(o.api, o.scope, prior)
		},
	}.Read(ctx, r.Data, req, resp)
}

// found is a scope with its API.
type found struct {
	api   tenant.API
	scope tenant.Scope
}

// Update changes the description.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, prior Model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() || !r.sameTenant(ctx, req.Private, operation("update", plan), prior, &resp.Diagnostics) {
		return
	}
	api, err := r.Tenant.Scopes.Change(ctx, plan.key(), tenant.ScopeChange{Scope: plan.scope()})
	if !diagnose.AddWriteError(&resp.Diagnostics, operation("update", plan), err) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(api, plan.scope(), plan))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete deletes the scope. It succeeds if the scope or the API does not exist.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state Model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	guard.Delete(r.protection(state), &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.sameTenant(ctx, req.Private, operation("delete", state), state, &resp.Diagnostics) {
		return
	}
	_, err := r.Tenant.Scopes.Change(ctx, state.key(), tenant.ScopeChange{Scope: state.scope(), Remove: true})
	var missing *tenant.NotFound
	if err != nil && !errors.As(err, &missing) {
		diagnose.AddOperationError(&resp.Diagnostics, operation("delete", state), err)
	}
}

// sameTenant reports whether a write can be sent. A write finds the API by its identifier, which an API of another tenant can also
// have.
func (r *Resource) sameTenant(ctx context.Context, private privatestate.Reader, o diagnose.Operation, prior Model, diags *diag.Diagnostics) bool {
	origin, id := privatestate.OriginOf(ctx, private, r.Self.Audience, diags), prior.APIID.ValueString()
	return id == "" || diagnose.SameTenant(diags, o, origin, id, func() error {
		_, err := r.Tenant.APIs.Get(ctx, tenant.APIKey{ID: id})
		return err
	})
}

// ImportState accepts the identifier of the API and the value of the scope.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	key := server.ImportKey{Form: "\"identifier value\", the API's identifier and the scope", Attributes: []string{"identifier", "value"}}
	key.Import(ctx, req, resp)
}

func operation(verb string, m Model) diagnose.Operation {
	return diagnose.Operation{
		Verb: verb, Noun: "scope", Type: "timesheets_api_scope", Key: m.Identifier.ValueString() + " " + m.Value.ValueString(),
		Fields: map[string]path.Path{"scopes": path.Root("value")}, Moves: true,
	}
}
