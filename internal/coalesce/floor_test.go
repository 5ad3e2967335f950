package coalesce_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// work is how long a worker of Terraform's takes between two changes.
type work func(worker, change int) time.Duration

// walk makes a number of changes as Terraform does: so many at a time, each worker the next one as soon as it has an
// answer, and one of them only a while after the others have begun. It returns how long it took.
func walk(t *testing.T, above tenant.Tenant, count, parallelism int, late time.Duration, own work) time.Duration {
	t.Helper()
	start, changes := time.Now(), make(chan int)
	var wg sync.WaitGroup
	for worker := range parallelism {
		wg.Go(func() {
			if worker == 0 {
				time.Sleep(late)
			}
			for i := range changes {
				time.Sleep(own(worker, i))
				value := fmt.Sprintf("scope:%03d", i)
				api, err := above.Scopes.Change(t.Context(), key, create(value))
				if _, there := api.Scope(value); err != nil || !there {
					t.Errorf("%s: error %v, in the answer: %v", value, err, there)
				}
			}
		})
	}
	for i := range count {
		changes <- i
	}
	close(changes)
	wg.Wait()
	return time.Since(start)
}

func TestFloor(t *testing.T) {
	const ms = time.Millisecond
	quick := func(_, i int) time.Duration { return time.Duration(i%7) * ms }
	stragglers := func(worker, i int) time.Duration {
		if i%3 == 0 {
			return quick(worker, i) + 50*ms
		}
		return quick(worker, i)
	}
	uneven := func(worker, _ int) time.Duration { return time.Duration(worker) * 20 * ms }
	for name, test := range map[string]struct {
		count, parallelism int
		late               time.Duration
		own                work
		calls              int
		under              time.Duration
	}{
		"one scope":               {1, 1, 0, quick, 3, time.Second},
		"20 scopes, 10 at once":   {20, 10, 0, quick, 6, 2 * time.Second},
		"100 scopes, 10 at once":  {100, 10, 0, quick, 24, 5 * time.Second},
		"100 scopes, 30 at once":  {100, 30, 0, quick, 9, 2 * time.Second},
		"10 scopes, one by one":   {10, 1, 0, quick, 21, 10 * time.Second},
		"one arrives in a flight": {100, 10, 100 * ms, quick, 24, 5 * time.Second},
		"a busy machine":          {100, 10, 0, stragglers, 24, 6 * time.Second},
		"workers of unequal pace": {100, 10, 0, uneven, 28, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				took := walk(t, s.tenant(), test.count, test.parallelism, test.late, test.own)
				t.Logf("%d calls, %v", s.count(), took)
				if s.count() > test.calls || took > test.under {
					t.Errorf("%d calls, %v, want at most %d, under %v", s.count(), took, test.calls, test.under)
				}
				if got := len(s.scopes()); got != test.count {
					t.Errorf("%d scopes, want %d", got, test.count)
				}
			})
		})
	}
}

func TestNothingToChangeIsNotWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(scope("a"))
		succeeded(t, together(t.Context(), s.tenant(), remove("z"), describe("a", scope("a").Description))...)
		if s.count() != 1 || s.writes() != 0 {
			t.Errorf("%d calls, %d of them writes, want one read", s.count(), s.writes())
		}
	})
}

// TestAnOldListDecidesNothing: whether a scope is there is not told from a list of the flight before.
func TestAnOldListDecidesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := s.tenant()
		succeeded(t, together(t.Context(), above, create("a"))...)
		s.mu.Lock()
		s.api.Scopes = nil // by another writer, behind the verifying read
		s.mu.Unlock()
		succeeded(t, together(t.Context(), above, create("a"))...)
		expect(t, s, scopes("a"))
	})
}

// TestAnOldListIsReadAgain: what another writer adds while nobody asks is not written over.
func TestAnOldListIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := s.tenant()
		succeeded(t, together(t.Context(), above, create("a"))...)
		time.Sleep(250 * time.Millisecond)
		s.mu.Lock()
		s.api.Scopes = append(s.api.Scopes, scope("foreign"))
		s.mu.Unlock()
		succeeded(t, together(t.Context(), above, create("b"))...)
		expect(t, s, scopes("a", "b", "foreign"))
	})
}

// TestEndlessArrivals: somebody joins every few milliseconds, and the batch departs all the same.
func TestEndlessArrivals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := s.tenant()
		var changes []tenant.ScopeChange
		for i := range 400 {
			changes = append(changes, create(fmt.Sprint(i)))
		}
		start := time.Now()
		got := together(t.Context(), above, changes...)
		succeeded(t, got...)
		if waited := got[0].at.Sub(start); waited != 200*time.Millisecond+3*latency {
			t.Errorf("the first caller waited %v, want 200 ms and three calls", waited)
		}
	})
}

func TestAPIsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		above := s.tenant()
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				other := tenant.APIKey{Identifier: fmt.Sprint(identifier, i)}
				_, err := above.Scopes.Change(t.Context(), other, create("a"))
				succeeded(t, outcome{err: err})
			})
		}
		wg.Wait()
		if took := time.Since(start); took > time.Second {
			t.Errorf("five APIs took %v: one waits for the other", took)
		}
	})
}
