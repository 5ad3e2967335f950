package coalesce_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func readAPIs(t *testing.T, s *fakeTenant, above tenant.Tenant, parallelism int, keys ...tenant.APIKey) {
	t.Helper()
	answers := readAll(t.Context(), parallelism, above.APIs.Get, keys...)
	wantObjects(t, answers, s.apis.id, func(i int) string { return keys[i].ID })
}

func readClients(t *testing.T, s *fakeTenant, above tenant.Tenant, parallelism int, keys ...tenant.ClientKey) {
	t.Helper()
	answers := readAll(t.Context(), parallelism, above.Clients.Get, keys...)
	wantObjects(t, answers, s.clients.id, func(i int) string { return keys[i].ClientID })
}

func readGrants(t *testing.T, s *fakeTenant, above tenant.Tenant, parallelism int, keys ...tenant.GrantKey) {
	t.Helper()
	answers := readAll(t.Context(), parallelism, above.Grants.Get, keys...)
	wantObjects(t, answers, s.grants.id, func(i int) string { return keys[i].ID })
}

// TestGet_requests counts the requests to read the objects of a tenant. The tenant has one client and one grant more, those
// of the provider.
func TestGet_requests(t *testing.T) {
	type cost struct{ apis, clients, grants int }
	for name, test := range map[string]struct {
		apis, clients, grants, parallelism int
		want                               cost
	}{
		"one of each":              {1, 1, 1, 10, cost{1, 1, 1}},
		"two of each":              {2, 2, 2, 10, cost{1, 1, 1}},
		"two of each, one by one":  {2, 2, 2, 1, cost{2, 2, 2}},
		"10, 99, 99":               {10, 99, 99, 10, cost{1, 1, 1}},
		"10, 100, 100":             {10, 100, 100, 10, cost{1, 2, 2}},
		"10, 99, 99, one by one":   {10, 99, 99, 1, cost{2, 2, 2}},
		"10, 100, 100, one by one": {10, 100, 100, 1, cost{2, 3, 3}},
		"30, 30 at once":           {30, 30, 30, 30, cost{1, 1, 1}},
		"200 of each":              {200, 200, 200, 10, cost{3, 3, 3}},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(test.apis, test.clients+1, test.grants+1)
			above := s.tenant()
			readAPIs(t, s, above, test.parallelism, keys(test.apis, apiKey)...)
			readClients(t, s, above, test.parallelism, keys(test.clients+1, clientKey)[1:]...)
			readGrants(t, s, above, test.parallelism, keys(test.grants+1, grantKey)[1:]...)
			if got := (cost{s.apis.requestCount(), s.clients.requestCount(), s.grants.requestCount()}); got != test.want {
				t.Errorf("%+v requests, want %+v: %q %q %q", got, test.want, s.apis.requests, s.clients.requests, s.grants.requests)
			}
		})
	}
}

// TestGet_afterManyGets: after many Gets, the first Get of a type fetches a page, because more are likely to follow.
func TestGet_afterManyGets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(1, 10, 2)
		above := s.tenant()
		readClients(t, s, above, 7, keys(7, clientKey)...)
		readGrants(t, s, above, 1, keys(2, grantKey)...)
		wantRequests(t, s.grants.collection, "page ")

		s = newFakeTenant(1, 10, 0) // also if the other Gets are still pending
		above = s.tenant()
		atOnce(func() { readAPIs(t, s, above, 1, apiKey(0)) }, func() { readClients(t, s, above, 9, keys(9, clientKey)...) })
		wantRequests(t, s.apis.collection, "page ")

		s = newFakeTenant(0, 6, 1)
		above = s.tenant()
		readClients(t, s, above, 6, keys(6, clientKey)...)
		readGrants(t, s, above, 1, grantKey(0))
		wantRequests(t, s.grants.collection, "get cgr_0")
	})
}

// TestGet_tenantSizes: for any size of the tenant, and with the objects at the end of the lists, reading them costs at most
// about twice what GETs alone or all pages alone would cost.
func TestGet_tenantSizes(t *testing.T) {
	for _, size := range []int{1, 99, 101, 250, 2000} {
		for _, managed := range []int{1, 2, 3, 10, 25, 250} {
			for _, parallelism := range []int{1, 10, 30} {
				if managed > size {
					continue
				}
				runInBubble(t, fmt.Sprintf("%d of %d, %d at once", managed, size, parallelism), func(t *testing.T) {
					s := newFakeTenant(size, size, size)
					above := s.tenant()
					readAPIs(t, s, above, parallelism, keys(size, apiKey)[size-managed:]...)
					readClients(t, s, above, parallelism, keys(size, clientKey)[size-managed:]...)
					readGrants(t, s, above, parallelism, keys(size, grantKey)[size-managed:]...)
					pages := (size + 99) / 100
					optimum, filtered := min(managed, pages), min((managed+9)/min(10, parallelism), pages)
					if s.apis.requestCount() > 2*filtered+1 {
						t.Errorf("%d requests for APIs, the minimum is %d", s.apis.requestCount(), filtered)
					}
					if s.clients.requestCount() > 2*optimum+1 || s.grants.requestCount() > 2*optimum+1 {
						t.Errorf("%d requests for clients, %d for grants, the minimum is %d", s.clients.requestCount(), s.grants.requestCount(), optimum)
					}
				})
			}
		}
	}
}

