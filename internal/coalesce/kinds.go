package coalesce

import (
	"context"
	"maps"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

type (
	apiReads    = reads[tenant.APIKey, tenant.API]
	clientReads = reads[tenant.ClientKey, tenant.Client]
	grantReads  = reads[tenant.GrantKey, tenant.Grant]
)

func newAPIReads(all *crowd, below tenant.APIs) *apiReads {
	return newReads(all, kind[tenant.APIKey, tenant.API]{
		operation: "read API",
		get:       func(ctx context.Context, key tenant.APIKey) (tenant.API, error) { return below.Get(ctx, key) },
		page: func(ctx context.Context, from string) (tenant.Page[tenant.API], error) {
			return below.Page(ctx, tenant.APIFilter{}, from)
		},
		named: func(ctx context.Context, identifiers []string) ([]tenant.API, error) {
			got, err := below.Page(ctx, tenant.APIFilter{Identifiers: identifiers}, "")
			return got.Items, err
		},
		listName: func(key tenant.APIKey) string { return key.Identifier },

		name:  apiName,
		names: func(api tenant.API) []string { return []string{idName(api.ID), identifierName(api.Identifier)} },
		whole: func(api tenant.API, list []tenant.API) bool {
			return hasScopes(api) || slices.ContainsFunc(list, hasScopes)
		},
		copy: func(api tenant.API) tenant.API {
			api.Scopes = slices.Clone(api.Scopes)
			return api
		},
	})
}

// hasScopes reports whether an API shows its scopes. One that never had any does not, and neither does any API in the
// lists of a tenant that leave them out: where one of a list shows some, the others have none.
func hasScopes(api tenant.API) bool { return api.Scopes != nil }

// apiName is the id, which goes before the identifier. Text that may be either is for the tenant to tell.
func apiName(key tenant.APIKey) string {
	switch {
	case key.ID == key.Identifier:
		return ""
	case key.ID != "":
		return idName(key.ID)
	default:
		return identifierName(key.Identifier)
	}
}

func idName(id string) string { return "id " + id }

func identifierName(identifier string) string { return "identifier " + identifier }

func newClientReads(all *crowd, below tenant.Clients) *clientReads {
	return newReads(all, kind[tenant.ClientKey, tenant.Client]{
		operation: "read client",
		get:       func(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) { return below.Get(ctx, key) },
		page: func(ctx context.Context, from string) (tenant.Page[tenant.Client], error) {
			return below.Page(ctx, tenant.ClientFilter{}, from)
		},
		name:  func(key tenant.ClientKey) string { return key.ClientID },
		names: func(client tenant.Client) []string { return []string{client.ClientID} },
		whole: func(client tenant.Client, _ []tenant.Client) bool { return client.GrantTypes != nil },
		copy: func(client tenant.Client) tenant.Client {
			client.GrantTypes, client.Metadata = slices.Clone(client.GrantTypes), maps.Clone(client.Metadata)
			client.Credentials = slices.Clone(client.Credentials)
			return client
		},
	})
}

func newGrantReads(all *crowd, below tenant.Grants) *grantReads {
	return newReads(all, kind[tenant.GrantKey, tenant.Grant]{
		operation: "read client grant",
		get:       func(ctx context.Context, key tenant.GrantKey) (tenant.Grant, error) { return below.Get(ctx, key) },
		page: func(ctx context.Context, from string) (tenant.Page[tenant.Grant], error) {
			return below.Page(ctx, tenant.GrantFilter{}, from)
		},
		name:  func(key tenant.GrantKey) string { return key.ID },
		names: func(grant tenant.Grant) []string { return []string{grant.ID} },
		whole: func(grant tenant.Grant, _ []tenant.Grant) bool { return grant.Scopes != nil || grant.AllowAllScopes },
		copy: func(grant tenant.Grant) tenant.Grant {
			grant.Scopes = slices.Clone(grant.Scopes)
			return grant
		},
	})
}

// clients reads clients together. A client that goes takes its grants with it.
type clients struct {
	tenant.Clients
	reads *clientReads
	wrote func() // is called before every write
}

func (c *clients) Get(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) {
	return c.reads.Get(ctx, key)
}

func (c *clients) Create(ctx context.Context, client tenant.Client) (tenant.Client, error) {
	c.wrote()
	return c.Clients.Create(ctx, client)
}

func (c *clients) Update(ctx context.Context, key tenant.ClientKey, update tenant.ClientUpdate) (tenant.Client, error) {
	c.wrote()
	return c.Clients.Update(ctx, key, update)
}

func (c *clients) Delete(ctx context.Context, key tenant.ClientKey) error {
	c.wrote()
	return c.Clients.Delete(ctx, key)
}

// grants reads grants together.
type grants struct {
	tenant.Grants
	reads *grantReads
}

func (g *grants) Get(ctx context.Context, key tenant.GrantKey) (tenant.Grant, error) {
	return g.reads.Get(ctx, key)
}

func (g *grants) Create(ctx context.Context, grant tenant.Grant) (tenant.Grant, error) {
	g.reads.wrote()
	return g.Grants.Create(ctx, grant)
}

func (g *grants) Update(ctx context.Context, key tenant.GrantKey, update tenant.GrantUpdate) (tenant.Grant, error) {
	g.reads.wrote()
	return g.Grants.Update(ctx, key, update)
}

func (g *grants) Delete(ctx context.Context, key tenant.GrantKey) error {
	g.reads.wrote()
	return g.Grants.Delete(ctx, key)
}
