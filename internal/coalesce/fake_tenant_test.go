package coalesce_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// collection is all objects of one type in a fake tenant. Each request takes effect in the middle of its latency. The hook
// runs under the lock, just before a request takes effect, with its number and its text in requests.
type collection[V any] struct {
	latency  time.Duration
	id       func(V) string
	totals   bool              // whether pages contain the length of the list
	listed   func(V) (V, bool) // what a list shows of an object, if it does; nil: everything
	hook     func(number int, request string) error
	onChange func(id string) // is called under the lock after a change; may be nil

	mu       sync.Mutex
	objects  []V
	requests []string
	canceled int // requests that were canceled before their response
}

func (s *collection[V]) find(id string) int {
	return slices.IndexFunc(s.objects, func(object V) bool { return s.id(object) == id })
}

func (s *collection[V]) changed(id string) {
	if s.onChange != nil {
		s.onChange(id)
	}
}

// do executes a request. It calls effect under the lock.
func (s *collection[V]) do(ctx context.Context, request string, effect func() error) error {
	s.mu.Lock()
	latency, number := s.latency, len(s.requests)
	s.requests = append(s.requests, request)
	s.mu.Unlock()
	half := func() error {
		timer := time.NewTimer(latency / 2)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return &tenant.Unavailable{Cause: context.Cause(ctx)}
		}
	}
	err := half()
	if err == nil {
		s.mu.Lock()
		if s.hook != nil {
			err = s.hook(number, request)
		}
		if err == nil {
			err = effect()
		}
		s.mu.Unlock()
		if late := half(); late != nil {
			err = late
		}
	}
	if ctx.Err() != nil {
		s.mu.Lock()
		s.canceled++
		s.mu.Unlock()
	}
	return err
}

func (s *collection[V]) get(ctx context.Context, match func(V) bool, key string) (object V, err error) {
	err = s.do(ctx, "get "+key, func() error {
		at := slices.IndexFunc(s.objects, match)
		if at < 0 {
			return &tenant.NotFound{Key: key}
		}
		object = s.objects[at]
		return nil
	})
	return object, err
}

// page returns a page of 100 objects, in the order of the collection.
func (s *collection[V]) page(ctx context.Context, from string, request string, match func(V) bool) (got tenant.Page[V], err error) {
	start, _ := strconv.Atoi(from)
	err = s.do(ctx, request, func() error {
		all := s.objects
		if match != nil {
			all = slices.DeleteFunc(slices.Clone(all), func(object V) bool { return !match(object) })
		}
		if s.totals {
			got.Total = len(all)
		}
		for _, object := range all[min(start, len(all)):min(start+100, len(all))] {
			shown, ok := object, true
			if s.listed != nil {
				shown, ok = s.listed(object)
			}
			if ok {
				got.Items = append(got.Items, shown)
			}
		}
		if start+100 < len(all) {
			got.Next = strconv.Itoa(start + 100)
		}
		return nil
	})
	return got, err
}

func (s *collection[V]) requestCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

func (s *collection[V]) change(id string, edit func(*V)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.find(id); at >= 0 {
		edit(&s.objects[at])
		s.changed(id)
	}
}

func (s *collection[V]) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delete(id)
}

// delete deletes an object. The caller must lock s.mu.
func (s *collection[V]) delete(id string) {
	s.objects = slices.DeleteFunc(s.objects, func(object V) bool { return s.id(object) == id })
	s.changed(id)
}

// fakeObjects implements a port with a collection.
type fakeObjects[K fmt.Stringer, V, N, F, U any] struct {
	tenant.Objects[K, V, N, F, U] // nil: a method that no test expects panics
	*collection[V]
	match  func(K, V) bool
	create func(N) V
	update func(*V, U)
}

func (s *fakeObjects[K, V, N, F, U]) Get(ctx context.Context, key K) (V, error) {
	return s.get(ctx, func(object V) bool { return s.match(key, object) }, key.String())
}

func (s *fakeObjects[K, V, N, F, U]) Page(ctx context.Context, _ F, from string) (tenant.Page[V], error) {
	return s.page(ctx, from, "page "+from, nil)
}

func (s *fakeObjects[K, V, N, F, U]) Create(ctx context.Context, definition N) (V, error) {
	object := s.create(definition)
	return object, s.do(ctx, "write", func() error { s.objects = append(s.objects, object); return nil })
}

func (s *fakeObjects[K, V, N, F, U]) Update(ctx context.Context, key K, update U) (object V, err error) {
	err = s.do(ctx, "write", func() error {
		at := slices.IndexFunc(s.objects, func(object V) bool { return s.match(key, object) })
		if at < 0 {
			return &tenant.NotFound{Key: key.String()}
		}
		s.update(&s.objects[at], update)
		object = s.objects[at]
		s.changed(s.id(object))
		return nil
	})
	return object, err
}

func (s *fakeObjects[K, V, N, F, U]) Delete(ctx context.Context, key K) error {
	return s.do(ctx, "write", func() error {
		for _, object := range slices.Clone(s.objects) {
			if s.match(key, object) {
				s.delete(s.id(object))
			}
		}
		return nil
	})
}

// apiCollection also lists APIs by identifiers.
type apiCollection struct {
	fakeObjects[tenant.APIKey, tenant.API, tenant.NewAPI, tenant.APIFilter, tenant.APIUpdate]
}

