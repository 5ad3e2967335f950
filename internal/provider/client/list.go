package client

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// NewListResource returns the list resource timesheets_client.
func NewListResource() list.ListResource {
	return &server.ListResource[Model]{
		Name: "client", Noun: "clients",
		Description: "The machine-to-machine [clients](https://auth0.com/docs/get-started/applications) of the tenant, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets " +
			"`limit`), without the types that `timesheets_client` does not manage: login applications and third-party clients. The client of the " +
			"provider itself is omitted too. No secret is read.\n\nSends one request per 100 clients of the tenant until the limit of the query is " +
			"reached. Requires the Management API scope `read:clients`. With the scope `read:client_credentials`, clients that authenticate with a " +
			"certificate (mTLS) are omitted too, and with `include_resource`, or if configuration is generated, the keys of a client that " +
			"authenticates with keys are read, with one extra request. Without that scope, both are listed like a client with a secret.",
		Filters: []server.Filter{
			{Name: "name", Description: "Only clients with this name. `*` matches any text, as in `Timesheets*`."},
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
