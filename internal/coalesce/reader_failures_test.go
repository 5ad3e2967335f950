package coalesce_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// inspecting calls inspect with the context of each Get.
type inspecting struct {
	tenant.Clients
	inspect func(context.Context)
}

func (w *inspecting) Get(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) {
	w.inspect(ctx)
	return w.Clients.Get(ctx, key)
}

// idsExcept returns a function that returns the IDs of all clients but one, in order.
func idsExcept(number int) func(int) string {
	return func(i int) string {
		if i >= number {
			i++
		}
		return clientKey(i).ClientID
	}
}

// hiding returns a function for collection.listed that omits clients.
func hiding(hidden ...string) func(tenant.Client) (tenant.Client, bool) {
	return func(client tenant.Client) (tenant.Client, bool) {
		return client, !slices.Contains(hidden, client.ClientID)
	}
}

// TestGet_notInList: an object that a list does not show yet is read with a GET, and only the GET reports that an object
// does not exist.
func TestGet_notInList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 10, 0)
		s.clients.listed = hiding("client-3", "client-4")
		s.clients.remove("client-4")
		results := readAll(t.Context(), 10, s.tenant().Clients.Get, keys(10, clientKey)...)
		wantError[tenant.NotFound](t, outcome{err: results[4].err})
		wantObjects(t, slices.Delete(results, 4, 5), s.clients.id, idsExcept(4))
		slices.Sort(s.clients.requests)
		wantRequests(t, s.clients.collection, "get client-3", "get client-4", "page ")
	})
}

// TestGet_incompleteInList: an object that a list shows incompletely is read with a GET.
func TestGet_incompleteInList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(10, 10, 10)
		s.apis.listed = func(api tenant.API) (tenant.API, bool) {
			api.Scopes = nil
			return api, true
		}
		s.clients.listed = func(client tenant.Client) (tenant.Client, bool) {
			if client.ClientID == "client-1" {
				client.GrantTypes = nil
			}
			return client, true
		}
		s.grants.listed = func(grant tenant.Grant) (tenant.Grant, bool) {
			if grant.ID == "cgr_1" {
				grant.Scopes = nil
			}
			return grant, true
		}
		above := s.tenant()
		readAPIs(t, s, above, 1, apiKey(1))
		for _, api := range readAll(t.Context(), 3, above.APIs.Get, keys(3, apiKey)...) {
			if api.err != nil || len(api.object.Scopes) != 2 {
				t.Errorf("%+v", api)
			}
		}
		slices.Sort(s.apis.requests)
		wantRequests(t, s.apis.collection, "2 named", "get "+apiKey(0).Identifier, "get "+apiKey(1).Identifier, "get "+apiKey(2).Identifier, "page ")
		for _, client := range readAll(t.Context(), 10, above.Clients.Get, keys(10, clientKey)...) {
			if client.err != nil || client.object.GrantTypes == nil {
				t.Errorf("%+v", client)
			}
		}
		wantRequests(t, s.clients.collection, "page ", "get client-1")
		for _, grant := range readAll(t.Context(), 10, above.Grants.Get, keys(10, grantKey)...) {
			if grant.err != nil || grant.object.Scopes == nil {
				t.Errorf("%+v", grant)
			}
		}
		wantRequests(t, s.grants.collection, "page ", "get cgr_1")
	})
}

// TestGet_apisWithoutScopes: if a list shows the scopes of one API, APIs without scopes in it have none. If it shows none,
// they can have scopes.
func TestGet_apisWithoutScopes(t *testing.T) {
	for name, test := range map[string]struct{ with, requests int }{
		"one has some":   {1, 1},
		"one has none":   {9, 1},
		"none are shown": {0, 11},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(10, 0, 0)
			for i := range 10 - test.with {
				s.apis.objects[i].Scopes = nil
			}
			above := s.tenant()
			for range 2 {
				for i, api := range readAll(t.Context(), 10, above.APIs.Get, keys(10, apiKey)...) {
					if none := i < 10-test.with; api.err != nil || (api.object.Scopes == nil) != none {
						t.Errorf("%+v", api)
					}
				}
			}
			if s.apis.requestCount() != test.requests {
				t.Errorf("%d requests, want %d: %q", s.apis.requestCount(), test.requests, s.apis.requests)
			}
		})
	}
}

