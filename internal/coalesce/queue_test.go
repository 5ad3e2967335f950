package coalesce_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestChange_existingScope creates scopes that exist: each of these callers fails alone and changes nothing.
func TestChange_existingScope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		present := tenant.Scope{Value: "a", Description: "Created in the dashboard"}
		s := newFakeAPI(present)
		got := changeAll(t.Context(), s.tenant(), create("a"), create("b"), create("b"), create("c"))
		wantSuccess(t, got[1], got[3])
		if conflict := wantError[tenant.Conflict](t, got[0]); conflict.Key != identifier+" a" {
			t.Errorf("the conflict is about %q", conflict.Key)
		}
		wantError[tenant.Conflict](t, got[2])
		wantScopes(t, s, []tenant.Scope{present, scope("b"), scope("c")})
	})
}

// TestChange_order sends several changes of one scope in a batch. They are applied in the order in which they joined.
func TestChange_order(t *testing.T) {
	for name, test := range map[string]struct {
		changes []tenant.ScopeChange
		want    []tenant.Scope
	}{
		"added, then removed":          {[]tenant.ScopeChange{create("a"), remove("a")}, scopes("z")},
		"removed, then created":        {[]tenant.ScopeChange{remove("z"), create("z"), create("b")}, scopes("z", "b")},
		"described twice":              {[]tenant.ScopeChange{describe("z", "first"), describe("z", "second")}, []tenant.Scope{{Value: "z", Description: "second"}}},
		"description of a new scope":   {[]tenant.ScopeChange{describe("a", "new")}, []tenant.Scope{scope("z"), {Value: "a", Description: "new"}}},
		"missing scope removed":        {[]tenant.ScopeChange{remove("a"), create("b")}, scopes("z", "b")},
		"created, removed and created": {[]tenant.ScopeChange{create("a"), remove("a"), create("a")}, scopes("z", "a")},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeAPI(scope("z"))
			wantSuccess(t, changeAll(t.Context(), s.tenant(), test.changes...)...)
			wantScopes(t, s, test.want)
			if writes := s.writes(); writes > 1 {
				t.Errorf("%d writes, want one at most", writes)
			}
		})
	}
}

// TestChange_duringBatch sends changes at any time while a batch is executed. Each is in a later batch.
func TestChange_duringBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		above := s.tenant()
		want := make([]tenant.Scope, 100)
		atOnce(each(100, func(i int) {
			value := string(rune('A'+i/10)) + string(rune('0'+i%10))
			want[i] = scope(value)
			time.Sleep(time.Duration(i) * 7 * time.Millisecond)
			api, err := above.Scopes.Change(t.Context(), key, create(value))
			if _, there := api.Scope(value); err != nil || !there {
				t.Errorf("%s: error %v, exists in the result: %v", value, err, there)
			}
		})...)
		wantScopes(t, s, want)
	})
}

// TestChange_rejected: one change of four is rejected and fails alone.
func TestChange_rejected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI(scope("z"))
		got := changeAll(t.Context(), s.tenant(), create("a"), create("bad!"), remove("z"), create("c"))
		wantError[tenant.Invalid](t, got[1])
		wantSuccess(t, got[0], got[2], got[3])
		wantScopes(t, s, scopes("a", "c"))
	})
}

// TestChange_deniedAfterRejection: when changes are sent one by one and one is denied, the remaining ones are not sent.
func TestChange_deniedAfterRejection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		s.hook = beforeRequest(3, func(*fakeAPI) *fault { return &fault{err: &tenant.Denied{}} })
		got := changeAll(t.Context(), s.tenant(), create("a"), create("b"), create("bad!"), create("c"))
		wantSuccess(t, got[0])
		for _, o := range got[1:] {
			wantError[tenant.Denied](t, o)
		}
		wantScopes(t, s, scopes("a"))
		if s.requestCount() != 5 {
			t.Errorf("%d requests, want a read, three writes and a read", s.requestCount())
		}
	})
}

// TestChange_responseLostAfterRejection: when changes are sent one by one and a response is lost, the remaining ones are
// sent after the next read.
func TestChange_responseLostAfterRejection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		s.hook = beforeRequest(3, func(*fakeAPI) *fault { return &fault{err: &tenant.Unavailable{Unsettled: true}} })
		got := changeAll(t.Context(), s.tenant(), create("a"), create("b"), create("bad!"), create("c"))
		wantError[tenant.Invalid](t, got[2])
		wantSuccess(t, got[0], got[1], got[3])
		wantScopes(t, s, scopes("a", "b", "c"))
	})
}

// TestChange_rejectedAfterSameScope: changes of one scope around a rejected change are applied in their order.
func TestChange_rejectedAfterSameScope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		got := changeAll(t.Context(), s.tenant(), create("a"), create("bad!"), describe("a", "other"))
		wantSuccess(t, got[0], got[2])
		wantError[tenant.Invalid](t, got[1])
		wantScopes(t, s, []tenant.Scope{{Value: "a", Description: "other"}})
	})
}

