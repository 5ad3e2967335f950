// Package apiscope implements the resource and the list resource timesheets_api_scope.
package apiscope

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ server.Managed = (*Resource)(nil)

// Resource is the resource timesheets_api_scope.
type Resource struct {
	server.Resource[Model, found]
}

// found is a scope with its API.
type found struct {
	api   tenant.API
	scope tenant.Scope
}

// NewResource returns an unconfigured resource. Writes find the API by its identifier, which an API of another tenant can also
// have.
func NewResource() resource.Resource {
	r := &Resource{}
	r.Kind = server.Kind[Model, found]{
		Name: "api_scope", Schema: resourceSchema,
		Import: server.ImportKey{
			Form:       "\"identifier value\", the API's identifier and the scope",
			Attributes: []server.KeyPart{{Name: "identifier", Description: "Identifier of the API."}, {Name: "value", Description: "Value of the scope."}},
		},
		Move: server.Move{
			Source: "auth0_resource_server_scope", Keys: []string{"identifier", "value"},
			Renamed: map[string]string{"identifier": "resource_server_identifier", "value": "scope"}, Complete: completeMove,
		},
		Guard: guard, NaturalKey: naturalKey, Operation: operation, Protection: r.protection, Followed: true,
		IDs: func(m Model, o found) (state, current string) { return m.APIID.ValueString(), o.api.ID },
		Get: func(ctx context.Context, m Model, _ bool) (found, error) {
			api, err := r.Tenant.APIs.Get(ctx, m.key())
			scope, exists := api.Scope(m.Value.ValueString())
			if err == nil && !exists {
				err = &tenant.NotFound{Noun: "scope", Key: operation("", m).Key}
			}
			return found{api, scope}, err
		},
		Find: func(ctx context.Context, m Model) error {
			if m.APIID.ValueString() == "" {
				return nil
			}
			_, err := r.Tenant.APIs.Get(ctx, tenant.APIKey{ID: m.APIID.ValueString()})
			return err
		},
		Delete: func(ctx context.Context, m Model) error {
			_, err := r.Tenant.Scopes.Change(ctx, m.key(), tenant.ScopeChange{Scope: m.scope(), Remove: true})
			if missing := new(tenant.NotFound); errors.As(err, &missing) {
				return nil // the API does not exist
			}
			if err == nil {
				r.PlanState.DeletedScope(m.Identifier.ValueString())
			}
			return err
		},
		NewModel: func(_ context.Context, o found, prior Model, _ server.Reading) Model {
			r.PlanState.Read(o.api)
			return newModel(o.api, o.scope, prior)
		},
	}
	return r
}

// Create adds the scope. It fails if the API already has the scope.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, _, ok := r.CreateModel(ctx, req, resp, "")
	if !ok {
		return
	}
	api, err := r.Tenant.Scopes.Change(ctx, plan.key(), tenant.ScopeChange{Scope: plan.scope(), New: true})
	if !diagnose.AddCreateError(&resp.Diagnostics, operation("create", plan), asUnknown(api, plan, err)) {
		return
	}
	r.Created(ctx, resp, newModel(api, plan.scope(), plan))
}

// asUnknown returns err, or an error with an unknown result if the tenant stored another value than was sent.
func asUnknown(api tenant.API, plan Model, err error) error {
	differs := new(tenant.Differs)
	if _, exists := api.Scope(plan.Value.ValueString()); exists || !errors.As(err, &differs) {
		return err
	}
	return &tenant.Unavailable{Reply: differs.Reply, Cause: err, Unsettled: true}
}

// Update changes the description.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer modify.AsPlanned(req, resp) // the API can have been re-created since the plan, with another ID
	_, plan, ok := r.Change(ctx, req, resp)
	if !ok {
		return
	}
	api, err := r.Tenant.Scopes.Change(ctx, plan.key(), tenant.ScopeChange{Scope: plan.scope()})
	if !diagnose.AddWriteError(&resp.Diagnostics, operation("update", plan), err) {
		return
	}
	r.Updated(ctx, resp, newModel(api, plan.scope(), plan))
}

func operation(verb string, m Model) diagnose.Operation {
	return diagnose.Operation{
		Verb: verb, Noun: "scope", Type: "timesheets_api_scope", Key: m.Identifier.ValueString() + " " + m.Value.ValueString(),
		Fields: map[string]path.Path{"scopes": path.Root("value")}, Moves: true,
	}
}
