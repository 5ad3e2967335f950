package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
)

// Kind describes a resource type to the operations that all types share. M is its model, O the object of the tenant.
type Kind[M, O any] struct {
	Name   string // without that of the provider
	Schema func() schema.Schema
	Import ImportKey
	Move   Move

	Validate func(config M, diags *diag.Diagnostics) // rules that involve several attributes; optional

	Guard      modify.Guard
	NaturalKey modify.NaturalKey // zero if Auth0 chooses the key
	Operation  func(verb string, m M) diagnose.Operation
	Protection func(m M) modify.Protection

	// Get returns the object that a model is about. An import can leave attributes of the model out.
	Get func(ctx context.Context, m M, imported bool) (O, error)
	// IDs returns the IDs of the model and of the object, which is zero if it was not found. They differ if the object was re-created
	// with the same natural key.
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
