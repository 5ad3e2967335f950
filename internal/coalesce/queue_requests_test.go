package coalesce_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// workTime returns how long a worker of Terraform takes before a change.
type workTime func(worker, change int) time.Duration

// createScopes creates scopes as Terraform does: each worker starts the next change as soon as it has a result. The first
// worker starts after the given delay. It returns the time until all are created.
func createScopes(t *testing.T, above tenant.Tenant, count, parallelism int, delay time.Duration, work workTime) time.Duration {
	t.Helper()
	start, changes := time.Now(), make(chan int)
	var wg sync.WaitGroup
	for worker := range parallelism {
		wg.Go(func() {
			if worker == 0 {
				time.Sleep(delay)
			}
			for i := range changes {
				time.Sleep(work(worker, i))
				value := fmt.Sprintf("scope:%03d", i)
				api, err := above.Scopes.Change(t.Context(), key, create(value))
				if _, there := api.Scope(value); err != nil || !there {
					t.Errorf("%s: error %v, exists in the result: %v", value, err, there)
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

// TestChange_requests bounds the requests and the time that many changes take.
func TestChange_requests(t *testing.T) {
	const ms = time.Millisecond
	short := func(_, i int) time.Duration { return time.Duration(i%7) * ms }
	someLong := func(worker, i int) time.Duration {
		if i%3 == 0 {
			return short(worker, i) + 50*ms
		}
		return short(worker, i)
	}
	perWorker := func(worker, _ int) time.Duration { return time.Duration(worker) * 20 * ms }
	for name, test := range map[string]struct {
		count, parallelism int
		delay              time.Duration // of the first worker
		work               workTime
		maxRequests        int
		maxTime            time.Duration
	}{
		"one scope":                {1, 1, 0, short, 3, time.Second},
		"20 scopes, 10 at once":    {20, 10, 0, short, 6, 2 * time.Second},
		"100 scopes, 10 at once":   {100, 10, 0, short, 24, 5 * time.Second},
		"100 scopes, 30 at once":   {100, 30, 0, short, 9, 2 * time.Second},
		"10 scopes, one by one":    {10, 1, 0, short, 21, 10 * time.Second},
		"one worker starts late":   {100, 10, 100 * ms, short, 24, 5 * time.Second},
		"a busy machine":           {100, 10, 0, someLong, 24, 6 * time.Second},
		"workers of unequal speed": {100, 10, 0, perWorker, 28, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newFakeAPI()
				took := createScopes(t, s.tenant(), test.count, test.parallelism, test.delay, test.work)
				t.Logf("%d requests, %v", s.requestCount(), took)
				if s.requestCount() > test.maxRequests || took > test.maxTime {
					t.Errorf("%d requests, %v, want at most %d and %v", s.requestCount(), took, test.maxRequests, test.maxTime)
				}
				if got := len(s.scopes()); got != test.count {
					t.Errorf("%d scopes, want %d", got, test.count)
				}
			})
		})
	}
}

// TestChange_alreadyMade: a change that the tenant already has is not written.
func TestChange_alreadyMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI(scope("a"))
		wantSuccess(t, changeAll(t.Context(), s.tenant(), remove("z"), describe("a", scope("a").Description))...)
		if s.requestCount() != 1 || s.writes() != 0 {
			t.Errorf("%d requests, %d of them writes, want one read", s.requestCount(), s.writes())
		}
	})
}

// TestChange_snapshotNotTrusted: whether a scope exists is not decided by the snapshot of the previous batch.
func TestChange_snapshotNotTrusted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		above := s.tenant()
		wantSuccess(t, changeAll(t.Context(), above, create("a"))...)
		s.mu.Lock()
		s.api.Scopes = nil // by another writer, after the verifying read
		s.mu.Unlock()
		wantSuccess(t, changeAll(t.Context(), above, create("a"))...)
		wantScopes(t, s, scopes("a"))
	})
}

// TestChange_snapshotExpires: a scope that another writer adds between two batches is not overwritten.
func TestChange_snapshotExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		above := s.tenant()
		wantSuccess(t, changeAll(t.Context(), above, create("a"))...)
		time.Sleep(250 * time.Millisecond)
		s.mu.Lock()
		s.api.Scopes = append(s.api.Scopes, scope("foreign"))
		s.mu.Unlock()
		wantSuccess(t, changeAll(t.Context(), above, create("b"))...)
		wantScopes(t, s, scopes("a", "b", "foreign"))
	})
}

// urgentTimeout is how long a read of a queue waits for those of other queues.
const urgentTimeout = 2 * time.Millisecond

// TestChange_maxWait: callers join continuously, and the batch is sent nevertheless.
func TestChange_maxWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		above := s.tenant()
		var changes []tenant.ScopeChange
		for i := range 400 {
			changes = append(changes, create(fmt.Sprint(i)))
		}
		start := time.Now()
		got := changeAll(t.Context(), above, changes...)
		wantSuccess(t, got...)
		if waited := got[0].at.Sub(start); waited != 200*time.Millisecond+3*latency+2*urgentTimeout {
			t.Errorf("the first caller waited %v, want 200 ms and three requests", waited)
		}
	})
}

// TestChange_independentAPIs: batches of different APIs are executed concurrently.
func TestChange_independentAPIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPI()
		above := s.tenant()
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				other := tenant.APIKey{Identifier: fmt.Sprint(identifier, i)}
				_, err := above.Scopes.Change(t.Context(), other, create("a"))
				wantSuccess(t, outcome{err: err})
			})
		}
		wg.Wait()
		if took := time.Since(start); took > time.Second {
			t.Errorf("five APIs took %v: they wait for each other", took)
		}
	})
}
