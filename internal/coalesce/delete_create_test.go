package coalesce_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newFakeAPI(scopes("z", "a")...)
				got := changeAll(t.Context(), s.tenant(), test.changes...)
				wantSuccess(t, got...)
				wantScopes(t, s, test.want)
				if writes := s.writes(); writes != test.writes {
					t.Errorf("%d writes, want %d", writes, test.writes)
				}
			})
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
		var wg sync.WaitGroup
		wg.Go(func() { wantSuccess(t, changeAll(t.Context(), above, create("a"), create("b"))...) })
		time.Sleep(time.Millisecond / 2)
		api, err = above.Scopes.Get(t.Context(), key)
		if err != nil || !tenant.SameScopes(api.Scopes, scopes("z", "a", "b")) {
			t.Errorf("the API has the scopes %v, error %v, want those of the batch too", api.Scopes, err)
		}
		wg.Wait()
		s.deleted = true
		_, err = s.tenant().Scopes.Get(t.Context(), key)
		wantError[tenant.NotFound](t, outcome{err: err})
	})
}
