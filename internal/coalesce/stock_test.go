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

// stock is what a tenant has of one kind. Each request takes effect in the middle of its latency. Whatever goes wrong
// comes from the hook, which runs just before, under the lock, with the request's number and how it reads in asked.
type stock[V any] struct {
	latency time.Duration
	id      func(V) string
	totals  bool
	listed  func(V) (V, bool) // what a list shows of an object, if it does; nil: all of it
	hook    func(number int, request string) error
	noted   func(id string) // is told, under the lock, what was changed; nil: nobody asks

	mu      sync.Mutex
	objects []V
	asked   []string
	ended   int // requests that were cancelled on their way
}

func (s *stock[V]) find(id string) int {
	return slices.IndexFunc(s.objects, func(object V) bool { return s.id(object) == id })
}

func (s *stock[V]) note(id string) {
	if s.noted != nil {
		s.noted(id)
	}
}

// do is one request. Effect runs under the lock.
func (s *stock[V]) do(ctx context.Context, request string, effect func() error) error {
	s.mu.Lock()
	latency, number := s.latency, len(s.asked)
	s.asked = append(s.asked, request)
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
		s.ended++
		s.mu.Unlock()
	}
	return err
}

func (s *stock[V]) get(ctx context.Context, match func(V) bool, key string) (object V, err error) {
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

// page has pages of a hundred, in the order of the stock.
func (s *stock[V]) page(ctx context.Context, from string, request string, match func(V) bool) (got tenant.Page[V], err error) {
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

// count is how often the tenant was asked, and what.
func (s *stock[V]) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

func (s *stock[V]) change(id string, edit func(*V)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.find(id); at >= 0 {
		edit(&s.objects[at])
		s.note(id)
	}
}

func (s *stock[V]) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delete(id)
}

// delete is called under the lock.
func (s *stock[V]) delete(id string) {
	s.objects = slices.DeleteFunc(s.objects, func(object V) bool { return s.id(object) == id })
	s.note(id)
}

type apiStock struct {
	tenant.APIs // nil: a call that no test expects panics
	*stock[tenant.API]
}

func (s *apiStock) Get(ctx context.Context, key tenant.APIKey) (tenant.API, error) {
	return s.get(ctx, func(api tenant.API) bool {
		return api.ID == key.ID || key.Identifier != "" && api.Identifier == key.Identifier
	}, key.String())
}

func (s *apiStock) Page(ctx context.Context, filter tenant.APIFilter, from string) (tenant.Page[tenant.API], error) {
	if filter.Identifiers == nil {
		return s.page(ctx, from, "page "+from, nil)
	}
	return s.page(ctx, from, fmt.Sprintf("%d named", len(filter.Identifiers)), func(api tenant.API) bool {
		return slices.Contains(filter.Identifiers, api.Identifier)
	})
}

func (s *apiStock) Create(ctx context.Context, api tenant.NewAPI) (tenant.API, error) {
	return api.API, s.do(ctx, "write", func() error { s.objects = append(s.objects, api.API); return nil })
}

func (s *apiStock) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (api tenant.API, err error) {
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

func (s *apiStock) Delete(ctx context.Context, key tenant.APIKey) error {
	return s.do(ctx, "write", func() error { s.delete(key.ID); return nil })
}

type clientStock struct {
	tenant.Clients
	*stock[tenant.Client]
}

func (s *clientStock) Get(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) {
	return s.get(ctx, func(client tenant.Client) bool {
		return client.ClientID == key.ClientID || key.Name != "" && client.Name == key.Name
	}, key.String())
}

func (s *clientStock) Page(ctx context.Context, _ tenant.ClientFilter, from string) (tenant.Page[tenant.Client], error) {
	return s.page(ctx, from, "page "+from, nil)
}

func (s *clientStock) Create(ctx context.Context, client tenant.Client) (tenant.Client, error) {
	return client, s.do(ctx, "write", func() error { s.objects = append(s.objects, client); return nil })
}

func (s *clientStock) Update(ctx context.Context, key tenant.ClientKey, update tenant.ClientUpdate) (client tenant.Client, err error) {
	return client, s.do(ctx, "write", func() error {
		at := s.find(key.ClientID)
		if at < 0 {
			return &tenant.NotFound{Key: key.ClientID}
		}
		s.objects[at].Name = update.Planned.Name
		client = s.objects[at]
		s.note(key.ClientID)
		return nil
	})
}

func (s *clientStock) Delete(ctx context.Context, key tenant.ClientKey) error {
	return s.do(ctx, "write", func() error { s.delete(key.ClientID); return nil })
}

type grantStock struct {
	tenant.Grants
	*stock[tenant.Grant]
}

func (s *grantStock) Get(ctx context.Context, key tenant.GrantKey) (tenant.Grant, error) {
	return s.get(ctx, func(grant tenant.Grant) bool { return grant.ID == key.ID }, key.String())
}

func (s *grantStock) Page(ctx context.Context, _ tenant.GrantFilter, from string) (tenant.Page[tenant.Grant], error) {
	return s.page(ctx, from, "page "+from, nil)
}

func (s *grantStock) Create(ctx context.Context, grant tenant.Grant) (tenant.Grant, error) {
	return grant, s.do(ctx, "write", func() error { s.objects = append(s.objects, grant); return nil })
}

func (s *grantStock) Update(ctx context.Context, key tenant.GrantKey, update tenant.GrantUpdate) (grant tenant.Grant, err error) {
	return grant, s.do(ctx, "write", func() error {
		at := s.find(key.ID)
		if at < 0 {
			return &tenant.NotFound{Key: key.ID}
		}
		s.objects[at].Scopes = update.Planned.Scopes
		grant = s.objects[at]
		s.note(key.ID)
		return nil
	})
}

func (s *grantStock) Delete(ctx context.Context, key tenant.GrantKey) error {
	return s.do(ctx, "write", func() error { s.delete(key.ID); return nil })
}

// store is a tenant with a number of APIs, clients and grants.
type store struct {
	apis    apiStock
	clients clientStock
	grants  grantStock
}

func newStore(apis, clients, grants int) *store {
	s := &store{
		apis:    apiStock{stock: &stock[tenant.API]{id: func(a tenant.API) string { return a.ID }, totals: true, latency: latency}},
		clients: clientStock{stock: &stock[tenant.Client]{id: func(c tenant.Client) string { return c.ClientID }, totals: true, latency: latency}},
		grants:  grantStock{stock: &stock[tenant.Grant]{id: func(g tenant.Grant) string { return g.ID }, latency: latency}},
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

func (s *store) tenant() tenant.Tenant {
	return coalesce.New(tenant.Tenant{APIs: &s.apis, Clients: &s.clients, Grants: &s.grants})
}

func apiKey(i int) tenant.APIKey {
	return tenant.APIKey{ID: fmt.Sprint("id-", i), Identifier: fmt.Sprintf("https://%d.example", i)}
}

func clientKey(i int) tenant.ClientKey { return tenant.ClientKey{ClientID: fmt.Sprint("client-", i)} }

func grantKey(i int) tenant.GrantKey { return tenant.GrantKey{ID: fmt.Sprint("cgr_", i)} }

// got is what one caller was told.
type got[V any] struct {
	answer V
	err    error
}

// all asks for all keys as Terraform does: so many at a time, each worker the next one as soon as it has an answer.
func all[K, V any](ctx context.Context, parallelism int, get func(context.Context, K) (V, error), keys ...K) []got[V] {
	answers := make([]got[V], len(keys))
	work := make(chan int)
	var workers sync.WaitGroup
	for range parallelism {
		workers.Go(func() {
			for i := range work {
				time.Sleep(time.Duration(i%3) * time.Millisecond) // Terraform's own work between two resources
				answers[i].answer, answers[i].err = get(ctx, keys[i])
			}
		})
	}
	for i := range keys {
		work <- i
	}
	close(work)
	workers.Wait()
	return answers
}

func keys[K any](count int, key func(int) K) []K {
	var list []K
	for i := range count {
		list = append(list, key(i))
	}
	return list
}

// answered fails the test unless all callers have what the function says, in order.
func answered[V any](t *testing.T, answers []got[V], id func(V) string, want func(int) string) {
	t.Helper()
	for i, one := range answers {
		if one.err != nil || id(one.answer) != want(i) {
			t.Errorf("caller %d: %q, error %v, want %q", i, id(one.answer), one.err, want(i))
		}
	}
}

func wantAsked[V any](t *testing.T, s *stock[V], want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.asked, want) {
		t.Errorf("asked %q, want %q", s.asked, want)
	}
}
