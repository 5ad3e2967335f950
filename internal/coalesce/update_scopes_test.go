package coalesce_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/coalesce"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// trimming is a tenant that removes whitespace at the end of a scope.
type trimming struct{ *fakeAPI }

func (s *trimming) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	kept, sent := slices.Clone(update.Planned.Scopes), update.Planned.Scopes
	for i := range kept {
		kept[i].Value = strings.TrimSpace(kept[i].Value)
	}
	update.Planned.Scopes = kept
	api, err := s.fakeAPI.Update(ctx, key, update)
	if err == nil && !tenant.SameScopes(kept, sent) {
		err = &tenant.Differs{Fields: []string{"scopes"}}
	}
	return api, err
}

func tenantOf(apis tenant.APIs) tenant.Tenant { return coalesce.New(tenant.Tenant{APIs: apis}) }

// scopesUpdate returns an update from known to planned scopes, and of the name.
func scopesUpdate(known []string, planned ...tenant.Scope) tenant.APIUpdate {
	return tenant.APIUpdate{
		Prior:   tenant.API{Scopes: scopes(known...)},
		Planned: tenant.API{Name: "Renamed", Scopes: append([]tenant.Scope{}, planned...)},
	}
}

// TestUpdateScopes sends updates to an API with the scopes a and b.
// described returns an API with described scopes: a, and others.
func described(others ...string) tenant.API {
	api := tenant.API{Scopes: scopes(append([]string{"a"}, others...)...)}
	for i := range api.Scopes {
		api.Scopes[i].Description = "Described"
	}
	return api
}

func TestUpdateScopes(t *testing.T) {
	for name, test := range map[string]struct {
		update   tenant.APIUpdate
		requests int
		added    []string
		want     []tenant.Scope
		altered  []string
	}{
		"only the name":        {tenant.APIUpdate{Planned: tenant.API{Name: "Renamed"}}, 1, nil, scopes("a", "b"), nil},
		"known scopes deleted": {scopesUpdate([]string{"a", "b"}, scope("c")), 2, nil, scopes("c"), nil},
		"planned scope exists": {scopesUpdate([]string{"a"}, scopes("a", "b", "c")...), 2, nil, scopes("a", "b", "c"), nil},
		"unexpected scope":     {scopesUpdate([]string{"a"}, scope("c")), 1, []string{"b"}, scopes("a", "b"), nil},
		"unexpected scopes":    {scopesUpdate(nil, scope("c")), 1, []string{"a", "b"}, scopes("a", "b"), nil},
		"all scopes deleted":   {scopesUpdate([]string{"a", "b"}), 2, nil, nil, nil},
		"kept scope removed":   {scopesUpdate([]string{"a", "z"}, scopes("a", "c", "z")...), 1, []string{"b"}, scopes("a", "b"), []string{"z"}},
		"removed scope gone":   {scopesUpdate([]string{"a", "b", "z"}, scopes("a", "b", "c")...), 2, nil, scopes("a", "b", "c"), nil},
		"changed scope gone":   {scopesUpdate([]string{"a", "b", "z"}, append(scopes("a", "b"), tenant.Scope{Value: "z", Description: "Z"})...), 2, nil, append(scopes("a", "b"), tenant.Scope{Value: "z", Description: "Z"}), nil},
		"kept one described":   {tenant.APIUpdate{Prior: described("b"), Planned: described("b", "c")}, 1, nil, scopes("a", "b"), []string{"a", "b"}},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeAPI(scopes("b", "a")...)
			api, err := s.tenant().APIs.Update(t.Context(), key, test.update)
			if test.added == nil && test.altered == nil {
				wantSuccess(t, outcome{err: err})
				if api.Name != "Renamed" || !tenant.SameScopes(api.Scopes, test.want) {
					t.Errorf("response %+v", api)
				}
			} else if changed := wantError[tenant.ScopesChanged](t, outcome{err: err}); !slices.Equal(changed.Added, test.added) || !slices.Equal(changed.Altered, test.altered) {
				t.Errorf("added %q, want %q; altered %q, want %q", changed.Added, test.added, changed.Altered, test.altered)
			}
			wantScopes(t, s, test.want)
			if s.requestCount() != test.requests {
				t.Errorf("%d requests, want %d", s.requestCount(), test.requests)
			}
		})
	}
}

// TestUpdateScopes_twice: Auth0 can list a scope twice (RS010). The scope is unchanged if one of the two is as the caller knows it.
func TestUpdateScopes_twice(t *testing.T) {
	for _, known := range []string{"one", "two"} {
		runInBubble(t, known, func(t *testing.T) {
			s := newFakeAPI(tenant.Scope{Value: "a", Description: "one"}, tenant.Scope{Value: "a", Description: "two"})
			kept := tenant.Scope{Value: "a", Description: known}
			_, err := s.tenant().APIs.Update(t.Context(), key, tenant.APIUpdate{
				Prior: tenant.API{Scopes: []tenant.Scope{kept}}, Planned: tenant.API{Scopes: []tenant.Scope{kept, scope("b")}},
			})
			wantSuccess(t, outcome{err: err})
			wantScopes(t, s, []tenant.Scope{kept, scope("b")})
		})
	}
}

// dropping is a tenant that drops all scopes without reporting it.
type dropping struct{ *fakeAPI }

func (s *dropping) Update(ctx context.Context, key tenant.APIKey, update tenant.APIUpdate) (tenant.API, error) {
	update.Planned.Scopes = nil
	return s.fakeAPI.Update(ctx, key, update)
}