// TestGet_listFails: callers that wait for a list that fails receive their objects from GETs, and no list of its type is
// requested again. If the rate limit is exceeded, all callers receive the error and nothing more is sent.
func TestGet_listFails(t *testing.T) {
	for name, failing := range map[string]error{
		"error":   &tenant.Unavailable{},
		"denied":  &tenant.Denied{},
		"invalid": &tenant.Invalid{},
		"timeout": context.DeadlineExceeded,
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(20, 20, 0)
			lists := func(_ int, request string) error {
				if !strings.HasPrefix(request, "get") {
					return failing
				}
				return nil
			}
			s.apis.hook, s.clients.hook = lists, lists
			above := s.tenant()
			readAPIs(t, s, above, 10, keys(20, apiKey)...)
			readClients(t, s, above, 10, keys(20, clientKey)...)
			if s.apis.requestCount() != 22 || s.clients.requestCount() != 21 {
				t.Errorf("requests %q and %q, want one list of each type and 20 GETs of each", s.apis.requests, s.clients.requests)
			}
		})
	}
	runInBubble(t, "throttled", func(t *testing.T) {
		s := newFakeTenant(0, 10, 0)
		s.clients.hook = func(int, string) error { return &tenant.Throttled{} }
		for _, one := range readAll(t.Context(), 10, s.tenant().Clients.Get, keys(10, clientKey)...) {
			wantError[tenant.Throttled](t, outcome{err: one.err})
		}
		wantRequests(t, s.clients.collection, "page ")
	})
}

// TestGet_oneFails: a GET that fails affects no other caller.
func TestGet_oneFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 10, 0)
		s.clients.listed = hiding("client-3", "client-4")
		s.clients.hook = func(_ int, request string) error {
			if request == "get client-3" {
				return &tenant.Denied{}
			}
			return nil
		}
		results := readAll(t.Context(), 10, s.tenant().Clients.Get, keys(10, clientKey)...)
		wantError[tenant.Denied](t, outcome{err: results[3].err})
		wantObjects(t, slices.Delete(results, 3, 4), s.clients.id, idsExcept(3))
	})
}

// TestGet_errorNotCached repeats a Get that failed.
func TestGet_errorNotCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 1, 0)
		s.clients.hook = func(number int, _ string) error {
			if number == 0 {
				return &tenant.Unavailable{}
			}
			return nil
		}
		above := s.tenant()
		wantError[tenant.Unavailable](t, outcome{err: errorOf(above.Clients.Get(t.Context(), clientKey(0)))})
		readClients(t, s, above, 1, clientKey(0))
	})
}

// TestGet_unauthenticated: a cause that all callers share is explained in full to one of them.
func TestGet_unauthenticated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(1, 0, 0)
		s.apis.hook = func(int, string) error { return &tenant.Unauthenticated{} }
		full := 0
		for _, one := range readAll(t.Context(), 5, s.tenant().APIs.Get, keys(5, func(int) tenant.APIKey { return apiKey(0) })...) {
			if !wantError[tenant.Unauthenticated](t, outcome{err: one.err}).Repeat {
				full++
			}
		}
		if full != 1 {
			t.Errorf("explained in full %d times, want once", full)
		}
	})
}

// TestGet_firstCanceled cancels the caller that opened a batch at different times. The others receive their objects.
func TestGet_firstCanceled(t *testing.T) {
	for name, after := range map[string]time.Duration{
		"before the call":         0,
		"while the batch is open": 5 * time.Millisecond,
		"during the page":         15*time.Millisecond + latency/2,
		"during the Get":          20*time.Millisecond + latency*3/2,
		"after the result":        time.Minute,
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(0, 3, 0)
			s.clients.listed = hiding("client-0", "client-1")
			above := s.tenant()
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			var first error
			others := each(3, func(i int) { // the first of them has the same key
				time.Sleep(time.Millisecond)
				readClients(t, s, above, 1, clientKey(i))
			})
			atOnce(append(others, func() { _, first = above.Clients.Get(ctx, clientKey(0)) })...)
			if early := after < time.Minute; early != isA[*tenant.Unavailable](first) || early && !errors.Is(first, context.DeadlineExceeded) {
				t.Errorf("the error of the first caller: %v", first)
			}
		})
	}
}

