package coalesce_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// expect fails the test unless the tenant has exactly these scopes.
func expect(t *testing.T, s *service, want []tenant.Scope) {
	t.Helper()
	if got := s.scopes(); !tenant.SameScopes(got, want) {
		t.Errorf("the API has the scopes %v, want %v", got, want)
	}
}

func succeeded(t *testing.T, outcomes ...outcome) {
	t.Helper()
	for i, o := range outcomes {
		if o.err != nil {
			t.Errorf("caller %d: %v", i, o.err)
		}
	}
}

func failedAs[E any, P interface {
	*E
	error
}](t *testing.T, o outcome) P {
	t.Helper()
	var want P
	if !errors.As(o.err, &want) {
		t.Errorf("error %v (%T), want %T", o.err, o.err, want)
		return new(E)
	}
	return want
}

// TestCreatedThereAlready: of those who create a scope that is there, each fails alone and changes nothing.
func TestCreatedThereAlready(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		present := tenant.Scope{Value: "a", Description: "Made by hand"}
		s := newService(present)
		got := together(t.Context(), s.tenant(), create("a"), create("b"), create("b"), create("c"))
		succeeded(t, got[1], got[3])
		if conflict := failedAs[tenant.Conflict](t, got[0]); conflict.Key != identifier+" a" {
			t.Errorf("the conflict is about %q", conflict.Key)
		}
		failedAs[tenant.Conflict](t, got[2])
		expect(t, s, []tenant.Scope{present, scope("b"), scope("c")})

		_, err := s.tenant().Scopes.Change(t.Context(), key, create("d"), create("a"))
		failedAs[tenant.Conflict](t, outcome{err: err})
		expect(t, s, []tenant.Scope{present, scope("b"), scope("c")})
	})
}

func TestOrderOfArrivalWithinABatch(t *testing.T) {
	for name, test := range map[string]struct {
		changes []tenant.ScopeChange
		want    []tenant.Scope
	}{
		"added, then removed":          {[]tenant.ScopeChange{create("a"), remove("a")}, scopes("z")},
		"removed, then created":        {[]tenant.ScopeChange{remove("z"), create("z"), create("b")}, scopes("z", "b")},
		"described twice":              {[]tenant.ScopeChange{describe("z", "first"), describe("z", "second")}, []tenant.Scope{{Value: "z", Description: "second"}}},
		"described where none is":      {[]tenant.ScopeChange{describe("a", "new")}, []tenant.Scope{scope("z"), {Value: "a", Description: "new"}}},
		"removed where none is":        {[]tenant.ScopeChange{remove("a"), create("b")}, scopes("z", "b")},
		"created, removed and created": {[]tenant.ScopeChange{create("a"), remove("a"), create("a")}, scopes("z", "a")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(scope("z"))
				succeeded(t, together(t.Context(), s.tenant(), test.changes...)...)
				expect(t, s, test.want)
				if writes := s.writes(); writes > 1 {
					t.Errorf("%d writes, want one at most", writes)
				}
			})
		})
	}
}

// TestJoinDuringAFlight: who arrives at any moment of a flight is in the next batch, not lost.
func TestJoinDuringAFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := s.tenant()
		var wg sync.WaitGroup
		var want []tenant.Scope
		for i := range 100 {
			value := string(rune('A'+i/10)) + string(rune('0'+i%10))
			want = append(want, scope(value))
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 7 * time.Millisecond)
				api, err := above.Scopes.Change(t.Context(), key, create(value))
				if _, there := api.Scope(value); err != nil || !there {
					t.Errorf("%s: error %v, in the answer: %v", value, err, there)
				}
			})
		}
		wg.Wait()
		expect(t, s, want)
	})
}

// TestRefusedMemberFailsAlone: the tenant refuses one scope of four.
func TestRefusedMemberFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(scope("z"))
		got := together(t.Context(), s.tenant(), create("a"), create("bad!"), remove("z"), create("c"))
		failedAs[tenant.Invalid](t, got[1])
		succeeded(t, got[0], got[2], got[3])
		expect(t, s, scopes("a", "c"))
	})
}

// TestTroubleAfterARefusal: when members are sent one by one and the tenant stops answering, the rest is not sent.
func TestTroubleAfterARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.hook = before(3, func(*service) *fault { return &fault{err: &tenant.Denied{}} })
		got := together(t.Context(), s.tenant(), create("a"), create("b"), create("bad!"), create("c"))
		succeeded(t, got[0])
		for _, o := range got[1:] {
			failedAs[tenant.Denied](t, o)
		}
		expect(t, s, scopes("a"))
		if s.count() != 5 {
			t.Errorf("%d calls, want a read, three writes and a read", s.count())
		}
	})
}

// TestAnswerLostAfterARefusal: when members are sent one by one and an answer is lost, those behind it are sent later.
func TestAnswerLostAfterARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.hook = before(3, func(*service) *fault { return &fault{err: &tenant.Unavailable{Unsettled: true}} })
		got := together(t.Context(), s.tenant(), create("a"), create("b"), create("bad!"), create("c"))
		failedAs[tenant.Invalid](t, got[2])
		succeeded(t, got[0], got[1], got[3])
		expect(t, s, scopes("a", "b", "c"))
	})
}

