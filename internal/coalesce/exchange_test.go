package coalesce_test

import (
	"testing"
	"testing/synctest"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestDeletedAndCreated: one plan deletes scopes at one address and creates them at another. Whichever arrives first, both
// succeed, the scopes stay, and only what differs is sent.
func TestDeletedAndCreated(t *testing.T) {
	for name, test := range map[string]struct {
		changes []tenant.ScopeChange
		want    []tenant.Scope
		writes  int
	}{
		"deleted first":  {[]tenant.ScopeChange{remove("a"), create("a")}, scopes("z", "a"), 0},
		"created first":  {[]tenant.ScopeChange{create("a"), remove("a")}, scopes("z", "a"), 0},
		"both exchanged": {[]tenant.ScopeChange{create("a"), create("z"), remove("z"), remove("a")}, scopes("z", "a"), 0},
		"described anew": {[]tenant.ScopeChange{{Scope: tenant.Scope{Value: "a", Description: "new"}, New: true}, remove("a")}, []tenant.Scope{scope("z"), {Value: "a", Description: "new"}}, 1},
		"beside others":  {[]tenant.ScopeChange{create("a"), create("b"), remove("a"), remove("z")}, scopes("a", "b"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(scopes("z", "a")...)
				got := together(t.Context(), s.tenant(), test.changes...)
				succeeded(t, got...)
				expect(t, s, test.want)
				if writes := s.writes(); writes != test.writes {
					t.Errorf("%d writes, want %d", writes, test.writes)
				}
			})
		})
	}
}

// TestChangeOfNothing: a caller without changes gets the API as it is after the batch, for no write, and is told if the
// API is not there.
func TestChangeOfNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(scope("z"))
		api, err := s.tenant().Scopes.Change(t.Context(), key)
		if _, there := api.Scope("z"); err != nil || !there || s.writes() > 0 || s.count() != 1 {
			t.Errorf("the API is %v, error %v, after %d calls and %d writes", api, err, s.count(), s.writes())
		}
		s.gone = true
		_, err = s.tenant().Scopes.Change(t.Context(), key)
		failedAs[tenant.NotFound](t, outcome{err: err})
	})
}
