package coalesce_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// readIdleTimeout is how long a batch of reads stays open at least.
const readIdleTimeout = 15 * time.Millisecond

func renamed(name string) tenant.ClientUpdate {
	return tenant.ClientUpdate{Planned: tenant.Client{Name: name}}
}

// errorOf returns the error of a call.
func errorOf[T any](_ T, err error) error { return err }

// TestInvalidate: after a write nothing that was read before is returned.
func TestInvalidate(t *testing.T) {
	type write = func(context.Context, tenant.Tenant) error
	ofAPIs := map[string]write{
		"create API": func(ctx context.Context, above tenant.Tenant) error {
			return errorOf(above.APIs.Create(ctx, tenant.NewAPI{API: tenant.API{ID: "new"}}))
		},
		"update API": func(ctx context.Context, above tenant.Tenant) error {
			return errorOf(above.APIs.Update(ctx, apiKey(0), tenant.APIUpdate{Planned: tenant.API{Name: "Renamed"}}))
		},
		"update scopes": func(ctx context.Context, above tenant.Tenant) error {
			return errorOf(above.APIs.Update(ctx, apiKey(0), scopesUpdate([]string{"a", "b"}, scope("c"))))
		},
		"change scope": func(ctx context.Context, above tenant.Tenant) error {
			return errorOf(above.Scopes.Change(ctx, apiKey(0), create("c")))
		},
		"delete API": func(ctx context.Context, above tenant.Tenant) error { return above.APIs.Delete(ctx, apiKey(9)) },
	}
	ofClients := map[string]write{
		"create client": func(ctx context.Context, above tenant.Tenant) error {
			return errorOf(above.Clients.Create(ctx, tenant.Client{ClientID: "new"}))
		},
		"update client": func(ctx context.Context, above tenant.Tenant) error {
			return errorOf(above.Clients.Update(ctx, clientKey(0), renamed("Renamed")))
		},
		"delete client": func(ctx context.Context, above tenant.Tenant) error { return above.Clients.Delete(ctx, clientKey(9)) },
	}
	ofGrants := map[string]write{
		"create grant": func(ctx context.Context, above tenant.Tenant) error {
			return errorOf(above.Grants.Create(ctx, tenant.Grant{ID: "new"}))
		},
		"update grant": func(ctx context.Context, above tenant.Tenant) error {
			return errorOf(above.Grants.Update(ctx, grantKey(0), tenant.GrantUpdate{Planned: tenant.Grant{Scopes: []string{"b"}}}))
		},
		"delete grant": func(ctx context.Context, above tenant.Tenant) error { return above.Grants.Delete(ctx, grantKey(9)) },
	}
	for _, kind := range []struct {
		writes                map[string]write
		apis, clients, grants bool // which types are read again
	}{
		{ofAPIs, true, false, true}, {ofClients, false, true, true}, {ofGrants, false, false, true},
	} {
		for name, write := range kind.writes {
			runInBubble(t, name, func(t *testing.T) {
				s := newFakeTenant(10, 10, 10)
				above := s.tenant()
				readThree(t, s, above)
				if err := write(t.Context(), above); err != nil {
					t.Fatal(err)
				}
				s.apis.change("id-1", func(api *tenant.API) { api.Name = "another writer" })
				s.clients.change("client-1", func(client *tenant.Client) { client.Name = "another writer" })
				s.grants.change("cgr_1", func(grant *tenant.Grant) { grant.Audience = "another writer" })
				s.apis.requests, s.clients.requests, s.grants.requests = nil, nil, nil
				readThree(t, s, above)
				for requests, again := range map[string]bool{strings.Join(s.apis.requests, " "): kind.apis, strings.Join(s.clients.requests, " "): kind.clients, strings.Join(s.grants.requests, " "): kind.grants} {
					if again != (requests != "") {
						t.Errorf("requests %q, read again: %v", requests, again)
					}
				}
				api, _ := above.APIs.Get(t.Context(), apiKey(1))
				client, _ := above.Clients.Get(t.Context(), clientKey(1))
				grant, _ := above.Grants.Get(t.Context(), grantKey(1))
				if api.Name == "another writer" != kind.apis || client.Name == "another writer" != kind.clients || grant.Audience == "another writer" != kind.grants {
					t.Errorf("%+v %+v %+v are not read again, or without need", api, client, grant)
				}
			})
		}
	}
}

// readThree reads three objects of each type.
func readThree(t *testing.T, s *fakeTenant, above tenant.Tenant) {
	t.Helper()
	readAPIs(t, s, above, 3, keys(3, apiKey)...)
	readClients(t, s, above, 3, keys(3, clientKey)...)
	readGrants(t, s, above, 3, keys(3, grantKey)...)
}

// TestInvalidate_failedWrite: a failed write also drops the cache, because it may have been carried out.
func TestInvalidate_failedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 3, 0)
		above := s.tenant()
		readClients(t, s, above, 3, keys(3, clientKey)...)
		s.clients.hook = func(_ int, request string) error {
			if request == "write" {
				s.clients.objects[0].Name = "Renamed"
				return &tenant.Unavailable{Unsettled: true}
			}
			return nil
		}
		wantError[tenant.Unavailable](t, outcome{err: errorOf(above.Clients.Update(t.Context(), clientKey(0), renamed("Renamed")))})
		if client, err := above.Clients.Get(t.Context(), clientKey(0)); err != nil || client.Name != "Renamed" {
			t.Errorf("%+v, %v", client, err)
		}
	})
}