// TestRefusedMemberOvertakesNobody: the member whose change the refused one would have overtaken has its scope.
func TestRefusedMemberOvertakesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := s.tenant()
		var first, second error
		var wg sync.WaitGroup
		wg.Go(func() { _, first = above.Scopes.Change(t.Context(), key, create("a")) })
		wg.Go(func() {
			time.Sleep(time.Millisecond)
			_, second = above.Scopes.Change(t.Context(), key, describe("a", "other"), create("bad!"))
		})
		wg.Wait()
		succeeded(t, outcome{err: first})
		failedAs[tenant.Invalid](t, outcome{err: second})
		expect(t, s, scopes("a"))
	})
}

func TestAPIGone(t *testing.T) {
	for name, test := range map[string]struct {
		key  tenant.APIKey
		call int // before which the API is deleted
	}{
		"before the first read":        {key, 0},
		"before the write":             {key, 1},
		"before the verifying read":    {key, 2},
		"before its id was looked up":  {tenant.APIKey{ID: id}, 0},
		"after its id was looked up":   {tenant.APIKey{ID: id}, 1},
		"named by id and identifier":   {tenant.APIKey{ID: id, Identifier: identifier}, 0},
		"before the write, named both": {tenant.APIKey{ID: id, Identifier: identifier}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(scope("z"))
				s.hook = before(test.call, func(s *service) *fault { s.gone = true; return nil })
				above := s.tenant()
				var wg sync.WaitGroup
				wg.Go(func() {
					_, err := above.Scopes.Change(t.Context(), test.key, remove("z"))
					succeeded(t, outcome{err: err})
				})
				wg.Go(func() {
					_, err := above.Scopes.Change(t.Context(), test.key, create("a"))
					failedAs[tenant.NotFound](t, outcome{err: err})
				})
				wg.Wait()
			})
		})
	}
}

// TestAPIMadeAgain: the list that was read belongs to an API that has been deleted and made again since.
func TestAPIMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(scope("old"))
		s.hook = before(3, func(s *service) *fault {
			s.api.ID, s.api.Scopes = "again", nil
			return nil
		})
		above := s.tenant()
		succeeded(t, together(t.Context(), above, create("a"))...)
		succeeded(t, together(t.Context(), above, create("b"))...)
		expect(t, s, scopes("b"))
	})
}

// TestUndone: another writer takes the change back, as often as given, just before it is looked for.
func TestUndone(t *testing.T) {
	for name, test := range map[string]struct {
		times     int
		contested bool
	}{
		"once":               {times: 1},
		"three times":        {times: 3},
		"four times":         {times: 4, contested: true},
		"whenever it is set": {times: 99, contested: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, undone := newService(scope("z")), 0
				s.hook = func(s *service, write bool) *fault {
					if calls := len(s.calls); !write && calls > 0 && s.calls[calls-1].write && undone < test.times {
						s.api.Scopes = slices.DeleteFunc(s.api.Scopes, func(scope tenant.Scope) bool { return scope.Value == "a" })
						undone++
					}
					return nil
				}
				got := together(t.Context(), s.tenant(), create("a"), create("b"), remove("z"))
				succeeded(t, got[1], got[2])
				if !test.contested {
					succeeded(t, got[0])
					expect(t, s, scopes("a", "b"))
					return
				}
				if told := failedAs[tenant.Contested](t, got[0]); !slices.Equal(told.Scopes, []string{"a"}) {
					t.Errorf("contested: %q, want [a]", told.Scopes)
				}
				expect(t, s, scopes("b"))
				if writes := s.writes(); writes != 4 {
					t.Errorf("%d writes, want the first and three more", writes)
				}
			})
		})
	}
}

// TestDescribedElsewhere: another writer gives the scope that was just created a description of its own.
func TestDescribedElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.hook = before(2, func(s *service) *fault {
			s.api.Scopes = []tenant.Scope{{Value: "a", Description: "Theirs"}}
			return nil
		})
		succeeded(t, together(t.Context(), s.tenant(), create("a"))...)
		expect(t, s, scopes("a"))
	})
}

// TestUndoneBetweenTwoRedos: a change that stayed the first time is looked for until its caller is answered, and so is
// the one that overtook it.
func TestUndoneBetweenTwoRedos(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.hook = func(s *service, _ bool) *fault {
			if gone := map[int]string{2: "a", 4: "b"}[len(s.calls)]; gone != "" {
				s.api.Scopes = slices.DeleteFunc(s.api.Scopes, func(scope tenant.Scope) bool { return scope.Value == gone })
			}
			return nil
		}
		above := s.tenant()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := above.Scopes.Change(t.Context(), key, create("a"), create("b"), create("c"))
			succeeded(t, outcome{err: err})
		})
		wg.Go(func() {
			time.Sleep(time.Millisecond)
			_, err := above.Scopes.Change(t.Context(), key, remove("c"))
			succeeded(t, outcome{err: err})
		})
		wg.Wait()
		expect(t, s, scopes("a", "b"))
	})
}

