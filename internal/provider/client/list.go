package client

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewListResource returns the list resource timesheets_client.
func NewListResource() list.ListResource {
	return &server.ListResource[Model]{
		Name: "client", Noun: "clients",
		Description: "The machine-to-machine [clients](https://auth0.com/docs/get-started/applications) of the tenant, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets " +
			"`limit`), without the types that `timesheets_client` does not manage: login applications and third-party clients. Clients that it " +
			"rejects, for example because they have no grant type, and the client of the provider itself are omitted too. No secret is read.\n\nSends one request per 100 clients of the tenant until the limit of the query is " +
			"reached. Requires the Management API scope `read:clients`. With the scope `read:client_credentials`, clients that authenticate with a " +
			"certificate (mTLS) are omitted too, and with `include_resource`, or if configuration is generated, the keys of a client that " +
			"authenticates with keys are read, with one extra request. Without that scope, both are listed like a client with a secret.",
		Filters: []server.Filter{
			{
				Name: "name", Description: "Only clients with this name. `*` matches any text, as in `Timesheets*`.",
				Validator: validate.NotEmpty("a name such as `Timesheets*`, or omit the attribute"),
			},
		},
		All: models,
		Result: func(_ context.Context, _ server.Query, m Model) (name string, model any, listed bool) {
			return m.Name.ValueString(), m, true
		},
	}
}

// models returns the clients that can be managed and match the filter, with their keys if the query includes resources.
func models(ctx context.Context, q server.Query) iter.Seq2[Model, error] {
	pattern, filtered := q.Filters["name"]
	listed := func(client tenant.Client) bool {
		return unmanageable(client) == "" && q.Self.ClientID != client.ClientID && client.AuthKind != tenant.AuthUnsupported && (!filtered || matches(pattern, client.Name))
	}
	return func(yield func(Model, error) bool) {
		for client, err := range q.Tenant.Clients.List(ctx, tenant.ClientFilter{}) {
			if err == nil && !listed(client) {
				continue
			}
			model, usesMTLS := newModel(client, Model{}), false
			if err == nil && q.IncludeResource {
				usesMTLS, err = readKeys(ctx, q.Tenant.Credentials, client, model, &model)
			}
			if !usesMTLS && !yield(model, err) {
				return
			}
		}
	}
}

// matches reports whether a name matches a pattern in which each asterisk matches any text.
func matches(pattern, name string) bool {
	first, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return name == pattern
	}
	name, ok := strings.CutPrefix(name, first)
	for ok {
		var part string
		if part, rest, starred = strings.Cut(rest, "*"); !starred {
			return strings.HasSuffix(name, part)
		}
		_, name, ok = strings.Cut(name, part)
	}
	return false
}

// manageable rejects the import or move of a client that timesheets_client cannot manage. It only warns of a client in the state
// that was changed to such a client, because an object whose read fails cannot be removed from the state with a removed block.
func manageable(client tenant.Client, imported bool, diags *diag.Diagnostics) bool {
	reason := unmanageable(client)
	switch {
	case reason == "":
		return true
	case imported:
		rejectUnmanageable(client, reason, diags)
		return false
	}
	diagnose.Warn(diags, path.Empty(), "Client was changed to another kind", "The client %q (%s) was changed outside Terraform: %s. "+
		"Change it back in the Auth0 dashboard. To stop managing it without deleting it, use a `removed` block with `lifecycle { destroy = false }` in place of the resource.",
		client.Name, client.ClientID, reason)
	return true
}

func rejectUnmanageable(client tenant.Client, reason string, diags *diag.Diagnostics) {
	diagnose.Reject(diags, path.Empty(), "Client cannot be managed here", "timesheets_client cannot manage the client %q (%s): %s.", client.Name, client.ClientID, reason)
}

// mTLSReason explains why a client that uses mTLS cannot be managed.
const mTLSReason = "it authenticates with a certificate (mTLS), which timesheets_client does not manage: the next apply would disable that, " +
	"and the job could not authenticate. Manage the client with auth0/auth0, or change it to a secret or keys first (dashboard: Applications, its Credentials)"

// rejectMTLS rejects a plan for a client that uses mTLS, because it was moved from another provider or changed outside Terraform.
func rejectMTLS(prior Model, diags *diag.Diagnostics) {
	diagnose.Reject(diags, path.Empty(), "Client cannot be managed here", "timesheets_client cannot manage the client %q (%s): %s. To stop managing it without changing it, remove its `moved` block, "+
		"or replace the resource with a `removed` block that sets `lifecycle { destroy = false }`.", prior.Name.ValueString(), prior.ClientID.ValueString(), mTLSReason)
}

// unmanageable returns why a client cannot be managed: it is for user login, a third-party client, or the tenant's global client.
// It returns "" if the client can be managed. The test clients that the dashboard creates have no app_type.
func unmanageable(client tenant.Client) string {
	switch {
	case client.IsGlobal:
		return "it is the tenant's global client, which cannot be changed"
	case client.AppType != tenant.MachineToMachine && client.AppType != "":
		return "its app_type is `" + client.AppType + "`, and timesheets_client is for machine-to-machine clients (`" + tenant.MachineToMachine +
			"`): this client is for user login, and managing it here would lock its users out"
	case client.IsThirdParty:
		return "it is a third-party client"
	}
	return ""
}