// TestGet_manyAPIs: in a tenant with more APIs than a page contains, APIs are read in lists by identifier.
func TestGet_manyAPIs(t *testing.T) {
	for name, test := range map[string]struct {
		size, managed, parallelism, maxRequests int
	}{
		"20 of 2000":              {2000, 20, 10, 2 + 1},
		"50 of 2000":              {2000, 50, 10, 5 + 1},
		"150 of 2000":             {2000, 150, 10, 15 + 1},
		"25 of 2000, all at once": {2000, 25, 30, 3 + 1},
		"50 of 300":               {300, 50, 10, 3 + 1},
		"300 of 300":              {300, 300, 10, 3 + 1},
		"11 of 1000, all at once": {1000, 11, 30, 2 + 1},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(test.size, 0, 0)
			readAPIs(t, s, s.tenant(), test.parallelism, keys(test.size, apiKey)[test.size-test.managed:]...)
			t.Logf("%d requests", s.apis.requestCount())
			if s.apis.requestCount() > test.maxRequests {
				t.Errorf("%d requests, want at most %d: %q", s.apis.requestCount(), test.maxRequests, s.apis.requests)
			}
		})
	}
}

// TestGet_longIdentifiers: identifiers that are too long for one URL are sent in several lists. An identifier that is too
// long alone is read with a GET.
func TestGet_longIdentifiers(t *testing.T) {
	for name, test := range map[string]struct {
		part     string
		times    int
		requests []string
	}{
		"short":             {"a", 370, []string{"10 named"}},
		"long when escaped": {"ü", 200, []string{"3 named", "3 named", "3 named", "get"}},
		"too long":          {"a", 4000, slices.Repeat([]string{"get"}, 10)},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(2000, 0, 0)
			above := s.tenant()
			wanted := make([]tenant.APIKey, 10)
			for i := range wanted {
				s.apis.objects[i].Identifier += strings.Repeat(test.part, test.times)
				wanted[i] = s.apis.objects[i].Key()
			}
			s.apis.hook = func(_ int, request string) error { // pages are not available
				if strings.HasPrefix(request, "page") {
					return &tenant.Denied{}
				}
				return nil
			}
			readAPIs(t, s, above, 10, wanted...)
			var got []string
			for _, request := range s.apis.requests {
				if got = append(got, request); strings.HasPrefix(request, "get") {
					got[len(got)-1] = "get"
				}
			}
			if got = slices.DeleteFunc(got, func(request string) bool { return request == "page " }); !slices.Equal(got, test.requests) {
				t.Errorf("requests %q, want %q", got, test.requests)
			}
		})
	}
}

// TestGet_filteredListFails: if lists by identifier fail, pages are still requested.
func TestGet_filteredListFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(100, 0, 0)
		s.apis.hook = func(_ int, request string) error {
			if strings.HasSuffix(request, "named") {
				return &tenant.Invalid{}
			}
			return nil
		}
		above := s.tenant()
		readAPIs(t, s, above, 10, keys(100, apiKey)...)
		if s.apis.requestCount() != 1+10+1 {
			t.Errorf("%d requests, want a list, ten GETs and a page: %q", s.apis.requestCount(), s.apis.requests)
		}
	})
}

// TestGet_apiByID: a key that has only an ID cannot be part of a list by identifier.
func TestGet_apiByID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(2000, 0, 0)
		above := s.tenant()
		readAPIs(t, s, above, 2, keys(2000, apiKey)[1000:1002]...)
		wanted := append(keys(2000, apiKey)[1002:1005], tenant.APIKey{ID: "id-1005"})
		readAPIs(t, s, above, 4, wanted...)
		wantRequests(t, s.apis.collection, "2 named", "page ", "3 named", "get id-1005")
	})
}

// TestGet_threeOfTenThousand reads few clients of a large tenant.
func TestGet_threeOfTenThousand(t *testing.T) {
	for _, parallelism := range []int{1, 10} {
		synctest.Test(t, func(t *testing.T) {
			s := newFakeTenant(0, 10000, 0)
			readClients(t, s, s.tenant(), parallelism, clientKey(5000), clientKey(7000), clientKey(9000))
			if s.clients.requestCount() > 4 {
				t.Errorf("parallelism %d: requests %q, want four at most", parallelism, s.clients.requests)
			}
		})
	}
}

