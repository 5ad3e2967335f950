// Package clientgrant implements the resource and the list resource timesheets_client_grant, and the data source
// timesheets_client_grants.
package clientgrant

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ server.Managed = (*Resource)(nil)

// Resource is the resource timesheets_client_grant.
type Resource struct {
	server.Resource[ResourceModel, tenant.Grant]
}

// NewResource returns an unconfigured resource. A read follows the natural key, because the dashboard re-creates the grant when a
// client is switched off and on.
func NewResource() resource.Resource {
	r := &Resource{}
	r.Kind = server.Kind[ResourceModel, tenant.Grant]{
		Name: "client_grant", Schema: resourceSchema,
		Import: server.ImportKey{
			Form: "the grant's id (cgr_…), or \"client_id audience\", or \"client_id audience subject_type\"",
			Attributes: []server.KeyPart{
				{Name: "client_id", Description: "ID of the client."},
				{Name: "audience", Description: "Identifier of the API."},
				{Name: "subject_type", Description: "client or user; client if omitted."},
			},
			Default: tenant.SubjectClient,
			IsID:    func(text string) bool { return strings.HasPrefix(text, "cgr_") && !strings.Contains(text, " ") },
		},
		Move: server.Move{ // the next read finds the organizations
			Source: "auth0_client_grant", Keys: []string{"id", "client_id", "audience"}, Import: true,
			Renamed: map[string]string{"scopes": "scope"}, // before 1.0
			Check:   checkMove, Complete: completeMove,
		},
		Validate: validateConfig, Guard: guard, NaturalKey: naturalKey,
		Operation:  func(verb string, m ResourceModel) diagnose.Operation { return operation(verb, m.Model) },
		Protection: func(m ResourceModel) modify.Protection { return r.protection(m.Model) },
		IDs:        func(m ResourceModel, grant tenant.Grant) (state, current string) { return m.ID.ValueString(), grant.ID },
		Get: func(ctx context.Context, m ResourceModel, _ bool) (tenant.Grant, error) {
			return r.Tenant.Grants.Get(ctx, m.key())
		},
		Find: func(ctx context.Context, m ResourceModel) error {
			_, err := r.Tenant.Grants.Get(ctx, tenant.GrantKey{ID: m.ID.ValueString()})
			return err
		},
		Delete: func(ctx context.Context, m ResourceModel) error { return r.Tenant.Grants.Delete(ctx, m.key()) },
		NewModel: func(ctx context.Context, grant tenant.Grant, prior ResourceModel, read server.Reading) ResourceModel {
			state := newResourceModel(grant)
			if grant.AllowAllScopes && prior.AllowAllScopes.ValueBool() {
				state.Scopes = prior.Scopes // they have no effect, and ignore_changes keeps them in the state
			}
			state.Organizations = r.readOrganizations(ctx, prior, state, read.Imported, &read.Response.Diagnostics)
			return state
		},
	}
	return r
}

// Create creates the grant, and then associates it with its organizations.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer modify.CreatedAsPlanned(req, resp)
	plan, _, ok := r.CreateModel(ctx, req, resp, "")
	if !ok {
		return
	}
	planned := plan.grant()
	grant, err := r.Tenant.Grants.Create(ctx, planned)
	grant, err = tenant.Narrow(grant, err, planned, func(narrowed tenant.Grant) (tenant.Grant, error) {
		return r.Tenant.Grants.Update(ctx, grant.Key(), tenant.GrantUpdate{Prior: grant, Planned: narrowed})
	})
	if !diagnose.AddCreateError(&resp.Diagnostics, operation("create", plan.Model), err) {
		return
	}
	state := newResourceModel(grant)
	state.Organizations = plan.Organizations
	r.Created(ctx, resp, state) // before any other request
	r.warnUndefined(ctx, tenant.Grant{}, plan.grant(), &resp.Diagnostics)
	r.associateCreated(ctx, grant, plan, &resp.Diagnostics)
}

// Update sends what the plan changes.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer modify.AsPlanned(req, resp)
	prior, plan, ok := r.Change(ctx, req, resp)
	if !ok {
		return
	}
	state := plan
	err := r.updateWith(ctx, prior, plan, func() error {
		update := tenant.GrantUpdate{Prior: prior.grant(), Planned: plan.grant()}
		if len(update.Fields()) == 0 {
			return r.checkRemovals(ctx, prior, plan)
		}
		grant, err := r.Tenant.Grants.Update(ctx, prior.key(), update)
		if !diagnose.AddWriteError(&resp.Diagnostics, operation("update", plan.Model), err) {
			return err
		}
		state.Model = newModel(grant)
		return nil
	})
	if resp.Diagnostics.HasError() {
		return
	}
	if err != nil {
		diagnose.AddOperationErrorAt(&resp.Diagnostics, path.Root("organizations"), operation("change the organizations of", plan.Model), err)
		return
	}
	r.Updated(ctx, resp, state)
	r.warnUndefined(ctx, prior.grant(), plan.grant(), &resp.Diagnostics)
}

func operation(verb string, m Model) diagnose.Operation {
	return diagnose.Operation{Verb: verb, Noun: "client grant", Type: "timesheets_client_grant", Key: m.key().String(), Fields: fields()}
}

// fields returns the paths of the attributes by Auth0's names.
var fields = diagnose.Fields(resourceSchema, map[string]string{
	"scope": "scopes",

	// Auth0's error codes for a missing client and a missing API (CG003).
	"inexistent_client":          "client_id",
	"inexistent_resource_server": "audience",
})
