package coalesce_test

import (
	"testing"
	"testing/synctest"

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

// TestChange_deletedAndNotCreated: a caller creates two scopes, of which one exists and the other is deleted by a later
// caller. Its conflict does not change the order of the others.
func TestChange_deletedAndNotCreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI(scopes("a", "z")...)
		above := s.tenant()
		outcomes := make([]outcome, 3)
		runWorkers(3, 3, func(i int) {
			changes := [][]tenant.ScopeChange{{create("a"), create("z")}, {describe("a", "other")}, {remove("a")}}[i]
			api, err := above.Scopes.Change(t.Context(), key, changes...)
			outcomes[i] = outcome{api: api, err: err}
		})
		wantError[tenant.Conflict](t, outcomes[0])
		wantSuccess(t, outcomes[1:]...)
		wantScopes(t, s, scopes("z"))
	})
}

// TestChange_none: a caller without changes receives the API as it is after the batch, without a write, or an error if the
// API does not exist.
func TestChange_none(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI(scope("z"))
		api, err := s.tenant().Scopes.Change(t.Context(), key)
		if _, there := api.Scope("z"); err != nil || !there || s.writes() > 0 || s.requestCount() != 1 {
			t.Errorf("the API is %v, error %v, after %d requests and %d writes", api, err, s.requestCount(), s.writes())
		}
		s.deleted = true
		_, err = s.tenant().Scopes.Change(t.Context(), key)
		wantError[tenant.NotFound](t, outcome{err: err})
	})
}
