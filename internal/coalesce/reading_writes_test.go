package coalesce_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// gathering is how long a flush waits at least.
const gathering = 15 * time.Millisecond

func renamed(name string) tenant.ClientUpdate {
	return tenant.ClientUpdate{Planned: tenant.Client{Name: name}}
}

// TestReadsAfterAWrite: what was read before a write serves nobody after it, and each Get asks for itself.
func TestReadsAfterAWrite(t *testing.T) {
	type write = func(context.Context, tenant.Tenant) error
	ofAPIs := map[string]write{
		"create API": func(ctx context.Context, above tenant.Tenant) error {
			_, err := above.APIs.Create(ctx, tenant.NewAPI{API: tenant.API{ID: "new"}})
			return err
		},
		"update API": func(ctx context.Context, above tenant.Tenant) error {
			_, err := above.APIs.Update(ctx, apiKey(0), tenant.APIUpdate{Planned: tenant.API{Name: "Renamed"}})
			return err
		},
		"own scopes": func(ctx context.Context, above tenant.Tenant) error {
			_, err := above.APIs.Update(ctx, apiKey(0), owning([]string{"a", "b"}, scope("c")))
			return err
		},
		"change scope": func(ctx context.Context, above tenant.Tenant) error {
			_, err := above.Scopes.Change(ctx, apiKey(0), create("c"))
			return err
		},
		"delete API": func(ctx context.Context, above tenant.Tenant) error { return above.APIs.Delete(ctx, apiKey(9)) },
	}
	ofClients := map[string]write{
		"create client": func(ctx context.Context, above tenant.Tenant) error {
			_, err := above.Clients.Create(ctx, tenant.Client{ClientID: "new"})
			return err
		},
		"update client": func(ctx context.Context, above tenant.Tenant) error {
			_, err := above.Clients.Update(ctx, clientKey(0), renamed("Renamed"))
			return err
		},
		"delete client": func(ctx context.Context, above tenant.Tenant) error { return above.Clients.Delete(ctx, clientKey(9)) },
	}
	ofGrants := map[string]write{
		"create grant": func(ctx context.Context, above tenant.Tenant) error {
			_, err := above.Grants.Create(ctx, tenant.Grant{ID: "new"})
			return err
		},
		"update grant": func(ctx context.Context, above tenant.Tenant) error {
			_, err := above.Grants.Update(ctx, grantKey(0), tenant.GrantUpdate{Planned: tenant.Grant{Scopes: []string{"b"}}})
			return err
		},
		"delete grant": func(ctx context.Context, above tenant.Tenant) error { return above.Grants.Delete(ctx, grantKey(9)) },
	}
	for _, kind := range []struct {
		writes                map[string]write
		apis, clients, grants bool // which kinds are asked for anew
	}{
		{ofAPIs, true, false, true}, {ofClients, false, true, true}, {ofGrants, false, false, true},
	} {
		for name, write := range kind.writes {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore(10, 10, 10)
					above := s.tenant()
					reread(t, s, above)
					if err := write(t.Context(), above); err != nil {
						t.Fatal(err)
					}
					s.apis.change("id-1", func(api *tenant.API) { api.Name = "by hand" })
					s.clients.change("client-1", func(client *tenant.Client) { client.Name = "by hand" })
					s.grants.change("cgr_1", func(grant *tenant.Grant) { grant.Audience = "by hand" })
					s.apis.asked, s.clients.asked, s.grants.asked = nil, nil, nil
					reread(t, s, above)
					for what, anew := range map[string]bool{strings.Join(s.apis.asked, " "): kind.apis, strings.Join(s.clients.asked, " "): kind.clients, strings.Join(s.grants.asked, " "): kind.grants} {
						if gets := strings.Count(what, "get "); anew && gets != 3 || !anew && what != "" || strings.Contains(what, "page") {
							t.Errorf("asked %q, anew: %v", what, anew)
						}
					}
					api, _ := above.APIs.Get(t.Context(), apiKey(1))
					client, _ := above.Clients.Get(t.Context(), clientKey(1))
					grant, _ := above.Grants.Get(t.Context(), grantKey(1))
					if api.Name == "by hand" != kind.apis || client.Name == "by hand" != kind.clients || grant.Audience == "by hand" != kind.grants {
						t.Errorf("not as fresh as wanted: %+v %+v %+v", api, client, grant)
					}
				})
			})
		}
	}
}

func reread(t *testing.T, s *store, above tenant.Tenant) {
	t.Helper()
	readAPIs(t, s, above, 3, keys(3, apiKey)...)
	readClients(t, s, above, 3, keys(3, clientKey)...)
	readGrants(t, s, above, 3, keys(3, grantKey)...)
}

// TestFailedWrite: whether it was made or not, what was read before is not believed any more.
func TestFailedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 3, 0)
		above := s.tenant()
		readClients(t, s, above, 3, keys(3, clientKey)...)
		s.clients.hook = func(_ int, request string) error {
			if request == "write" {
				s.clients.objects[0].Name = "Renamed"
				return &tenant.Unavailable{Unsettled: true}
			}
			return nil
		}
		if _, err := above.Clients.Update(t.Context(), clientKey(0), renamed("Renamed")); !isA[tenant.Unavailable](err) {
			t.Errorf("error %v", err)
		}
		if client, err := above.Clients.Get(t.Context(), clientKey(0)); err != nil || client.Name != "Renamed" {
			t.Errorf("%+v, %v", client, err)
		}
	})
}