// TestInvalidate_pendingReads: callers that wait when a write begins, for others, for a page or for a GET, receive nothing
// that is older than the write.
func TestInvalidate_pendingReads(t *testing.T) {
	for name, at := range map[string]time.Duration{
		"while the batch is open":      readIdleTimeout / 3,
		"before the page takes effect": 20*time.Millisecond + latency/3,
		"after the page takes effect":  20*time.Millisecond + latency*2/3,
		"before the GET takes effect":  20*time.Millisecond + latency*4/3,
		"after the GET takes effect":   20*time.Millisecond + latency*5/3,
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(0, 5, 0)
			s.clients.listed = hiding("client-1")
			above := s.tenant()
			var written, ended time.Time
			var read tenant.Client
			atOnce(func() {
				time.Sleep(at)
				s.clients.mu.Lock()
				s.clients.latency = time.Millisecond // the write is faster than pending requests
				s.clients.mu.Unlock()
				if _, err := above.Clients.Update(t.Context(), clientKey(1), renamed("Renamed")); err != nil {
					t.Error(err)
				}
				written = time.Now()
			}, func() { readClients(t, s, above, 2, clientKey(0), clientKey(2)) }, func() {
				var err error
				if read, err = above.Clients.Get(t.Context(), clientKey(1)); err != nil {
					t.Error(err)
				}
				ended = time.Now()
			})
			if ended.After(written) && read.Name != "Renamed" {
				t.Errorf("the result was returned %s after the write and is older", ended.Sub(written))
			}
			if at < readIdleTimeout && s.clients.requests[0] != "write" {
				t.Errorf("a page is requested before the write, which no result can use: %q", s.clients.requests)
			}
		})
	}
}

// TestGet_changedByOther: a change of another writer is visible in the next request, but not in a cached object. Each
// decorator has a cache of its own.
func TestGet_changedByOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 3, 0)
		first, alias := s.tenant(), s.tenant()
		name := func(above tenant.Tenant) string {
			client, err := above.Clients.Get(t.Context(), clientKey(0))
			if err != nil {
				t.Error(err)
			}
			return client.Name
		}
		name(first)
		s.clients.change("client-0", func(client *tenant.Client) { client.Name = "another writer" })
		if got := name(first); got != "" {
			t.Errorf("%q: the object is not cached", got)
		}
		if got := name(alias); got != "another writer" {
			t.Errorf("%q: two decorators share a cache", got)
		}
		if got := name(s.tenant()); got != "another writer" {
			t.Errorf("%q: a new decorator uses an old cache", got)
		}
		wantRequests(t, s.clients.collection, "get client-0", "get client-0", "get client-0")
	})
}

// TestGet_lookUp: without a refresh Terraform applies, so that a data source must read what others have written meanwhile. In
// a plan, data sources use what a refresh has read.
func TestGet_lookUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 3, 0)
		above := s.tenant()
		name := func(purpose tenant.Purpose) string {
			client, err := above.Clients.Get(tenant.ReadFor(t.Context(), purpose), clientKey(0))
			if err != nil {
				t.Error(err)
			}
			return client.Name
		}
		name(tenant.Anything)
		s.clients.change("client-0", func(client *tenant.Client) { client.Name = "another writer" })
		if got := name(tenant.LookUp); got != "another writer" {
			t.Errorf("%q: a look-up is answered from the cache", got)
		}
		s.clients.change("client-0", func(client *tenant.Client) { client.Name = "another writer again" })
		if got := name(tenant.LookUp); got != "another writer again" {
			t.Errorf("%q: the result of a look-up is cached", got)
		}
		name(tenant.Refresh)
		name(tenant.LookUp)
		wantRequests(t, s.clients.collection, "get client-0", "get client-0", "get client-0")
	})
}

// TestInvalidate_otherDecorator: a write through one decorator does not drop the cache of another one.
func TestInvalidate_otherDecorator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 3, 0)
		one, other := s.tenant(), s.tenant()
		readClients(t, s, other, 3, keys(3, clientKey)...)
		if _, err := one.Clients.Update(t.Context(), clientKey(0), renamed("Renamed")); err != nil {
			t.Fatal(err)
		}
		readClients(t, s, other, 3, keys(3, clientKey)...)
		wantRequests(t, s.clients.collection, "page ", "write")
	})
}

// TestUpdateScopes_notCached: unexpected scopes are detected in the tenant, not in what the plan has read.
func TestUpdateScopes_notCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(3, 0, 0)
		above := s.tenant()
		readAPIs(t, s, above, 3, keys(3, apiKey)...)
		s.apis.change("id-0", func(api *tenant.API) { api.Scopes = scopes("a", "b", "unexpected") })
		wantError[tenant.ScopesChanged](t, outcome{err: errorOf(above.APIs.Update(t.Context(), apiKey(0), scopesUpdate([]string{"a", "b"}, scope("a"))))})
	})
}

// TestChange_newAPI: the response to a create is the list to which the first scopes are added, for a limited time.
func TestChange_newAPI(t *testing.T) {
	for name, test := range map[string]struct {
		after    time.Duration
		requests []string
	}{
		"immediately": {0, []string{"write", "write", "get new"}},
		"late":        {time.Second, []string{"write", "get new", "write", "get new"}},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(0, 0, 0)
			above := s.tenant()
			if _, err := above.APIs.Create(t.Context(), tenant.NewAPI{API: tenant.API{ID: "id-new", Identifier: "new"}}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(test.after)
			if _, err := above.Scopes.Change(t.Context(), tenant.APIKey{Identifier: "new"}, create("a")); err != nil {
				t.Fatal(err)
			}
			wantRequests(t, s.apis.collection, test.requests...)
		})
	}
}
