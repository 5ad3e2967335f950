package coalesce_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func readAPIs(t *testing.T, s *store, above tenant.Tenant, parallelism int, wanted ...tenant.APIKey) {
	t.Helper()
	answers := all(t.Context(), parallelism, above.APIs.Get, wanted...)
	answered(t, answers, s.apis.id, func(i int) string { return wanted[i].ID })
}

func readClients(t *testing.T, s *store, above tenant.Tenant, parallelism int, wanted ...tenant.ClientKey) {
	t.Helper()
	answers := all(t.Context(), parallelism, above.Clients.Get, wanted...)
	answered(t, answers, s.clients.id, func(i int) string { return wanted[i].ClientID })
}

func readGrants(t *testing.T, s *store, above tenant.Tenant, parallelism int, wanted ...tenant.GrantKey) {
	t.Helper()
	answers := all(t.Context(), parallelism, above.Grants.Get, wanted...)
	answered(t, answers, s.grants.id, func(i int) string { return wanted[i].ID })
}

// TestReadFloor: what it costs to read some objects of a tenant, at some parallelism. One client and one grant more than
// is managed are the provider's own.
func TestReadFloor(t *testing.T) {
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
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(test.apis, test.clients+1, test.grants+1)
				above := s.tenant()
				readAPIs(t, s, above, test.parallelism, keys(test.apis, apiKey)...)
				readClients(t, s, above, test.parallelism, keys(test.clients+1, clientKey)[1:]...)
				readGrants(t, s, above, test.parallelism, keys(test.grants+1, grantKey)[1:]...)
				if got := (cost{s.apis.count(), s.clients.count(), s.grants.count()}); got != test.want {
					t.Errorf("%+v requests, want %+v: %q %q %q", got, test.want, s.apis.asked, s.clients.asked, s.grants.asked)
				}
			})
		})
	}
}

// TestOneOfACrowd: where much was asked for already, the first of a kind is taken for the first of many.
func TestOneOfACrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(1, 10, 2)
		above := s.tenant()
		readClients(t, s, above, 7, keys(7, clientKey)...)
		readGrants(t, s, above, 1, keys(2, grantKey)...)
		wantAsked(t, s.grants.stock, "page ")

		s = newStore(1, 10, 0) // also where the others are still waiting when it is its turn
		above = s.tenant()
		var group sync.WaitGroup
		group.Go(func() { readAPIs(t, s, above, 1, apiKey(0)) })
		group.Go(func() { readClients(t, s, above, 9, keys(9, clientKey)...) })
		group.Wait()
		wantAsked(t, s.apis.stock, "page ")

		s = newStore(0, 6, 1)
		above = s.tenant()
		readClients(t, s, above, 6, keys(6, clientKey)...)
		readGrants(t, s, above, 1, grantKey(0))
		wantAsked(t, s.grants.stock, "get cgr_0")
	})
}

// TestTenantOfAnySize: whatever the tenant's size, and wherever in it the objects stand, they cost about twice what
// either Gets or all pages would cost, at most.
func TestTenantOfAnySize(t *testing.T) {
	for _, size := range []int{1, 99, 101, 250, 2000} {
		for _, managed := range []int{1, 2, 3, 10, 25, 250} {
			for _, parallelism := range []int{1, 10, 30} {
				if managed > size {
					continue
				}
				t.Run(fmt.Sprintf("%d of %d, %d at once", managed, size, parallelism), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						s := newStore(size, size, size)
						above := s.tenant()
						readAPIs(t, s, above, parallelism, keys(size, apiKey)[size-managed:]...)
						readClients(t, s, above, parallelism, keys(size, clientKey)[size-managed:]...)
						readGrants(t, s, above, parallelism, keys(size, grantKey)[size-managed:]...)
						pages := (size + 99) / 100
						optimum, named := min(managed, pages), min((managed+9)/min(10, parallelism), pages)
						if s.apis.count() > 2*named+1 {
							t.Errorf("%d requests for APIs: %d would do", s.apis.count(), named)
						}
						if s.clients.count() > 2*optimum+1 || s.grants.count() > 2*optimum+1 {
							t.Errorf("%d requests for clients, %d for grants: %d would do", s.clients.count(), s.grants.count(), optimum)
						}
					})
				})
			}
		}
	}
}