// TestGet_scopes: all reads of an API by its identifier, concurrent and later ones, share one request.
func TestGet_scopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(3, 0, 0)
		above := s.tenant()
		wanted := append(keys(1, apiKey), keys(300, func(int) tenant.APIKey { return tenant.APIKey{Identifier: apiKey(0).Identifier} })...)
		wantObjects(t, readAll(t.Context(), 10, above.APIs.Get, wanted...), s.apis.id, func(int) string { return "id-0" })
		wantRequests(t, s.apis.collection, "1 named")
	})
}

// TestGet_equalKeys: concurrent Gets with the same key share one request.
func TestGet_equalKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(1, 0, 0)
		wanted := keys(300, func(int) tenant.APIKey { return tenant.APIKey{Identifier: apiKey(0).Identifier} })
		wantObjects(t, readAll(t.Context(), 30, s.tenant().APIs.Get, wanted...), s.apis.id, func(int) string { return "id-0" })
		wantRequests(t, s.apis.collection, "get "+apiKey(0).Identifier)
	})
}

// TestGet_identifiersThenPage: APIs are read in lists by identifier until a page costs fewer requests.
func TestGet_identifiersThenPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(40, 0, 0)
		above := s.tenant()
		readAPIs(t, s, above, 10, keys(10, apiKey)...)
		readAPIs(t, s, above, 1, keys(40, apiKey)[10:]...)
		wantRequests(t, s.apis.collection, "10 named", "page ")
	})
}

// TestGet_idOrIdentifier: the text of an import can be an ID or an identifier. Only the tenant can resolve it.
func TestGet_idOrIdentifier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(3, 0, 0)
		above := s.tenant()
		imported := tenant.APIKey{ID: "id-2", Identifier: "id-2"}
		wanted := []tenant.APIKey{apiKey(0), imported, apiKey(1)}
		wantObjects(t, readAll(t.Context(), 3, above.APIs.Get, wanted...), s.apis.id, s.nth(0, 2, 1))
		slices.Sort(s.apis.requests)
		wantRequests(t, s.apis.collection, "2 named", "get id-2")
		readAPIs(t, s, above, 1, tenant.APIKey{ID: "id-0"})
	})
}

func (*fakeTenant) nth(numbers ...int) func(int) string {
	return func(i int) string { return apiKey(numbers[i]).ID }
}

// TestGet_recreatedAPI: the identifier belongs to an API with another ID. Only a GET can report that the API with the old ID
// does not exist.
func TestGet_recreatedAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(3, 0, 0)
		old := tenant.APIKey{ID: "old", Identifier: apiKey(1).Identifier}
		answers := readAll(t.Context(), 3, s.tenant().APIs.Get, apiKey(0), old, apiKey(2))
		wantObjects(t, answers, s.apis.id, s.nth(0, 1, 2))
		wantRequests(t, s.apis.collection, "3 named", "get "+old.Identifier)
	})
}

// TestGet_duringPage: a pending page also serves callers that join before it arrives.
func TestGet_duringPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 50, 0)
		above := s.tenant()
		first := make(chan struct{})
		go func() {
			defer close(first)
			readClients(t, s, above, 5, keys(5, clientKey)...)
		}()
		readClients(t, s, above, 1, clientKey(9), clientKey(20), clientKey(30))
		<-first
		wantRequests(t, s.clients.collection, "page ")
	})
}

// TestGet_passedThrough: look-ups by name and by natural key are passed to the tenant.
func TestGet_passedThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 2, 0)
		s.clients.objects[1].Name = "job"
		above := s.tenant()
		for range 2 {
			if client, err := above.Clients.Get(t.Context(), tenant.ClientKey{Name: "job"}); err != nil || client.ClientID != "client-1" {
				t.Errorf("%+v, %v", client, err)
			}
		}
		wantRequests(t, s.clients.collection, "get job", "get job")
		natural := tenant.GrantKey{ClientID: "client-1", Audience: "x"}
		wantError[tenant.NotFound](t, outcome{err: errorOf(above.Grants.Get(t.Context(), natural))})
		wantRequests(t, s.grants.collection, "get client-1 x")
	})
}

// TestGet_copies: a caller that changes its result does not affect the others.
func TestGet_copies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(1, 0, 0)
		above := s.tenant()
		for range 3 { // the first one sends a request, the others use the cache
			api, err := above.APIs.Get(t.Context(), apiKey(0))
			if err != nil || api.Scopes[0].Value != "a" {
				t.Fatalf("%+v, %v", api, err)
			}
			api.Scopes[0].Value = "changed"
		}
	})
}

// TestGet_contextValues: requests have the values of the context of a caller, which logging needs.
func TestGet_contextValues(t *testing.T) {
	type contextKey struct{}
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 1, 0)
		inspected := &inspecting{Clients: &s.clients, inspect: func(ctx context.Context) {
			if ctx.Value(contextKey{}) != "value" {
				t.Error("the context has no value of the caller")
			}
		}}
		above := coalesce.New(tenant.Tenant{Clients: inspected})
		if _, err := above.Clients.Get(context.WithValue(t.Context(), contextKey{}, "value"), clientKey(0)); err != nil {
			t.Error(err)
		}
	})
}
