package server

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Kind describes a resource type to the operations that all types share. M is its model, O the object of the tenant.
type Kind[M, O any] struct {
	Name   string // without that of the provider
	Schema func() schema.Schema
	Import ImportKey
	Move   Move

	Validate func(config M, diags *diag.Diagnostics) // rules that involve several attributes; optional

	Guard      modify.Guard
	NaturalKey modify.NaturalKey // without a Guard: Auth0 chooses the key
	Operation  func(verb string, m M) diagnose.Operation
	Protection func(m M) modify.Protection

	// Get returns the object that a model is about. An import can leave attributes of the model out.
	Get func(ctx context.Context, m M, imported bool) (O, error)
	// IDs returns the IDs of the model and of the object. They differ if the object was re-created with the same natural key.
	IDs func(m M, object O) (state, current string)
	// Followed is set if the IDs are those of a parent, which reports itself that it was re-created.
	Followed bool
	// NewModel returns the new state. prior is the state before. It can add errors.
	NewModel func(ctx context.Context, object O, prior M, read Reading) M

	// Find reports whether the tenant has an object with the ID of the model.
	Find func(ctx context.Context, m M) error
	// Delete deletes the object.
	Delete func(ctx context.Context, m M) error
}

// Reading is a read that is in progress.
type Reading struct {
	Imported bool // whether it is the first read after an import
	Request  resource.ReadRequest
	Response *resource.ReadResponse
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
	if err := r.Kind.Delete(ctx, prior); err != nil {
		diagnose.AddOperationError(&resp.Diagnostics, r.Kind.Operation("delete", prior), err)
	}
}

// SameTenant reports whether a write may be sent: the object is known to be in the current tenant, or is found there by its ID.
// Otherwise it adds an error. When a tainted object is replaced, its deletion receives no private state, so it is always looked for.
func (r *Resource[M, O]) SameTenant(ctx context.Context, private privatestate.Reader, verb string, prior M, diags *diag.Diagnostics) bool {
	var none O
	id, _ := r.Kind.IDs(prior, none)
	origin := privatestate.OriginOf(ctx, private, r.Self.Audience, diags)
	return diagnose.SameTenant(diags, r.Kind.Operation(verb, prior), origin, id, func() error { return r.Kind.Find(ctx, prior) })
}
