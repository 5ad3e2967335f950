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

type apiCollection struct {
	tenant.APIs // nil: a method that no test expects panics
	*collection[tenant.API]
}

func (s *apiCollection) Get(ctx context.Context, key tenant.APIKey) (tenant.API, error) {
	return s.get(ctx, func(api tenant.API) bool {
		return api.ID == key.ID || key.Identifier != "" && api.Identifier == key.Identifier
	}, key.String())
}

func (s *apiCollection) Page(ctx context.Context, filter tenant.APIFilter, from string) (tenant.Page[tenant.API], error) {
	if filter.Identifiers == nil {
		return s.page(ctx, from, "page "+from, nil)
	}
	return s.page(ctx, from, fmt.Sprintf("%d named", len(filter.Identifiers)), func(api tenant.API) bool {
		return slices.Contains(filter.Identifiers, api.Identifier)
	})
}

func (s *apiCollection) Create(ctx context.Context, api tenant.NewAPI) (tenant.API, error) {
	return api.API, s.do(ctx, "write", func() error { s.objects = append(s.objects, api.API); return nil })
}

func (s *apiCollection) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (api tenant.API, err error) {
	return api, s.do(ctx, "write", func() error {
		at := slices.IndexFunc(s.objects, func(api tenant.API) bool { return api.ID == key.ID || api.Identifier == key.Identifier })
		if name := update.Planned.Name; name != update.Prior.Name {
			s.objects[at].Name = name
		}
		if update.ChangesScopes() {
			s.objects[at].Scopes = update.Planned.Scopes
		}
		api = s.objects[at]
		return nil
	})
}

func (s *apiCollection) Delete(ctx context.Context, key tenant.APIKey) error {
	return s.do(ctx, "write", func() error { s.delete(key.ID); return nil })
}

type clientCollection struct {
	tenant.Clients
	*collection[tenant.Client]
}

func (s *clientCollection) Get(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) {
	return s.get(ctx, func(client tenant.Client) bool {
		return client.ClientID == key.ClientID || key.Name != "" && client.Name == key.Name
	}, key.String())
}

func (s *clientCollection) Page(ctx context.Context, _ tenant.ClientFilter, from string) (tenant.Page[tenant.Client], error) {
	return s.page(ctx, from, "page "+from, nil)
}

func (s *clientCollection) Create(ctx context.Context, client tenant.Client) (tenant.Client, error) {
	return client, s.do(ctx, "write", func() error { s.objects = append(s.objects, client); return nil })
}

func (s *clientCollection) Update(ctx context.Context, key tenant.ClientKey, update tenant.ClientUpdate) (client tenant.Client, err error) {
	return client, s.do(ctx, "write", func() error {
		at := s.find(key.ClientID)
		if at < 0 {
			return &tenant.NotFound{Key: key.ClientID}
		}
		s.objects[at].Name = update.Planned.Name
		client = s.objects[at]
		s.changed(key.ClientID)
		return nil
	})
}

func (s *clientCollection) Delete(ctx context.Context, key tenant.ClientKey) error {
	return s.do(ctx, "write", func() error { s.delete(key.ClientID); return nil })
}

type grantCollection struct {
	tenant.Grants
	*collection[tenant.Grant]
}

func (s *grantCollection) Get(ctx context.Context, key tenant.GrantKey) (tenant.Grant, error) {
	return s.get(ctx, func(grant tenant.Grant) bool { return grant.ID == key.ID }, key.String())
}

func (s *grantCollection) Page(ctx context.Context, _ tenant.GrantFilter, from string) (tenant.Page[tenant.Grant], error) {
	return s.page(ctx, from, "page "+from, nil)
}

func (s *grantCollection) Create(ctx context.Context, grant tenant.Grant) (tenant.Grant, error) {
	return grant, s.do(ctx, "write", func() error { s.objects = append(s.objects, grant); return nil })
}

func (s *grantCollection) Update(ctx context.Context, key tenant.GrantKey, update tenant.GrantUpdate) (grant tenant.Grant, err error) {
	return grant, s.do(ctx, "write", func() error {
		at := s.find(key.ID)
		if at < 0 {
			return &tenant.NotFound{Key: key.ID}
		}
		s.objects[at].Scopes = update.Planned.Scopes
		grant = s.objects[at]
		s.changed(key.ID)
		return nil
	})
}

func (s *grantCollection) Delete(ctx context.Context, key tenant.GrantKey) error {
	return s.do(ctx, "write", func() error { s.delete(key.ID); return nil })
}

// fakeTenant is a tenant with a number of APIs, clients and grants.
type fakeTenant struct {
	apis    apiCollection
	clients clientCollection
	grants  grantCollection
}

func newFakeTenant(apis, clients, grants int) *fakeTenant {
	s := &fakeTenant{
		apis:    apiCollection{collection: &collection[tenant.API]{id: func(a tenant.API) string { return a.ID }, totals: true, latency: latency}},
		clients: clientCollection{collection: &collection[tenant.Client]{id: func(c tenant.Client) string { return c.ClientID }, totals: true, latency: latency}},
		grants:  grantCollection{collection: &collection[tenant.Grant]{id: func(g tenant.Grant) string { return g.ID }, latency: latency}},
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
	work := make(chan int)
	var workers sync.WaitGroup
	for range parallelism {
		workers.Go(func() {
			for i := range work {
				time.Sleep(time.Duration(i%3) * time.Millisecond) // the work of Terraform between two resources
				results[i].object, results[i].err = get(ctx, keys[i])
			}
		})
	}
	for i := range keys {
		work <- i
	}
	close(work)
	workers.Wait()
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
