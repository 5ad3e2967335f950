package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
)

// Resource is embedded by every resource. It implements what Kind declares: names, schemas, configuration, read, delete, import,
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
	resp.IdentitySchema = r.Kind.Import.schema()
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource[M, O]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.set(req.ProviderData, &resp.Diagnostics)
}

// ImportState implements resource.ResourceWithImportState.
func (r *Resource[M, O]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.Kind.Import.read(ctx, req, resp)
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

// Planned returns the models of a plan, which are zero for an object that does not exist, or false after an error, and if the
// provider is not configured.
func (r *Resource[M, O]) Planned(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (prior, plan M, ok bool) {
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}
	return prior, plan, r.PlanState != nil && !resp.Diagnostics.HasError()
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
