package coalesce_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func isA[E any, P interface {
	*E
	error
}](err error) bool {
	var want P
	return errors.As(err, &want)
}

func coalesced(below tenant.Tenant) tenant.Tenant { return coalesce.New(below) }

// watching looks at the contexts of Gets.
type watching struct {
	tenant.Clients
	see func(context.Context)
}

func (w *watching) Get(ctx context.Context, key tenant.ClientKey) (tenant.Client, error) {
	w.see(ctx)
	return w.Clients.Get(ctx, key)
}

// without are the ids of clients in order, but for one.
func without(number int) func(int) string {
	return func(i int) string {
		if i >= number {
			i++
		}
		return clientKey(i).ClientID
	}
}

func hiding(hidden ...string) func(tenant.Client) (tenant.Client, bool) {
	return func(client tenant.Client) (tenant.Client, bool) {
		return client, !slices.Contains(hidden, client.ClientID)
	}
}

// TestAbsenceInAList: an object that a lagging list does not show yet is there, and one that is gone is gone only by the
// word of a Get.
func TestAbsenceInAList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 10, 0)
		s.clients.listed = hiding("client-3", "client-4")
		s.clients.remove("client-4")
		answers := all(t.Context(), 10, s.tenant().Clients.Get, keys(10, clientKey)...)
		if !isA[tenant.NotFound](answers[4].err) {
			t.Errorf("the client that is gone: %v", answers[4].err)
		}
		answered(t, slices.Delete(answers, 4, 5), s.clients.id, without(4))
		slices.Sort(s.clients.asked)
		wantAsked(t, s.clients.stock, "get client-3", "get client-4", "page ")
	})
}

// TestOddItem: what a list shows in part is asked for by itself, and does not fail or replace anything.
func TestOddItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(10, 10, 10)
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
		for _, api := range all(t.Context(), 3, above.APIs.Get, keys(3, apiKey)...) {
			if api.err != nil || len(api.answer.Scopes) != 2 {
				t.Errorf("%+v", api)
			}
		}
		slices.Sort(s.apis.asked)
		wantAsked(t, s.apis.stock, "2 named", "get "+apiKey(0).Identifier, "get "+apiKey(1).Identifier, "get "+apiKey(2).Identifier, "page ")
		for _, client := range all(t.Context(), 10, above.Clients.Get, keys(10, clientKey)...) {
			if client.err != nil || client.answer.GrantTypes == nil {
				t.Errorf("%+v", client)
			}
		}
		wantAsked(t, s.clients.stock, "page ", "get client-1")
		for _, grant := range all(t.Context(), 10, above.Grants.Get, keys(10, grantKey)...) {
			if grant.err != nil || grant.answer.Scopes == nil {
				t.Errorf("%+v", grant)
			}
		}
		wantAsked(t, s.grants.stock, "page ", "get cgr_1")
	})
}

// TestAPIsThatNeverHadScopes: a list that shows the scopes of one API would show those of the others. In one that shows
// nobody's, an API without scopes may have some.
func TestAPIsThatNeverHadScopes(t *testing.T) {
	for name, test := range map[string]struct{ with, asked int }{
		"one has some":       {1, 1},
		"one has none":       {9, 1},
		"nobody's are shown": {0, 11},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(10, 0, 0)
				for i := range 10 - test.with {
					s.apis.objects[i].Scopes = nil
				}
				above := s.tenant()
				for range 2 {
					for i, api := range all(t.Context(), 10, above.APIs.Get, keys(10, apiKey)...) {
						if none := i < 10-test.with; api.err != nil || (api.answer.Scopes == nil) != none {
							t.Errorf("%+v", api)
						}
					}
				}
				if s.apis.count() != test.asked {
					t.Errorf("%d requests, want %d: %q", s.apis.count(), test.asked, s.apis.asked)
				}
			})
		})
	}
}