func (s *apiCollection) Page(ctx context.Context, filter tenant.APIFilter, from string) (tenant.Page[tenant.API], error) {
	if filter.Identifiers == nil {
		return s.fakeObjects.Page(ctx, filter, from)
	}
	return s.page(ctx, from, fmt.Sprintf("%d named", len(filter.Identifiers)), func(api tenant.API) bool {
		return slices.Contains(filter.Identifiers, api.Identifier)
	})
}

type (
	clientCollection = fakeObjects[tenant.ClientKey, tenant.Client, tenant.Client, tenant.ClientFilter, tenant.ClientUpdate]
	grantCollection  = fakeObjects[tenant.GrantKey, tenant.Grant, tenant.Grant, tenant.GrantFilter, tenant.GrantUpdate]
)

// fakeTenant is a tenant with a number of APIs, clients and grants.
type fakeTenant struct {
	apis    apiCollection
	clients clientCollection
	grants  grantCollection
}

func newFakeTenant(apis, clients, grants int) *fakeTenant {
	s := &fakeTenant{
		clients: clientCollection{
			collection: &collection[tenant.Client]{id: func(c tenant.Client) string { return c.ClientID }, totals: true, latency: latency},
			match: func(key tenant.ClientKey, c tenant.Client) bool {
				return c.ClientID == key.ClientID || key.Name != "" && c.Name == key.Name
			},
			create: func(c tenant.Client) tenant.Client { return c },
			update: func(c *tenant.Client, update tenant.ClientUpdate) { c.Name = update.Planned.Name },
		},
		grants: grantCollection{
			collection: &collection[tenant.Grant]{id: func(g tenant.Grant) string { return g.ID }, latency: latency},
			match:      func(key tenant.GrantKey, g tenant.Grant) bool { return g.ID == key.ID },
			create:     func(g tenant.Grant) tenant.Grant { return g },
			update:     func(g *tenant.Grant, update tenant.GrantUpdate) { g.Scopes = update.Planned.Scopes },
		},
	}
	s.apis.collection = &collection[tenant.API]{id: func(a tenant.API) string { return a.ID }, totals: true, latency: latency}
	s.apis.match = func(key tenant.APIKey, a tenant.API) bool {
		return a.ID == key.ID || key.Identifier != "" && a.Identifier == key.Identifier
	}
	s.apis.create = func(a tenant.NewAPI) tenant.API { return a.API }
	s.apis.update = func(a *tenant.API, update tenant.APIUpdate) {
		if name := update.Planned.Name; name != update.Prior.Name {
			a.Name = name
		}
		if update.ChangesScopes() {
			a.Scopes = update.Planned.Scopes
		}
	}
	for i := range apis {
		s.apis.objects = append(s.apis.objects, tenant.API{ID: apiKey(i).ID, Identifier: apiKey(i).Identifier, Scopes: scopes("a", "b")})
	}
	for i := range clients {
		s.clients.objects = append(s.clients.objects, tenant.Client{ClientID: clientKey(i).ClientID, GrantTypes: []string{tenant.ClientCredentials}})
	}
	for i := range grants {
		s.grants.objects = append(s.grants.objects, tenant.Grant{ID: grantKey(i).ID, Scopes: []string{"a"}})
	}
	return s
}

func (s *fakeTenant) tenant() tenant.Tenant {
	return coalesce.New(tenant.Tenant{APIs: &s.apis, Clients: &s.clients, Grants: &s.grants})
}

func apiKey(i int) tenant.APIKey {
	return tenant.APIKey{ID: fmt.Sprint("id-", i), Identifier: fmt.Sprintf("https://%d.example", i)}
}

func clientKey(i int) tenant.ClientKey { return tenant.ClientKey{ClientID: fmt.Sprint("client-", i)} }

func grantKey(i int) tenant.GrantKey { return tenant.GrantKey{ID: fmt.Sprint("cgr_", i)} }

// readResult is the result that one caller received.
type readResult[V any] struct {
	object V
	err    error
}

// readAll reads all keys as Terraform does: each worker reads the next one as soon as it has a result.
func readAll[K, V any](ctx context.Context, parallelism int, get func(context.Context, K) (V, error), keys ...K) []readResult[V] {
	results := make([]readResult[V], len(keys))
	between := func(_, i int) time.Duration { return time.Duration(i%3) * time.Millisecond }
	runDelayed(len(keys), parallelism, 0, between, func(i int) { results[i].object, results[i].err = get(ctx, keys[i]) })
	return results
}

func keys[K any](count int, key func(int) K) []K {
	var list []K
	for i := range count {
		list = append(list, key(i))
	}
	return list
}

// wantObjects fails the test unless the objects that the callers received have the wanted IDs, in order.
func wantObjects[V any](t *testing.T, results []readResult[V], id func(V) string, want func(int) string) {
	t.Helper()
	for i, one := range results {
		if one.err != nil || id(one.object) != want(i) {
			t.Errorf("caller %d: %q, error %v, want %q", i, id(one.object), one.err, want(i))
		}
	}
}

func wantRequests[V any](t *testing.T, s *collection[V], want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.requests, want) {
		t.Errorf("requests %q, want %q", s.requests, want)
	}
}