// TestChange_apiDeleted deletes the API at different times: deleting a scope succeeds, creating one fails.
func TestChange_apiDeleted(t *testing.T) {
	for name, test := range map[string]struct {
		key     tenant.APIKey
		request int // before which the API is deleted
	}{
		"before the first read":           {key, 0},
		"before the write":                {key, 1},
		"before the verifying read":       {key, 2},
		"before its id was looked up":     {tenant.APIKey{ID: id}, 0},
		"after its id was looked up":      {tenant.APIKey{ID: id}, 1},
		"key with id and identifier":      {tenant.APIKey{ID: id, Identifier: identifier}, 0},
		"before the write, key with both": {tenant.APIKey{ID: id, Identifier: identifier}, 1},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeAPI(scope("z"))
			s.hook = beforeRequest(test.request, func(s *fakeAPI) *fault { s.deleted = true; return nil })
			above := s.tenant()
			atOnce(func() {
				_, err := above.Scopes.Change(t.Context(), test.key, remove("z"))
				wantSuccess(t, outcome{err: err})
			}, func() {
				_, err := above.Scopes.Change(t.Context(), test.key, create("a"))
				wantError[tenant.NotFound](t, outcome{err: err})
			})
		})
	}
}

// TestChange_apiRecreated: the API is deleted and re-created between two batches, so the snapshot belongs to another API.
func TestChange_apiRecreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI(scope("old"))
		s.hook = beforeRequest(3, func(s *fakeAPI) *fault {
			s.api.ID, s.api.Scopes = "re-created", nil
			return nil
		})
		above := s.tenant()
		wantSuccess(t, changeAll(t.Context(), above, create("a"))...)
		wantSuccess(t, changeAll(t.Context(), above, create("b"))...)
		wantScopes(t, s, scopes("b"))
	})
}

// TestChange_undone: another writer undoes a change just before it is verified, as often as given.
func TestChange_undone(t *testing.T) {
	for name, test := range map[string]struct {
		times     int
		contested bool
	}{
		"once":        {times: 1},
		"three times": {times: 3},
		"four times":  {times: 4, contested: true},
		"every time":  {times: 99, contested: true},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s, undone := newFakeAPI(scope("z")), 0
			s.hook = func(s *fakeAPI, write bool) *fault {
				if n := len(s.requests); !write && n > 0 && s.requests[n-1].write && undone < test.times {
					s.api.Scopes = slices.DeleteFunc(s.api.Scopes, func(scope tenant.Scope) bool { return scope.Value == "a" })
					undone++
				}
				return nil
			}
			got := changeAll(t.Context(), s.tenant(), create("a"), create("b"), remove("z"))
			wantSuccess(t, got[1], got[2])
			if !test.contested {
				wantSuccess(t, got[0])
				wantScopes(t, s, scopes("a", "b"))
				return
			}
			if contested := wantError[tenant.Contested](t, got[0]); !slices.Equal(contested.Scopes, []string{"a"}) {
				t.Errorf("contested: %q, want [a]", contested.Scopes)
			}
			wantScopes(t, s, scopes("b"))
			if writes := s.writes(); writes != 4 {
				t.Errorf("%d writes, want the first and three more", writes)
			}
		})
	}
}

// TestChange_describedByOther: another writer changes the description of the scope that was just created.
func TestChange_describedByOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		s.hook = beforeRequest(2, func(s *fakeAPI) *fault {
			s.api.Scopes = []tenant.Scope{{Value: "a", Description: "Theirs"}}
			return nil
		})
		wantSuccess(t, changeAll(t.Context(), s.tenant(), create("a"))...)
		wantScopes(t, s, scopes("a"))
	})
}

// TestChange_overriddenChangeRestored: another writer restores what the first of two callers wanted. The change of the second
// one is applied again, and both receive the API with it.
func TestChange_overriddenChangeRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI(scope("z"))
		s.hook = beforeRequest(2, func(s *fakeAPI) *fault {
			s.api.Scopes = []tenant.Scope{{Value: "z", Description: "first"}}
			return nil
		})
		want := []tenant.Scope{{Value: "z", Description: "second"}}
		for _, got := range changeAll(t.Context(), s.tenant(), describe("z", "first"), describe("z", "second")) {
			if wantSuccess(t, got); !tenant.SameScopes(got.api.Scopes, want) {
				t.Errorf("a caller received %v, want %v", got.api.Scopes, want)
			}
		}
		wantScopes(t, s, want)
	})
}