// TestFailingList: whoever waits for a list that fails gets its object all the same, and no list of its sort, pages or what
// names APIs, is tried again. But when the rate limit is reached, all are told, and nothing more is sent.
func TestFailingList(t *testing.T) {
	for name, failing := range map[string]error{
		"error":   &tenant.Unavailable{},
		"refused": &tenant.Denied{},
		"invalid": &tenant.Invalid{},
		"cut off": context.DeadlineExceeded,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(20, 20, 0)
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
				if s.apis.count() != 22 || s.clients.count() != 21 {
					t.Errorf("asked %q and %q, want one list of each sort and 20 Gets of each", s.apis.asked, s.clients.asked)
				}
			})
		})
	}
	t.Run("throttled", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newStore(0, 10, 0)
			s.clients.hook = func(int, string) error { return &tenant.Throttled{} }
			for _, one := range all(t.Context(), 10, s.tenant().Clients.Get, keys(10, clientKey)...) {
				if !isA[tenant.Throttled](one.err) {
					t.Errorf("error %v", one.err)
				}
			}
			wantAsked(t, s.clients.stock, "page ")
		})
	})
}

// TestFailingMember: one of many fails alone.
func TestFailingMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 10, 0)
		s.clients.listed = hiding("client-3", "client-4")
		s.clients.hook = func(_ int, request string) error {
			if request == "get client-3" {
				return &tenant.Denied{}
			}
			return nil
		}
		answers := all(t.Context(), 10, s.tenant().Clients.Get, keys(10, clientKey)...)
		if !isA[tenant.Denied](answers[3].err) {
			t.Errorf("error %v", answers[3].err)
		}
		answered(t, slices.Delete(answers, 3, 4), s.clients.id, without(3))
	})
}

func TestErrorsAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 1, 0)
		s.clients.hook = func(number int, _ string) error {
			if number == 0 {
				return &tenant.Unavailable{}
			}
			return nil
		}
		above := s.tenant()
		if _, err := above.Clients.Get(t.Context(), clientKey(0)); !isA[tenant.Unavailable](err) {
			t.Errorf("error %v", err)
		}
		readClients(t, s, above, 1, clientKey(0))
	})
}

// TestCredentialsRefusedToReaders: a cause that all share is told in full to one of them.
func TestCredentialsRefusedToReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(1, 0, 0)
		s.apis.hook = func(int, string) error { return &tenant.Unauthenticated{} }
		full := 0
		for _, one := range all(t.Context(), 5, s.tenant().APIs.Get, keys(5, func(int) tenant.APIKey { return apiKey(0) })...) {
			var refused *tenant.Unauthenticated
			if !errors.As(one.err, &refused) {
				t.Errorf("error %v", one.err)
			} else if !refused.Repeat {
				full++
			}
		}
		if full != 1 {
			t.Errorf("told in full %d times, want once", full)
		}
	})
}

// TestCancelledLeader: who opened the flush leaves while it gathers, while its list is on the way, or while a Get is.
// The others have their answers.
func TestCancelledLeader(t *testing.T) {
	for name, after := range map[string]time.Duration{
		"before it asks":     0,
		"while it gathers":   5 * time.Millisecond,
		"during the page":    15*time.Millisecond + latency/2,
		"during the Get":     20*time.Millisecond + latency*3/2,
		"after all is known": time.Minute,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(0, 3, 0)
				s.clients.listed = hiding("client-0", "client-1")
				above := s.tenant()
				ctx, cancel := context.WithTimeout(t.Context(), after)
				defer cancel()
				var leader error
				var group sync.WaitGroup
				group.Go(func() { _, leader = above.Clients.Get(ctx, clientKey(0)) })
				for i := range 3 { // the first of them asks for the same
					group.Go(func() {
						time.Sleep(time.Millisecond)
						readClients(t, s, above, 1, clientKey(i))
					})
				}
				group.Wait()
				if early := after < time.Minute; early != isA[tenant.Unavailable](leader) || early && !errors.Is(leader, context.DeadlineExceeded) {
					t.Errorf("the leader's error: %v", leader)
				}
			})
		})
	}
}

