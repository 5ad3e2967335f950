package coalesce

import (
	"context"
	"reflect"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

type (
	apiReader    = reader[tenant.APIKey, tenant.API]
	clientReader = reader[tenant.ClientKey, tenant.Client]
	grantReader  = reader[tenant.GrantKey, tenant.Grant]

	apiObjects    = objects[tenant.APIKey, tenant.API, tenant.NewAPI, tenant.APIFilter, tenant.APIUpdate]
	clientObjects = objects[tenant.ClientKey, tenant.Client, tenant.Client, tenant.ClientFilter, tenant.ClientUpdate]
	grantObjects  = objects[tenant.GrantKey, tenant.Grant, tenant.Grant, tenant.GrantFilter, tenant.GrantUpdate]
)

func newAPIReader(stats *readStats, below tenant.APIs) *apiReader {
	return newReader(stats, below, objectType[tenant.APIKey, tenant.API]{
		readOperation: "read API",
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
	return newReader(stats, below, objectType[tenant.ClientKey, tenant.Client]{
		readOperation: "read client",
		cacheKey:      func(key tenant.ClientKey) string { return key.ClientID },
		cacheKeys:     func(client tenant.Client) []string { return []string{client.ClientID} },
		complete:      func(client tenant.Client, _ []tenant.Client) bool { return client.GrantTypes != nil },
	})
}

func newGrantReader(stats *readStats, below tenant.Grants) *grantReader {
	return newReader(stats, below, objectType[tenant.GrantKey, tenant.Grant]{
		readOperation: "read client grant",
		cacheKey:      func(key tenant.GrantKey) string { return key.ID },
		cacheKeys:     func(grant tenant.Grant) []string { return []string{grant.ID} },
		complete:      func(grant tenant.Grant, _ []tenant.Grant) bool { return grant.Scopes != nil || grant.AllowAllScopes },
	})
}

// clone returns a copy of an object that shares no list or map with it, so that callers can change the copy. V is a struct of exported
// fields; TestClone fails for a field that the copy shares.
func clone[V any](object V) V {
	fields := reflect.ValueOf(&object).Elem()
	for i := range fields.NumField() {
		switch field := fields.Field(i); {
		case field.Kind() == reflect.Slice && !field.IsNil():
			list := reflect.MakeSlice(field.Type(), field.Len(), field.Len())
			reflect.Copy(list, field)
			field.Set(list)
		case field.Kind() == reflect.Map && !field.IsNil():
			entries := reflect.MakeMap(field.Type())
			for key, entry := range field.Seq2() {
				entries.SetMapIndex(key, entry)
			}
			field.Set(entries)
		}
	}
	return object
}

// objects shares reads of the objects of one type.
type objects[K comparable, O, N, F, U any] struct {
	tenant.Objects[K, O, N, F, U]
	reader     *reader[K, O]
	invalidate func() // is called before every write; also drops grants, which can change with their client or API
}

// Get reads an object, together with other callers.
func (o *objects[K, O, N, F, U]) Get(ctx context.Context, key K) (O, error) {
	return o.reader.Get(ctx, key)
}

// Create creates an object.
func (o *objects[K, O, N, F, U]) Create(ctx context.Context, object N) (O, error) {
	o.invalidate()
	return o.Objects.Create(ctx, object)
}

// Update updates an object.
func (o *objects[K, O, N, F, U]) Update(ctx context.Context, key K, update U) (O, error) {
	o.invalidate()
	return o.Objects.Update(ctx, key, update)
}

// Delete deletes an object.
func (o *objects[K, O, N, F, U]) Delete(ctx context.Context, key K) error {
	o.invalidate()
	return o.Objects.Delete(ctx, key)
}
