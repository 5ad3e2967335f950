// Package api implements the resource, the data source and the list resource timesheets_api.
package api

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ server.Managed = (*Resource)(nil)

// Resource is the resource timesheets_api.
type Resource struct {
	server.Resource[Model, tenant.API]
}

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource {
	r := &Resource{}
	r.Kind = server.Kind[Model, tenant.API]{
		Name: "api", Schema: resourceSchema,
		Import: server.ImportKey{
			Form:       "the API's id (24 hexadecimal digits) or its identifier",
			Attributes: []server.KeyPart{{Name: "identifier", Description: "Identifier of the API."}}, IsID: validate.APIID,
		},
		Move: server.Move{
			Source: "auth0_resource_server", Keys: []string{"id", "identifier"}, Import: true,
			Renamed: map[string]string{
				"scopes":                            "", // the next read finds them
				"subject_type_authorization.user":   "user.policy",
				"subject_type_authorization.client": "client.policy",
			},
		},
		Validate: r.validateConfig, Guard: guard, NaturalKey: naturalKey, Operation: operation, Protection: Model.protection,
		IDs: func(m Model, api tenant.API) (state, current string) { return m.ID.ValueString(), api.ID },
		Get: func(ctx context.Context, m Model, _ bool) (tenant.API, error) {
			return r.Tenant.APIs.Get(ctx, m.key())
		},
		Find: func(ctx context.Context, m Model) error {
			_, err := r.Tenant.APIs.Get(ctx, tenant.APIKey{ID: m.ID.ValueString()})
			return err
		},
		Delete: func(ctx context.Context, m Model) error { return r.Tenant.APIs.Delete(ctx, m.key()) },
		NewModel: func(ctx context.Context, api tenant.API, prior Model, read server.Reading) Model {
			r.PlanState.Read(api)
			if read.Imported {
				prior.Scopes = scopeMap(api.Scopes, prior.Scopes)
			}
			state := newModel(api, prior)
			r.warnRemovedScopes(ctx, state, read.Request, read.Response)
			return state
		},
	}
	return r
}

// Create creates the API with its scopes in one request. System APIs need a second one.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer modify.CreatedAsPlanned(req, resp)
	plan, secret, ok := r.CreateModel(ctx, req, resp, "signing_secret_wo")
	if !ok {
		return
	}
	planned := plan.api()
	preset := r.systemName(planned.Identifier) != ""
	api, err := r.Tenant.APIs.Create(ctx, tenant.NewAPI{API: planned, SigningSecret: secret, Preset: preset})
	api, err = tenant.Narrow(api, err, planned, func(narrowed tenant.API) (tenant.API, error) {
		return r.Tenant.APIs.Update(ctx, api.Key(), tenant.APIUpdate{Prior: api, Planned: narrowed})
	})
	if preset && err == nil {
		api, err = r.updateSystem(ctx, req, plan, api, resp)
	}
	created := operation("create", plan)
	created.Replaces = r.PlanState.DeletesScope(planned.Identifier)
	if !diagnose.AddCreateError(&resp.Diagnostics, created, err) {
		return
	}
	state := newModel(api, plan)
	r.Created(ctx, resp, state)
	if !plan.Scopes.IsNull() && resp.Private != nil {
		privatestate.Scopes.Set(ctx, resp.Private, true, &resp.Diagnostics)
	}
}

// Update sends what the plan changes. If the configuration omits scopes, no scopes are sent.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer modify.AsPlanned(req, resp)
	prior, plan, ok := r.Change(ctx, req, resp)
	secret := modify.WriteOnlyChange(ctx, req.Config, "signing_secret_wo", prior.SigningSecretWOVersion, plan.SigningSecretWOVersion, &resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	update := tenant.APIUpdate{Prior: prior.api(), Planned: plan.api(), SigningSecret: secret}
	state := plan
	if !update.Empty() {
		api, err := r.Tenant.APIs.Update(ctx, update.Prior.Key(), update)
		if !diagnose.AddWriteError(&resp.Diagnostics, operation("update", plan), err) {
			return
		}
		state = newModel(api, plan)
		resp.Diagnostics.Append(privatestate.MarkRemovedScopes(ctx, resp.Private, removedScopes(prior, plan))...)
	}
	r.Updated(ctx, resp, state)
}

func operation(verb string, m Model) diagnose.Operation {
	return diagnose.Operation{Verb: verb, Noun: "API", Type: "timesheets_api", Key: m.key().String(), Fields: fields()}
}

// fields returns the paths of the attributes by Auth0's names of the members.
var fields = diagnose.Fields(resourceSchema, map[string]string{
	"signing_secret":                      "signing_secret_wo",
	"authorization_details":               "authorization_details_types",
	"authorization_policy":                "authorization_policy_id",
	"token_encryption.encryption_key.alg": "token_encryption.encryption_key.algorithm",
})