// TestNobodyWaits: when all who wait have gone, nothing is sent, and what is on its way is given up.
func TestNobodyWaits(t *testing.T) {
	for name, test := range map[string]struct {
		after time.Duration
		asked []string
		ended int
	}{
		"while it gathers": {5 * time.Millisecond, nil, 0},
		"during the page":  {15*time.Millisecond + latency/3, []string{"page "}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(0, 150, 0)
				above := s.tenant()
				ctx, cancel := context.WithTimeout(t.Context(), test.after)
				defer cancel()
				for _, one := range all(ctx, 2, above.Clients.Get, keys(2, clientKey)...) {
					if !errors.Is(one.err, context.DeadlineExceeded) {
						t.Errorf("error %v", one.err)
					}
				}
				time.Sleep(time.Minute)
				wantAsked(t, s.clients.stock, test.asked...)
				if s.clients.ended != test.ended {
					t.Errorf("%d requests ended early, want %d", s.clients.ended, test.ended)
				}
				before := s.clients.count()
				readClients(t, s, above, 3, keys(3, clientKey)...)
				if more := s.clients.count() - before; more != 1 {
					t.Errorf("%d requests for those who came later, want a page: %q", more, s.clients.asked)
				}
			})
		})
	}
}

// TestSomeHaveLeft: of those who wait together one has its answer from the page. What the others want is not asked for
// when they left while the page was on its way, and is given up when they leave while the Gets are.
func TestSomeHaveLeft(t *testing.T) {
	for name, test := range map[string]struct {
		leave []time.Duration
		asked []string
		ended int
	}{
		"one during the page":  {[]time.Duration{gathering + latency/2, time.Hour}, []string{"get client-1", "page "}, 0},
		"both during the page": {[]time.Duration{gathering + latency/2, gathering + latency/2}, []string{"page "}, 0},
		"both during the Gets": {[]time.Duration{gathering + latency*3/2, gathering + latency*3/2}, []string{"get client-0", "get client-1", "page "}, 2},
		"one during the Gets":  {[]time.Duration{gathering + latency*3/2, time.Hour}, []string{"get client-0", "get client-1", "page "}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(0, 3, 0)
				s.clients.listed = hiding("client-0", "client-1")
				above := s.tenant()
				var group sync.WaitGroup
				group.Go(func() { readClients(t, s, above, 1, clientKey(2)) })
				for i, patient := range test.leave {
					group.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), patient)
						defer cancel()
						if _, err := above.Clients.Get(ctx, clientKey(i)); (err != nil) != (patient < time.Hour) {
							t.Errorf("client %d: error %v", i, err)
						}
					})
				}
				group.Wait()
				time.Sleep(time.Minute)
				synctest.Wait()
				slices.Sort(s.clients.asked)
				wantAsked(t, s.clients.stock, test.asked...)
				if s.clients.ended != test.ended {
					t.Errorf("%d requests ended early, want %d", s.clients.ended, test.ended)
				}
			})
		})
	}
}

// TestSlowTenant: a request may take as long as the tenant below lets it, and so may those behind it.
func TestSlowTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 200, 0)
		s.clients.latency = 40 * time.Minute
		above := s.tenant()
		var group sync.WaitGroup
		group.Go(func() { readClients(t, s, above, 2, clientKey(0), clientKey(150)) })
		time.Sleep(time.Second)
		readClients(t, s, above, 2, clientKey(1), clientKey(151))
		group.Wait()
	})
}

// TestListWithoutEnd: a tenant that says there is another page, whichever is asked for, and a total that is not true.
func TestListWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 300, 0)
		repeating := &repeatingClients{clientStock: &s.clients}
		above := coalesced(tenant.Tenant{Clients: repeating})
		readClients(t, s, above, 10, keys(300, clientKey)[290:]...)
		if s.clients.count() > 2+10 {
			t.Errorf("%d requests for ten clients: %q", s.clients.count(), s.clients.asked)
		}
	})
}

type repeatingClients struct{ *clientStock }

func (r *repeatingClients) Page(ctx context.Context, filter tenant.ClientFilter, _ string) (tenant.Page[tenant.Client], error) {
	got, err := r.clientStock.Page(ctx, filter, "")
	got.Next, got.Total = "again", 1
	return got, err
}