// TestWriteWhileOthersRead: readers that wait, whether for others, for a page or for a Get, when a write begins, get
// nothing that is older than it.
func TestWriteWhileOthersRead(t *testing.T) {
	for name, at := range map[string]time.Duration{
		"while they gather":                    gathering / 3,
		"before the page was made":             20*time.Millisecond + latency/3,
		"after the page was made":              20*time.Millisecond + latency*2/3,
		"before the Get that follows was made": 20*time.Millisecond + latency*4/3,
		"after the Get that follows was made":  20*time.Millisecond + latency*5/3,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(0, 5, 0)
				s.clients.listed = hiding("client-1")
				above := s.tenant()
				var group sync.WaitGroup
				var written, ended time.Time
				var read tenant.Client
				group.Go(func() {
					time.Sleep(at)
					s.clients.mu.Lock()
					s.clients.latency = time.Millisecond // the write is faster than what is on its way
					s.clients.mu.Unlock()
					if _, err := above.Clients.Update(t.Context(), clientKey(1), renamed("Renamed")); err != nil {
						t.Error(err)
					}
					written = time.Now()
				})
				group.Go(func() { readClients(t, s, above, 2, clientKey(0), clientKey(2)) })
				group.Go(func() {
					var err error
					if read, err = above.Clients.Get(t.Context(), clientKey(1)); err != nil {
						t.Error(err)
					}
					ended = time.Now()
				})
				group.Wait()
				if ended.After(written) && read.Name != "Renamed" {
					t.Errorf("the answer came %s after the write and is older", ended.Sub(written))
				}
				if at < gathering && slices.Contains(s.clients.asked, "page ") {
					t.Errorf("a page is asked for that nobody would believe: %q", s.clients.asked)
				}
			})
		})
	}
}

// TestForeignWriter: what somebody else changes shows from the next read on that is sent, and for whom the object was read
// before, in the next Configure.
func TestForeignWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 3, 0)
		first, alias := s.tenant(), s.tenant()
		name := func(above tenant.Tenant) string {
			client, err := above.Clients.Get(t.Context(), clientKey(0))
			if err != nil {
				t.Error(err)
			}
			return client.Name
		}
		name(first)
		s.clients.change("client-0", func(client *tenant.Client) { client.Name = "by hand" })
		if got := name(first); got != "" {
			t.Errorf("%q: what was read is not kept", got)
		}
		if got := name(alias); got != "by hand" {
			t.Errorf("%q: two aliases share what was read", got)
		}
		if got := name(s.tenant()); got != "by hand" {
			t.Errorf("%q: what was read outlives its Configure", got)
		}
		wantAsked(t, s.clients.stock, "get client-0", "get client-0", "get client-0")
	})
}

// TestLookUp: where nothing is refreshed, Terraform applies, and a data source wants to know what others have written
// meanwhile. In a plan nobody writes, and what a refresh has read is good for data sources, too.
func TestLookUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 3, 0)
		above := s.tenant()
		name := func(purpose tenant.Purpose) string {
			client, err := above.Clients.Get(tenant.ReadFor(t.Context(), purpose), clientKey(0))
			if err != nil {
				t.Error(err)
			}
			return client.Name
		}
		name(tenant.Anything)
		s.clients.change("client-0", func(client *tenant.Client) { client.Name = "by others" })
		if got := name(tenant.LookUp); got != "by others" {
			t.Errorf("%q: a look-up is answered from what was read before", got)
		}
		s.clients.change("client-0", func(client *tenant.Client) { client.Name = "by others again" })
		if got := name(tenant.LookUp); got != "by others again" {
			t.Errorf("%q: a look-up is kept for the next", got)
		}
		name(tenant.Refresh)
		name(tenant.LookUp)
		wantAsked(t, s.clients.stock, "get client-0", "get client-0", "get client-0")
	})
}

// TestAliasesShareNothing: a write of one leaves what the other has read alone.
func TestAliasesShareNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 3, 0)
		one, other := s.tenant(), s.tenant()
		readClients(t, s, other, 3, keys(3, clientKey)...)
		if _, err := one.Clients.Update(t.Context(), clientKey(0), renamed("Renamed")); err != nil {
			t.Fatal(err)
		}
		readClients(t, s, other, 3, keys(3, clientKey)...)
		wantAsked(t, s.clients.stock, "page ", "write")
	})
}

// TestOwnerReadsFresh: whether scopes appeared is not told from what the plan has read.
func TestOwnerReadsFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(3, 0, 0)
		above := s.tenant()
		readAPIs(t, s, above, 3, keys(3, apiKey)...)
		s.apis.change("id-0", func(api *tenant.API) { api.Scopes = scopes("a", "b", "foreign") })
		if _, err := above.APIs.Update(t.Context(), apiKey(0), owning([]string{"a", "b"}, scope("a"))); !isA[tenant.Appeared](err) {
			t.Errorf("error %v", err)
		}
	})
}

// TestScopesOfANewAPI: what the tenant answers to a create is the list that the first scopes are added to. It is not
// for ever.
func TestScopesOfANewAPI(t *testing.T) {
	for name, test := range map[string]struct {
		after time.Duration
		asked []string
	}{
		"at once": {0, []string{"write", "write", "get new"}},
		"late":    {time.Second, []string{"write", "get new", "write", "get new"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(0, 0, 0)
				above := s.tenant()
				if _, err := above.APIs.Create(t.Context(), tenant.NewAPI{API: tenant.API{ID: "id-new", Identifier: "new"}}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(test.after)
				if _, err := above.Scopes.Change(t.Context(), tenant.APIKey{Identifier: "new"}, create("a")); err != nil {
					t.Fatal(err)
				}
				wantAsked(t, s.apis.stock, test.asked...)
			})
		})
	}
}