// TestChange_faults: if a request of a batch fails, each caller receives an error or its change was made.
func TestChange_faults(t *testing.T) {
	denied := &tenant.Denied{Scope: "update:resource_servers"}
	lost := &tenant.Unavailable{Unsettled: true}
	down := &tenant.Unavailable{}
	for name, test := range map[string]struct {
		request int
		fault
		fails      bool
		unverified bool
		made       bool // whether the changes are in the tenant
	}{
		"read denied":               {0, fault{err: denied}, true, false, false},
		"read lost":                 {0, fault{err: down}, true, false, false},
		"write denied":              {1, fault{err: denied}, true, false, false},
		"write not sent":            {1, fault{err: down}, true, false, false},
		"write lost":                {1, fault{err: lost}, false, false, true},
		"write done, response lost": {1, fault{err: lost, after: true}, false, false, true},
		"verifying read lost":       {2, fault{err: down}, true, true, true},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeAPI(scope("z"))
			s.hook = beforeRequest(test.request, func(*fakeAPI) *fault { return &test.fault })
			want := scopes("z")
			if test.made {
				want = scopes("a", "b")
			}
			for i, o := range changeAll(t.Context(), s.tenant(), create("a"), remove("z"), create("b")) {
				if (o.err != nil) != test.fails {
					t.Errorf("caller %d: error %v", i, o.err)
				}
				if test.unverified && (!isA[*tenant.Unverified](o.err) || o.api.ID == "") {
					t.Errorf("caller %d: error %v does not say that the change was made, of API %q", i, o.err, o.api.ID)
				}
			}
			wantScopes(t, s, want)
		})
	}
}

// TestChange_unauthenticated: a cause that all callers share is explained in full to one of them.
func TestChange_unauthenticated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		s.hook = func(*fakeAPI, bool) *fault { return &fault{err: &tenant.Unauthenticated{}} }
		full := 0
		for _, o := range changeAll(t.Context(), s.tenant(), create("a"), create("b"), create("c")) {
			if !wantError[tenant.Unauthenticated](t, o).Repeat {
				full++
			}
		}
		if full != 1 {
			t.Errorf("explained in full %d times, want once", full)
		}
	})
}

// TestChange_altered: a scope that the tenant stores with another value is reported as such at once, and is not attributed
// to another writer.
func TestChange_altered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		above := tenantOf(&trimming{fakeAPI: s})
		got := changeAll(t.Context(), above, create("a"), create("b "))
		wantSuccess(t, got[0])
		wantError[tenant.Differs](t, got[1])
		if writes := s.writes(); writes != 1 {
			t.Errorf("%d writes, want one", writes)
		}
	})
}

// TestChange_canceled cancels the caller that opened a batch at different times. The other caller always succeeds.
func TestChange_canceled(t *testing.T) {
	for name, test := range map[string]struct {
		at   time.Duration
		sent bool
	}{
		"while the batch is open":      {10 * time.Millisecond, false},
		"during the first read":        {100 * time.Millisecond, true},
		"during the write":             {250 * time.Millisecond, true},
		"during the verifying read":    {400 * time.Millisecond, true},
		"before the call":              {0, false},
		"after everything is finished": {10 * time.Second, true},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeAPI()
			above := s.tenant()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.at == 0 {
				cancel()
			}
			time.AfterFunc(test.at, cancel)
			var opener, follower error
			atOnce(func() { _, opener = above.Scopes.Change(ctx, key, create("a")) }, func() {
				time.Sleep(time.Millisecond)
				_, follower = above.Scopes.Change(t.Context(), key, create("b"))
			})
			wantSuccess(t, outcome{err: follower})
			if test.sent {
				wantSuccess(t, outcome{err: opener})
				wantScopes(t, s, scopes("a", "b"))
				return
			}
			if !errors.Is(opener, context.Canceled) || wantError[tenant.Unavailable](t, outcome{err: opener}).Unsettled {
				t.Errorf("error %v, want one that says that nothing was sent", opener)
			}
			wantScopes(t, s, scopes("b"))
		})
	}
}

// TestChange_slow: the time of a batch is limited only by the tenant below.
func TestChange_slow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		s.latency = 10 * time.Minute
		wantSuccess(t, changeAll(t.Context(), s.tenant(), create("a"), create("b"))...)
		wantScopes(t, s, scopes("a", "b"))
	})
}

// TestChange_canceledDuringSlowBatch: a canceled caller waits for 30 s at most.
func TestChange_canceledDuringSlowBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		s.hook = beforeRequest(1, func(*fakeAPI) *fault { time.Sleep(2 * time.Minute); return nil })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := s.tenant().Scopes.Change(ctx, key, create("a"))
		if waited := time.Since(start); waited != 31*time.Second {
			t.Errorf("waited %v, want 30 s after the cancel", waited)
		}
		if !wantError[tenant.Unavailable](t, outcome{err: err}).Unsettled {
			t.Errorf("error %v does not say that the change may have been made", err)
		}
		time.Sleep(3 * time.Minute)
		wantScopes(t, s, scopes("a"))
	})
}
