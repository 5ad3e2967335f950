package server

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Resource is embedded by every resource. It implements what Kind declares: names, schemas, configuration, validation, read, delete, import,
// and moves from auth0/auth0.
type Resource[M, O any] struct {
	Data

	Kind Kind[M, O]
}

// Managed is the interface of every resource.
type Managed interface {
	resource.ResourceWithConfigure
	resource.ResourceWithIdentity
	resource.ResourceWithImportState
	resource.ResourceWithModifyPlan
	resource.ResourceWithMoveState
	resource.ResourceWithValidateConfig
}

// Metadata implements resource.Resource.
func (r *Resource[M, O]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Kind.Name
	resp.ResourceBehavior = behavior
}

// Schema implements resource.Resource.
func (r *Resource[M, O]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.Kind.Schema()
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource[M, O]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = r.Kind.Import.identitySchema()
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource[M, O]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.set(req.ProviderData, &resp.Diagnostics)
}

// ImportState implements resource.ResourceWithImportState.
func (r *Resource[M, O]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.Kind.Import.importState(ctx, req, resp)
}

// MoveState implements resource.ResourceWithMoveState.
func (r *Resource[M, O]) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{r.Kind.Move.mover(r.Kind.Schema())}
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *Resource[M, O]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if r.Kind.Validate != nil && !resp.Diagnostics.HasError() {
		r.Kind.Validate(config, &resp.Diagnostics)
	}
}

// PlanModels returns the models of a plan, which are zero for an object that does not exist, or false after an error, and if the
// provider is not configured.
func (r *Resource[M, O]) PlanModels(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (prior, plan M, ok bool) {
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}
	return prior, plan, r.PlanState != nil && !resp.Diagnostics.HasError()
}

// Read refreshes an object. It is found by its ID, and by its natural key if it was re-created in the same tenant.
func (r *Resource[M, O]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var prior M
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	imported := modify.FirstRead(ctx, req.Private, resp.Private, &resp.Diagnostics)
	origin := privatestate.OriginOf(ctx, req.Private, r.Self.Audience, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	object, err := r.Kind.Get(ctx, prior, imported)
	id, current := r.Kind.IDs(prior, object)
	recreated := !imported && id != "" && current != "" && id != current
	missing := new(tenant.NotFound)
	switch {
	case recreated && !origin.Same():
		diagnose.AddOtherTenant(&resp.Diagnostics, r.Kind.Operation("read", prior), origin, diagnose.Identities{State: id, Current: current})
		return
	case errors.As(err, &missing) && !imported:
		if diagnose.RemoveMissing(ctx, resp, r.Kind.Operation("read", prior), origin, id) {
			resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, prior)...) // Terraform needs it even when nothing is left
		}
		return
	case err != nil:
		diagnose.AddOperationError(&resp.Diagnostics, r.Kind.Operation(modify.ReadVerb(imported), prior), err)
		return
	case recreated && !r.Kind.Followed:
		diagnose.AddRecreated(&resp.Diagnostics, r.Kind.Operation("read", prior), id, current)
	}
	state := r.Kind.NewModel(ctx, object, prior, Reading{Imported: imported, Request: req, Response: resp})
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state)...)
	privatestate.RememberTenant(ctx, resp.Private, r.Self.Audience, &resp.Diagnostics)
	r.Kind.Guard.Read(r.PlanState, r.Kind.Protection(state), resp)
	if r.Kind.NaturalKey.Type != "" {
		r.Kind.NaturalKey.Read(r.PlanState, imported, resp)
	}
}

// Delete deletes an object of the current tenant that is not protected.
func (r *Resource[M, O]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var prior M
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	r.Kind.Guard.Delete(r.Kind.Protection(prior), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.SameTenant(ctx, req.Private, "delete", prior, &resp.Diagnostics) {
		return
	}
	if !r.sameAsPlanned(ctx, req.Private, prior, &resp.Diagnostics) {
		return
	}
	if err := r.Kind.Delete(ctx, prior); err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, r.Kind.Operation("delete", prior), err)
	}
}

// maxPlanAge is how old a plan can be whose deletions are sent without a read before them.
const maxPlanAge = 5 * time.Minute

// sameAsPlanned reports whether the object to delete can be the one that the plan shows. Otherwise it adds an error: the object was
// re-created with its natural key since the plan. A deletion by the old ID would succeed and change nothing. An object of a parent has no
// ID of its own. Without private state, SameTenant has just found the ID.
func (r *Resource[M, O]) sameAsPlanned(ctx context.Context, private privatestate.Reader, prior M, diags *diag.Diagnostics) bool {
	at, planned := privatestate.PlannedAt(ctx, private, diags)
	if r.Kind.NaturalKey.Type == "" || r.Kind.Followed || !planned || time.Since(at) < maxPlanAge {
		return true
	}
	object, err := r.Kind.Get(ctx, prior, false)
	if missing := new(tenant.NotFound); errors.As(err, &missing) {
		return true // nothing is left to delete
	}
	id, current := r.Kind.IDs(prior, object)
	switch {
	case err != nil:
		diagnose.AddOperationError(diags, r.Kind.Operation("delete", prior), err)
	case id != "" && id != current:
		diagnose.AddRecreatedSincePlan(diags, r.Kind.Operation("delete", prior), id, current)
	}
	return !diags.HasError()
}

// SameTenant reports whether a write may be sent: the object is known to be in the current tenant, or is found there by its ID.
// Otherwise it adds an error. When a tainted object is replaced, its deletion receives no private state, so it is always looked for.
func (r *Resource[M, O]) SameTenant(ctx context.Context, private privatestate.Reader, verb string, prior M, diags *diag.Diagnostics) bool {
	var none O
	id, _ := r.Kind.IDs(prior, none)
	origin := privatestate.OriginOf(ctx, private, r.Self.Audience, diags)
	return diagnose.SameTenant(diags, r.Kind.Operation(verb, prior), origin, id, func() error { return r.Kind.Find(ctx, prior) })
}

// CreateModel returns the model of an object to create, and the value of its write-only attribute secretName, which can be empty; or false
// after an error.
func (r *Resource[M, O]) CreateModel(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse, secretName string,
) (plan M, value secret.Value, ok bool) {
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if secretName != "" {
		value = modify.WriteOnlySecret(ctx, req.Config, secretName, &resp.Diagnostics)
	}
	return plan, value, !resp.Diagnostics.HasError()
}

// Created saves a created object and its tenant.
func (r *Resource[M, O]) Created(ctx context.Context, resp *resource.CreateResponse, state M) {
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state)...)
	privatestate.RememberTenant(ctx, resp.Private, r.Self.Audience, &resp.Diagnostics)
}

// Change returns the models of an update, or false after an error, and if the object is not in the current tenant.
func (r *Resource[M, O]) Change(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) (prior, plan M, ok bool) {
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	ok = !resp.Diagnostics.HasError() && r.SameTenant(ctx, req.Private, "update", prior, &resp.Diagnostics)
	return prior, plan, ok
}

// Updated saves an updated object.
func (r *Resource[M, O]) Updated(ctx context.Context, resp *resource.UpdateResponse, state M) {
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state)...)
}