// TestManyAPIs: where a tenant has more APIs than a page holds, those that are wanted go on being asked for by their
// identifiers, and what cannot be named or is alone by a Get.
func TestManyAPIs(t *testing.T) {
	for name, test := range map[string]struct {
		size, managed, parallelism, most int
	}{
		"20 of 2000":              {2000, 20, 10, 2 + 1},
		"50 of 2000":              {2000, 50, 10, 5 + 1},
		"150 of 2000":             {2000, 150, 10, 15 + 1},
		"25 of 2000, all at once": {2000, 25, 30, 3 + 1},
		"50 of 300":               {300, 50, 10, 3 + 1},
		"300 of 300":              {300, 300, 10, 3 + 1},
		"11 of 1000, all at once": {1000, 11, 30, 2 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(test.size, 0, 0)
				readAPIs(t, s, s.tenant(), test.parallelism, keys(test.size, apiKey)[test.size-test.managed:]...)
				t.Logf("%d requests", s.apis.count())
				if s.apis.count() > test.most {
					t.Errorf("%d requests, want at most %d: %q", s.apis.count(), test.most, s.apis.asked)
				}
			})
		})
	}
}

// TestLongIdentifiers: names that make a URL too long for one request go out in more. One that is too long by itself is
// left to a Get.
func TestLongIdentifiers(t *testing.T) {
	for name, test := range map[string]struct {
		part  string
		times int
		asked []string
	}{
		"short":             {"a", 370, []string{"10 named"}},
		"long when escaped": {"ü", 200, []string{"3 named", "3 named", "3 named", "get"}},
		"too long":          {"a", 4000, slices.Repeat([]string{"get"}, 10)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore(2000, 0, 0)
				above := s.tenant()
				wanted := make([]tenant.APIKey, 10)
				for i := range wanted {
					s.apis.objects[i].Identifier += strings.Repeat(test.part, test.times)
					wanted[i] = s.apis.objects[i].Key()
				}
				s.apis.hook = func(_ int, request string) error { // pages are of no use
					if strings.HasPrefix(request, "page") {
						return &tenant.Denied{}
					}
					return nil
				}
				readAPIs(t, s, above, 10, wanted...)
				var asked []string
				for _, request := range s.apis.asked {
					if asked = append(asked, request); strings.HasPrefix(request, "get") {
						asked[len(asked)-1] = "get"
					}
				}
				if asked = slices.DeleteFunc(asked, func(request string) bool { return request == "page " }); !slices.Equal(asked, test.asked) {
					t.Errorf("asked %q, want %q", asked, test.asked)
				}
			})
		})
	}
}

// TestFailingNames: where a list of what it names fails, pages go on.
func TestFailingNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(100, 0, 0)
		s.apis.hook = func(_ int, request string) error {
			if strings.HasSuffix(request, "named") {
				return &tenant.Invalid{}
			}
			return nil
		}
		above := s.tenant()
		readAPIs(t, s, above, 10, keys(100, apiKey)...)
		if s.apis.count() != 1+10+1 {
			t.Errorf("%d requests, want a list, ten Gets and a page: %q", s.apis.count(), s.apis.asked)
		}
	})
}

// TestAPIsWithoutIdentifier: an id alone no list can name.
func TestAPIsWithoutIdentifier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(2000, 0, 0)
		above := s.tenant()
		readAPIs(t, s, above, 2, keys(2000, apiKey)[1000:1002]...)
		wanted := append(keys(2000, apiKey)[1002:1005], tenant.APIKey{ID: "id-1005"})
		readAPIs(t, s, above, 4, wanted...)
		wantAsked(t, s.apis.stock, "2 named", "page ", "3 named", "get id-1005")
	})
}

func TestThreeOfTenThousand(t *testing.T) {
	for _, parallelism := range []int{1, 10} {
		synctest.Test(t, func(t *testing.T) {
			s := newStore(0, 10000, 0)
			readClients(t, s, s.tenant(), parallelism, clientKey(5000), clientKey(7000), clientKey(9000))
			if s.clients.count() > 4 {
				t.Errorf("%d at once: asked %q, want four requests at most", parallelism, s.clients.asked)
			}
		})
	}
}

// TestScopesRideAlong: the API and all who ask for it by its identifier share one read, at once and later.
func TestScopesRideAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(3, 0, 0)
		above := s.tenant()
		wanted := append(keys(1, apiKey), keys(300, func(int) tenant.APIKey { return tenant.APIKey{Identifier: apiKey(0).Identifier} })...)
		answered(t, all(t.Context(), 10, above.APIs.Get, wanted...), s.apis.id, func(int) string { return "id-0" })
		wantAsked(t, s.apis.stock, "1 named")
	})
}

func TestEqualGetsAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(1, 0, 0)
		wanted := keys(300, func(int) tenant.APIKey { return tenant.APIKey{Identifier: apiKey(0).Identifier} })
		answered(t, all(t.Context(), 30, s.tenant().APIs.Get, wanted...), s.apis.id, func(int) string { return "id-0" })
		wantAsked(t, s.apis.stock, "get "+apiKey(0).Identifier)
	})
}

// TestAPIsByIdentifierThenByPage: APIs come out by name, as long as a page would not save anything.
func TestAPIsByIdentifierThenByPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(40, 0, 0)
		above := s.tenant()
		readAPIs(t, s, above, 10, keys(10, apiKey)...)
		readAPIs(t, s, above, 1, keys(40, apiKey)[10:]...)
		wantAsked(t, s.apis.stock, "10 named", "page ")
	})
}

// TestTextThatMayBeIDOrIdentifier: an import names an API by a text that may be either. What it is, the tenant tells.
func TestTextThatMayBeIDOrIdentifier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(3, 0, 0)
		above := s.tenant()
		imported := tenant.APIKey{ID: "id-2", Identifier: "id-2"}
		wanted := []tenant.APIKey{apiKey(0), imported, apiKey(1)}
		answered(t, all(t.Context(), 3, above.APIs.Get, wanted...), s.apis.id, s.nth(0, 2, 1))
		slices.Sort(s.apis.asked)
		wantAsked(t, s.apis.stock, "2 named", "get id-2")
		readAPIs(t, s, above, 1, tenant.APIKey{ID: "id-0"})
	})
}

func (*store) nth(numbers ...int) func(int) string {
	return func(i int) string { return apiKey(numbers[i]).ID }
}

// TestAPIMadeAgainIsNotTakenFromAList: the identifier leads to an API with another id. Whether that of the old id is gone
// only a Get can tell.
func TestAPIMadeAgainIsNotTakenFromAList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(3, 0, 0)
		old := tenant.APIKey{ID: "old", Identifier: apiKey(1).Identifier}
		answers := all(t.Context(), 3, s.tenant().APIs.Get, apiKey(0), old, apiKey(2))
		answered(t, answers, s.apis.id, s.nth(0, 1, 2))
		wantAsked(t, s.apis.stock, "3 named", "get "+old.Identifier)
	})
}

// TestPageServesWhoeverAsksMeanwhile: a page on its way is not asked for twice.
func TestPageServesWhoeverAsksMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 50, 0)
		above := s.tenant()
		first := make(chan struct{})
		go func() {
			defer close(first)
			readClients(t, s, above, 5, keys(5, clientKey)...)
		}()
		readClients(t, s, above, 1, clientKey(9), clientKey(20), clientKey(30))
		<-first
		wantAsked(t, s.clients.stock, "page ")
	})
}

// TestLookupsPassThrough: by name, by natural key, and lists.
func TestLookupsPassThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 2, 0)
		s.clients.objects[1].Name = "job"
		above := s.tenant()
		for range 2 {
			if client, err := above.Clients.Get(t.Context(), tenant.ClientKey{Name: "job"}); err != nil || client.ClientID != "client-1" {
				t.Errorf("%+v, %v", client, err)
			}
		}
		wantAsked(t, s.clients.stock, "get job", "get job")
		natural := tenant.GrantKey{ClientID: "client-1", Audience: "x"}
		if _, err := above.Grants.Get(t.Context(), natural); !isA[tenant.NotFound](err) {
			t.Errorf("error %v", err)
		}
		wantAsked(t, s.grants.stock, "get client-1 x")
	})
}

// TestAnswersAreEachCallersOwn: what one caller does with its answer does not show in another's.
func TestAnswersAreEachCallersOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(1, 0, 0)
		above := s.tenant()
		for range 3 { // asked for once, and known from then on
			api, err := above.APIs.Get(t.Context(), apiKey(0))
			if err != nil || api.Scopes[0].Value != "a" {
				t.Fatalf("%+v, %v", api, err)
			}
			api.Scopes[0].Value = "scribbled"
		}
	})
}

// TestValuesOfTheContextArrive: what is logged below belongs to the caller.
func TestValuesOfTheContextArrive(t *testing.T) {
	type mark struct{}
	synctest.Test(t, func(t *testing.T) {
		s := newStore(0, 1, 0)
		watched := &watching{Clients: &s.clients, see: func(ctx context.Context) {
			if ctx.Value(mark{}) != "here" {
				t.Error("the context below is another")
			}
		}}
		above := coalesced(tenant.Tenant{Clients: watched})
		if _, err := above.Clients.Get(context.WithValue(t.Context(), mark{}, "here"), clientKey(0)); err != nil {
			t.Error(err)
		}
	})
}