// TestFaults: whatever goes wrong with a call of a batch, each caller has an error or its change was made.
func TestFaults(t *testing.T) {
	denied := &tenant.Denied{Scope: "update:resource_servers"}
	lost := &tenant.Unavailable{Unsettled: true}
	down := &tenant.Unavailable{}
	for name, test := range map[string]struct {
		call int
		fault
		fails     bool
		unsettled bool
		made      bool
	}{
		"read denied":                         {0, fault{err: denied}, true, false, false},
		"read lost":                           {0, fault{err: down}, true, false, false},
		"write denied":                        {1, fault{err: denied}, true, false, false},
		"write not sent":                      {1, fault{err: down}, true, false, false},
		"write lost on its way":               {1, fault{err: lost}, false, false, true},
		"write done, answer lost":             {1, fault{err: lost, after: true}, false, false, true},
		"verifying read lost: nobody can say": {2, fault{err: down}, true, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(scope("z"))
				s.hook = before(test.call, func(*service) *fault { return &test.fault })
				want := scopes("z")
				if test.made {
					want = scopes("a", "b")
				}
				for i, o := range together(t.Context(), s.tenant(), create("a"), remove("z"), create("b")) {
					if (o.err != nil) != test.fails {
						t.Errorf("caller %d: error %v", i, o.err)
					}
					var unavailable *tenant.Unavailable
					if test.unsettled && !(errors.As(o.err, &unavailable) && unavailable.Unsettled) {
						t.Errorf("caller %d: error %v does not say that the change may have been made", i, o.err)
					}
				}
				expect(t, s, want)
			})
		})
	}
}

// TestCredentialsRefused: a cause that all callers share is told in full to one of them.
func TestCredentialsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.hook = func(*service, bool) *fault { return &fault{err: &tenant.Unauthenticated{}} }
		full := 0
		for _, o := range together(t.Context(), s.tenant(), create("a"), create("b"), create("c")) {
			if !failedAs[tenant.Unauthenticated](t, o).Repeat {
				full++
			}
		}
		if full != 1 {
			t.Errorf("told in full %d times, want once", full)
		}
	})
}

// TestAlteredByTheTenant: a scope that the tenant keeps in another form is told as that, at once, and not as the doing
// of another writer.
func TestAlteredByTheTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := tenantOf(&trimming{service: s})
		got := together(t.Context(), above, create("a"), create("b "))
		succeeded(t, got[0])
		failedAs[tenant.Differs](t, got[1])
		if writes := s.writes(); writes != 1 {
			t.Errorf("%d writes, want one", writes)
		}
	})
}

func TestCancel(t *testing.T) {
	for name, test := range map[string]struct {
		at   time.Duration
		sent bool
	}{
		"while the batch is open":      {10 * time.Millisecond, false},
		"during the first read":        {100 * time.Millisecond, true},
		"during the write":             {250 * time.Millisecond, true},
		"during the verifying read":    {400 * time.Millisecond, true},
		"before the call was made":     {0, false},
		"after everything is finished": {10 * time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				above := s.tenant()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.at == 0 {
					cancel()
				}
				time.AfterFunc(test.at, cancel)
				var opener, follower error
				var wg sync.WaitGroup
				wg.Go(func() { _, opener = above.Scopes.Change(ctx, key, create("a")) })
				wg.Go(func() {
					time.Sleep(time.Millisecond)
					_, follower = above.Scopes.Change(t.Context(), key, create("b"))
				})
				wg.Wait()
				succeeded(t, outcome{err: follower})
				if test.sent {
					succeeded(t, outcome{err: opener})
					expect(t, s, scopes("a", "b"))
					return
				}
				if !errors.Is(opener, context.Canceled) || failedAs[tenant.Unavailable](t, outcome{err: opener}).Unsettled {
					t.Errorf("error %v, want one that says that nothing was sent", opener)
				}
				expect(t, s, scopes("b"))
			})
		})
	}
}

// TestSlowFlight: a batch may take as long as the tenant below lets its requests.
func TestSlowFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.latency = 10 * time.Minute
		succeeded(t, together(t.Context(), s.tenant(), create("a"), create("b"))...)
		expect(t, s, scopes("a", "b"))
	})
}

// TestCancelDuringAFlightThatHangs: a cancelled caller does not wait for ever.
func TestCancelDuringAFlightThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		s.hook = before(1, func(*service) *fault { time.Sleep(2 * time.Minute); return nil })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := s.tenant().Scopes.Change(ctx, key, create("a"))
		if waited := time.Since(start); waited != 31*time.Second {
			t.Errorf("waited %v, want 30 s from the cancel on", waited)
		}
		if !failedAs[tenant.Unavailable](t, outcome{err: err}).Unsettled {
			t.Errorf("error %v does not say that the change may have been made", err)
		}
		time.Sleep(3 * time.Minute)
		expect(t, s, scopes("a"))
	})
}