// TestGet_allCanceled: if all callers are canceled, nothing is sent, and a pending request is canceled.
func TestGet_allCanceled(t *testing.T) {
	for name, test := range map[string]struct {
		after    time.Duration
		requests []string
		canceled int
	}{
		"while the batch is open": {5 * time.Millisecond, nil, 0},
		"during the page":         {15*time.Millisecond + latency/3, []string{"page "}, 1},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(0, 150, 0)
			above := s.tenant()
			ctx, cancel := context.WithTimeout(t.Context(), test.after)
			defer cancel()
			for _, one := range readAll(ctx, 2, above.Clients.Get, keys(2, clientKey)...) {
				if !errors.Is(one.err, context.DeadlineExceeded) {
					t.Errorf("error %v", one.err)
				}
			}
			time.Sleep(time.Minute)
			wantRequests(t, s.clients.collection, test.requests...)
			if s.clients.canceled != test.canceled {
				t.Errorf("%d requests canceled, want %d", s.clients.canceled, test.canceled)
			}
			before := s.clients.requestCount()
			readClients(t, s, above, 3, keys(3, clientKey)...)
			if more := s.clients.requestCount() - before; more != 1 {
				t.Errorf("%d requests for later callers, want a page: %q", more, s.clients.requests)
			}
		})
	}
}

// TestGet_someCanceled: the first of three callers receives its object from the page. The objects of callers that are
// canceled before the page arrives are not requested, and their GETs are canceled otherwise.
func TestGet_someCanceled(t *testing.T) {
	for name, test := range map[string]struct {
		timeouts []time.Duration
		requests []string
		canceled int
	}{
		"one during the page":  {[]time.Duration{readIdleTimeout + latency/2, time.Hour}, []string{"get client-1", "page "}, 0},
		"both during the page": {[]time.Duration{readIdleTimeout + latency/2, readIdleTimeout + latency/2}, []string{"page "}, 0},
		"both during the Gets": {[]time.Duration{readIdleTimeout + latency*3/2, readIdleTimeout + latency*3/2}, []string{"get client-0", "get client-1", "page "}, 2},
		"one during the Gets":  {[]time.Duration{readIdleTimeout + latency*3/2, time.Hour}, []string{"get client-0", "get client-1", "page "}, 0},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(0, 3, 0)
			s.clients.listed = hiding("client-0", "client-1")
			above := s.tenant()
			limited := each(len(test.timeouts), func(i int) {
				ctx, cancel := context.WithTimeout(t.Context(), test.timeouts[i])
				defer cancel()
				if _, err := above.Clients.Get(ctx, clientKey(i)); (err != nil) != (test.timeouts[i] < time.Hour) {
					t.Errorf("client %d: error %v", i, err)
				}
			})
			atOnce(append(limited, func() { readClients(t, s, above, 1, clientKey(2)) })...)
			time.Sleep(time.Minute)
			synctest.Wait()
			slices.Sort(s.clients.requests)
			wantRequests(t, s.clients.collection, test.requests...)
			if s.clients.canceled != test.canceled {
				t.Errorf("%d requests canceled, want %d", s.clients.canceled, test.canceled)
			}
		})
	}
}

// TestGet_slow: the time of a request is limited only by the tenant below.
func TestGet_slow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 200, 0)
		s.clients.latency = 40 * time.Minute
		above := s.tenant()
		atOnce(func() { readClients(t, s, above, 2, clientKey(0), clientKey(150)) }, func() {
			time.Sleep(time.Second)
			readClients(t, s, above, 2, clientKey(1), clientKey(151))
		})
	})
}

// TestGet_endlessList: the tenant reports another page after each page, and a wrong length of the list.
func TestGet_endlessList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 300, 0)
		repeating := &repeatingClients{clientCollection: &s.clients}
		above := coalesce.New(tenant.Tenant{Clients: repeating})
		readClients(t, s, above, 10, keys(300, clientKey)[290:]...)
		if s.clients.requestCount() > 2+10 {
			t.Errorf("%d requests for ten clients: %q", s.clients.requestCount(), s.clients.requests)
		}
	})
}

type repeatingClients struct{ *clientCollection }

func (r *repeatingClients) Page(ctx context.Context, filter tenant.ClientFilter, _ string) (tenant.Page[tenant.Client], error) {
	got, err := r.clientCollection.Page(ctx, filter, "")
	got.Next, got.Total = "again", 1
	return got, err
}