// TestUpdateScopes_dropped: the response is compared with the scopes that were sent.
func TestUpdateScopes_dropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		api, err := tenantOf(&dropping{s}).APIs.Update(t.Context(), key, scopesUpdate(nil, scope("a")))
		if differs := wantError[tenant.Differs](t, outcome{err: err}); !slices.Equal(differs.Fields, []string{"scopes"}) {
			t.Errorf("fields %q, want scopes", differs.Fields)
		}
		if api.ID != id {
			t.Errorf("the error comes without the API: %+v", api)
		}
	})
}

// TestUpdateScopes_withBatches: the requests of updates of scopes and of batches are never mixed, for any form of the key.
func TestUpdateScopes_withBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		above := s.tenant()
		keys := []tenant.APIKey{key, {ID: id, Identifier: identifier}, {ID: id}}
		atOnce(each(12, func(i int) {
			time.Sleep(time.Duration(i) * 90 * time.Millisecond)
			value := string(rune('a' + i))
			var err error
			if i%4 == 3 {
				_, err = above.APIs.Update(t.Context(), keys[i%3], scopesUpdate(strings.Split(strings.Replace("abcdefghijkl", value, "", 1), ""), scope(value)))
			} else {
				_, err = above.Scopes.Change(t.Context(), keys[i%3], create(value))
			}
			wantSuccess(t, outcome{err: err})
		})...)
		for i, r := range s.requests {
			if i > 0 && r.at.Sub(s.requests[i-1].at) < latency && !isLookUp(s.requests[i-1]) && !isLookUp(r) {
				t.Errorf("request %d came %v after the previous one: two operations at once", i, r.at.Sub(s.requests[i-1].at))
			}
		}
	})
}

// isLookUp reports whether a request only looks up the API of an ID.
func isLookUp(r request) bool { return !r.write && r.key.Identifier == "" }

// TestUpdateScopes_dropsSnapshot: a list that was read before an update of scopes is not used after it.
func TestUpdateScopes_dropsSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		s.latency = 2 * time.Millisecond
		above := s.tenant()
		wantSuccess(t, changeAll(t.Context(), above, create("a"))...)
		_, err := above.APIs.Update(t.Context(), key, scopesUpdate([]string{"a"}, scope("b")))
		wantSuccess(t, outcome{err: err})
		wantSuccess(t, changeAll(t.Context(), above, create("c"))...)
		wantScopes(t, s, scopes("b", "c"))
	})
}

// TestUpdateScopes_canceled: an update that is canceled while it waits for the queue sends nothing.
func TestUpdateScopes_canceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		above := s.tenant()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		atOnce(func() { wantSuccess(t, changeAll(t.Context(), above, create("a"))...) }, func() {
			time.Sleep(time.Millisecond)
			_, err := above.APIs.Update(ctx, key, scopesUpdate([]string{"a"}))
			wantError[tenant.Unavailable](t, outcome{err: err})
		})
		wantScopes(t, s, scopes("a"))
	})
}

// TestChange_deletedAndCreated: one plan deletes scopes at one address and creates them at another. In any order both
// succeed, the scopes remain, and only differences are sent.
func TestChange_deletedAndCreated(t *testing.T) {
	for name, test := range map[string]struct {
		changes []tenant.ScopeChange
		want    []tenant.Scope
		writes  int
	}{
		"deleted first":   {[]tenant.ScopeChange{remove("a"), create("a")}, scopes("z", "a"), 0},
		"created first":   {[]tenant.ScopeChange{create("a"), remove("a")}, scopes("z", "a"), 0},
		"two scopes":      {[]tenant.ScopeChange{create("a"), create("z"), remove("z"), remove("a")}, scopes("z", "a"), 0},
		"new description": {[]tenant.ScopeChange{{Scope: tenant.Scope{Value: "a", Description: "new"}, New: true}, remove("a")}, []tenant.Scope{scope("z"), {Value: "a", Description: "new"}}, 1},
		"with others":     {[]tenant.ScopeChange{create("a"), create("b"), remove("a"), remove("z")}, scopes("a", "b"), 1},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeAPI(scopes("z", "a")...)
			got := changeAll(t.Context(), s.tenant(), test.changes...)
			wantSuccess(t, got...)
			wantScopes(t, s, test.want)
			if writes := s.writes(); writes != test.writes {
				t.Errorf("%d writes, want %d", writes, test.writes)
			}
		})
	}
}

// TestChange_deletedAndNotCreated: two callers create scopes that exist, of which a third one deletes the second. The conflict
// of the first does not change the order of the others.
func TestChange_deletedAndNotCreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI(scopes("a", "z")...)
		got := changeAll(t.Context(), s.tenant(), create("z"), describe("a", "other"), create("a"), remove("a"))
		wantError[tenant.Conflict](t, got[0])
		wantSuccess(t, got[1:]...)
		wantScopes(t, s, scopes("z", "a"))
	})
}

// TestScopes_Get: a read through the queue receives the API as it is after the batch, without a write, or an error if the API
// does not exist.
func TestScopes_Get(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI(scope("z"))
		above := s.tenant()
		api, err := above.Scopes.Get(t.Context(), key)
		if _, there := api.Scope("z"); err != nil || !there || s.writes() > 0 || s.requestCount() != 1 {
			t.Errorf("the API is %v, error %v, after %d requests and %d writes", api, err, s.requestCount(), s.writes())
		}
		atOnce(func() { wantSuccess(t, changeAll(t.Context(), above, create("a"), create("b"))...) }, func() {
			time.Sleep(time.Millisecond / 2)
			api, err = above.Scopes.Get(t.Context(), key)
			if err != nil || !tenant.SameScopes(api.Scopes, scopes("z", "a", "b")) {
				t.Errorf("the API has the scopes %v, error %v, want those of the batch too", api.Scopes, err)
			}
		})
		s.deleted = true
		_, err = s.tenant().Scopes.Get(t.Context(), key)
		wantError[tenant.NotFound](t, outcome{err: err})
	})
}
