package coalesce

import (
	"context"
	"maps"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

type (
	apiReader    = reader[tenant.APIKey, tenant.API]
	clientReader = reader[tenant.ClientKey, tenant.Client]
	grantReader  = reader[tenant.GrantKey, tenant.Grant]
)

func newAPIReader(stats *readStats, below tenant.APIs) *apiReader {
	return newReader(stats, objectType[tenant.APIKey, tenant.API]{
		operation: "read API",
		get:       func(ctx context.Context, key tenant.APIKey) (tenant.API, error) { return below.Get(ctx, key) },
		page: func(ctx context.Context, from string) (tenant.Page[tenant.API], error) {
			return below.Page(ctx, tenant.APIFilter{}, from)
		},
		filtered: func(ctx context.Context, identifiers []string) ([]tenant.API, error) {
			got, err := below.Page(ctx, tenant.APIFilter{Identifiers: identifiers}, "")
			return got.Items, err
		},
		filterValue: func(key tenant.APIKey) string { return key.Identifier },

		cacheKey:  apiCacheKey,
		cacheKeys: func(api tenant.API) []string { return []string{idCacheKey(api.ID), identifierCacheKey(api.Identifier)} },
		complete: func(api tenant.API, list []tenant.API) bool {
			return hasScopes(api) || slices.ContainsFunc(list, hasScopes)
		},
		clone: func(api tenant.API) tenant.API {
			api.Scopes = slices.Clone(api.Scopes)
			return api
		},
	})
}

// hasScopes reports whether a response contains the scopes of an API. An API that never had any has none in any response.
// A list can omit the scopes of all its APIs; if it contains those of one, the others have none.
func hasScopes(api tenant.API) bool { return api.Scopes != nil }

// apiCacheKey returns the cache key of an API: its ID if there is one, otherwise its identifier. It returns "" if ID and
// identifier are the same text, which can be either, so that only the tenant can resolve it.
func apiCacheKey(key tenant.APIKey) string {
	switch {
	case key.ID == key.Identifier:
		return ""
	case key.ID != "":
		return idCacheKey(key.ID)
	default:
		return identifierCacheKey(key.Identifier)
	}
}

func idCacheKey(id string) string { return "id " + id }

func identifierCacheKey(identifier string) string { return "identifier " + identifier }

func newClientReader(stats *readStats, below tenant.Clients) *clientReader {
	return newReader(stats, objectType[tenant.ClientKey, tenant.Client]{
		operation: "read client",
		get:       func(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) { return below.Get(ctx, key) },
		page: func(ctx context.Context, from string) (tenant.Page[tenant.Client], error) {
			return below.Page(ctx, tenant.ClientFilter{}, from)
		},
		cacheKey:  func(key tenant.ClientKey) string { return key.ClientID },
		cacheKeys: func(client tenant.Client) []string { return []string{client.ClientID} },
		complete:  func(client tenant.Client, _ []tenant.Client) bool { return client.GrantTypes != nil },
		clone: func(client tenant.Client) tenant.Client {
			client.GrantTypes, client.Metadata = slices.Clone(client.GrantTypes), maps.Clone(client.Metadata)
			client.Credentials = slices.Clone(client.Credentials)
			return client
		},
	})
}

func newGrantReader(stats *readStats, below tenant.Grants) *grantReader {
	return newReader(stats, objectType[tenant.GrantKey, tenant.Grant]{
		operation: "read client grant",
		get:       func(ctx context.Context, key tenant.GrantKey) (tenant.Grant, error) { return below.Get(ctx, key) },
		page: func(ctx context.Context, from string) (tenant.Page[tenant.Grant], error) {
			return below.Page(ctx, tenant.GrantFilter{}, from)
		},
		cacheKey:  func(key tenant.GrantKey) string { return key.ID },
		cacheKeys: func(grant tenant.Grant) []string { return []string{grant.ID} },
		complete:  func(grant tenant.Grant, _ []tenant.Grant) bool { return grant.Scopes != nil || grant.AllowAllScopes },
		clone: func(grant tenant.Grant) tenant.Grant {
			grant.Scopes = slices.Clone(grant.Scopes)
			return grant
		},
	})
}

// clients shares reads of clients.
type clients struct {
	tenant.Clients
	reader     *clientReader
	invalidate func() // is called before every write; includes grants, which are deleted with their client (CL020)
}

// Get reads a client, together with other callers.
func (c *clients) Get(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) {
	return c.reader.Get(ctx, key)
}

// Create creates a client.
func (c *clients) Create(ctx context.Context, client tenant.Client) (tenant.Client, error) {
	c.invalidate()
	return c.Clients.Create(ctx, client)
}

// Update updates a client.
func (c *clients) Update(ctx context.Context, key tenant.ClientKey, update tenant.ClientUpdate) (tenant.Client, error) {
	c.invalidate()
	return c.Clients.Update(ctx, key, update)
}

// Delete deletes a client.
func (c *clients) Delete(ctx context.Context, key tenant.ClientKey) error {
	c.invalidate()
	return c.Clients.Delete(ctx, key)
}

// grants shares reads of client grants.
type grants struct {
	tenant.Grants
	reader *grantReader
}

// Get reads a client grant, together with other callers.
func (g *grants) Get(ctx context.Context, key tenant.GrantKey) (tenant.Grant, error) {
	return g.reader.Get(ctx, key)
}

// Create creates a client grant.
func (g *grants) Create(ctx context.Context, grant tenant.Grant) (tenant.Grant, error) {
	g.reader.invalidate()
	return g.Grants.Create(ctx, grant)
}

// Update updates a client grant.
func (g *grants) Update(ctx context.Context, key tenant.GrantKey, update tenant.GrantUpdate) (tenant.Grant, error) {
	g.reader.invalidate()
	return g.Grants.Update(ctx, key, update)
}

// Delete deletes a client grant.
func (g *grants) Delete(ctx context.Context, key tenant.GrantKey) error {
	g.reader.invalidate()
	return g.Grants.Delete(ctx, key)
}
