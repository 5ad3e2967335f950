package coalesce_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// runWorkers runs operations as Terraform does: each worker starts the next one as soon as it has a result, after a few
// milliseconds. It returns the time until all have ended.
func runWorkers(count, parallelism int, operation func(i int)) time.Duration {
	return runDelayed(count, parallelism, 0, func(_, i int) time.Duration { return time.Duration(i%7) * time.Millisecond }, operation)
}

// workTime returns how long a worker of Terraform takes before an operation.
type workTime func(worker, operation int) time.Duration

// runDelayed runs operations as runWorkers does. The first worker starts after the given delay.
func runDelayed(count, parallelism int, delay time.Duration, work workTime, operation func(i int)) time.Duration {
	start, next := time.Now(), make(chan int)
	var wg sync.WaitGroup
	for worker := range parallelism {
		wg.Go(func() {
			if worker == 0 {
				time.Sleep(delay)
			}
			for i := range next {
				time.Sleep(work(worker, i))
				operation(i)
			}
		})
	}
	for i := range count {
		next <- i
	}
	close(next)
	wg.Wait()
	return time.Since(start)
}

// TestChange_severalAPIs creates single scopes of several APIs: their batches share reads, and are sent together.
func TestChange_severalAPIs(t *testing.T) {
	for name, test := range map[string]struct {
		apis, scopes, parallelism int
		latency                   time.Duration
		maxWrites, maxReads       int
		maxTime                   time.Duration
	}{
		"10 APIs":                {10, 100, 10, latency, 75, 16, 5 * time.Second},
		"10 APIs, fast":          {10, 100, 10, 2 * time.Millisecond, 75, 20, time.Second},
		"10 APIs, 30 at once":    {10, 300, 30, latency, 110, 16, 6 * time.Second},
		"10 APIs, one by one":    {10, 20, 1, latency, 20, 30, 9 * time.Second},
		"30 APIs":                {30, 100, 10, latency, 100, 40, 7 * time.Second},
		"2 requests per second":  {10, 100, 10, 3 * time.Second, 75, 40, 100 * time.Second},
		"one API, as it was":     {1, 100, 10, latency, 11, 12, 5 * time.Second},
		"two APIs, 2 at a time":  {2, 20, 2, latency, 20, 20, 8 * time.Second},
		"five APIs, few changes": {5, 5, 10, latency, 5, 2, time.Second},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeAPIs(test.apis, scope("z"))
			for _, api := range s.apis {
				api.latency = test.latency
			}
			above := s.tenant()
			order := rand.New(rand.NewPCG(1, 2)).Perm(test.scopes)
			took := runWorkers(test.scopes, test.parallelism, func(i int) {
				api := order[i] % test.apis
				_, err := above.Scopes.Change(t.Context(), tenant.APIKey{Identifier: identifierOf(api)}, create(fmt.Sprint("scope:", i)))
				wantSuccess(t, outcome{err: err})
			})
			writes, reads := s.requestCounts()
			t.Logf("%d writes, %d reads, %v", writes, reads, took)
			if writes > test.maxWrites || reads > test.maxReads || took > test.maxTime {
				t.Errorf("%d writes, %d reads, %v, want at most %d, %d, %v", writes, reads, took, test.maxWrites, test.maxReads, test.maxTime)
			}
			total := 0
			for _, api := range s.apis {
				total += len(api.scopes()) - 1
			}
			if total != test.scopes {
				t.Errorf("%d scopes, want %d", total, test.scopes)
			}
		})
	}
}

// TestChange_slowAPI: a request of one API that takes minutes does not stop the changes of others.
func TestChange_slowAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPIs(3)
		s.apis[0].hook = func(_ *fakeAPI, write bool) *fault {
			if write {
				time.Sleep(10 * time.Minute)
			}
			return nil
		}
		above := s.tenant()
		change := func(api, i int) {
			_, err := above.Scopes.Change(t.Context(), tenant.APIKey{Identifier: identifierOf(api)}, create(fmt.Sprint(i)))
			wantSuccess(t, outcome{err: err})
		}
		var slow sync.WaitGroup
		slow.Go(func() { change(0, 0) })
		if took := runWorkers(20, 4, func(i int) { change(1+i%2, i) }); took > 20*time.Second {
			t.Errorf("the other APIs took %v", took)
		}
		slow.Wait()
	})
}

// updateAll updates the scopes of all APIs from z to a and z.
func updateAll(t *testing.T, s *fakeAPIs, parallelism int) (errs []error) {
	t.Helper()
	above := s.tenant()
	errs = make([]error, len(s.apis))
	runWorkers(len(s.apis), parallelism, func(i int) {
		_, errs[i] = above.APIs.Update(t.Context(), s.apis[i].api.Key(), scopesUpdate([]string{"z"}, scopes("a", "z")...))
	})
	return errs
}

// TestUpdateScopes_severalAPIs: updates that are due at the same time share a list.
func TestUpdateScopes_severalAPIs(t *testing.T) {
	for _, test := range []struct {
		latency               time.Duration
		parallelism, maxReads int
	}{{latency, 10, 12}, {2 * time.Millisecond, 10, 14}, {latency, 30, 14}, {latency, 1, 100}} {
		runInBubble(t, fmt.Sprint(test.latency, test.parallelism), func(t *testing.T) {
			s := newFakeAPIs(100, scope("z"))
			for _, api := range s.apis {
				api.latency = test.latency
			}
			for _, err := range updateAll(t, s, test.parallelism) {
				wantSuccess(t, outcome{err: err})
			}
			writes, reads := s.requestCounts()
			t.Logf("%d writes, %d reads", writes, reads)
			if writes != 100 || reads > test.maxReads {
				t.Errorf("%d writes, %d reads, want 100 and at most %d", writes, reads, test.maxReads)
			}
			for _, api := range s.apis {
				wantScopes(t, api, scopes("a", "z"))
			}
		})
	}
}

// TestUpdateScopes_busyMachine: updates that a busy machine starts one after another share lists, too.
func TestUpdateScopes_busyMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPIs(100, scope("z"))
		above, processor := s.tenant(), make(chan struct{}, 1)
		took := runWorkers(100, 10, func(i int) {
			processor <- struct{}{}
			time.Sleep(80 * time.Millisecond)
			<-processor
			_, err := above.APIs.Update(t.Context(), s.apis[i].api.Key(), scopesUpdate([]string{"z"}, scopes("a", "z")...))
			wantSuccess(t, outcome{err: err})
		})
		writes, reads := s.requestCounts()
		t.Logf("%d writes, %d reads, %v", writes, reads, took)
		if writes != 100 || reads > 30 || took > 11*time.Second {
			t.Errorf("%d writes, %d reads, %v, want 100, at most 30 and 11 s", writes, reads, took)
		}
	})
}

// TestUpdateScopes_list changes what a list shows of one of several APIs. An API that it lacks, shows without scopes or shows
// with unexpected scopes is read with a GET, which decides.
func TestUpdateScopes_list(t *testing.T) {
	for name, test := range map[string]struct {
		inTenant []tenant.Scope
		listed   func(tenant.API) (tenant.API, bool)
		appeared bool
		gets     int
	}{
		"complete":              {scopes("z"), nil, false, 0},
		"API missing":           {scopes("z"), func(api tenant.API) (tenant.API, bool) { return api, false }, false, 1},
		"scopes missing":        {scopes("z"), func(api tenant.API) (tenant.API, bool) { api.Scopes = nil; return api, true }, false, 1},
		"outdated scope":        {scopes("z"), func(api tenant.API) (tenant.API, bool) { api.Scopes = scopes("old"); return api, true }, false, 1},
		"unexpected scope":      {scopes("z", "new"), nil, true, 1},
		"missing and a new one": {scopes("z", "new"), func(api tenant.API) (tenant.API, bool) { return api, false }, true, 1},
	} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(3, 0, 0)
			for i := range s.apis.objects {
				s.apis.objects[i].Scopes = scopes("z")
			}
			s.apis.objects[1].Scopes = test.inTenant
			s.apis.listed = func(api tenant.API) (tenant.API, bool) {
				if api.ID == "id-1" && test.listed != nil {
					return test.listed(api)
				}
				if name == "scopes missing" {
					api.Scopes = nil
				}
				return api, true
			}
			above := s.tenant()
			errs := make([]error, 3)
			runWorkers(3, 3, func(i int) {
				_, errs[i] = above.APIs.Update(t.Context(), apiKey(i), scopesUpdate([]string{"z"}, scopes("a", "z")...))
			})
			wantSuccess(t, outcome{err: errs[0]}, outcome{err: errs[2]})
			if test.appeared {
				wantError[tenant.ScopesChanged](t, outcome{err: errs[1]})
			} else {
				wantSuccess(t, outcome{err: errs[1]})
			}
			gets := strings.Count(strings.Join(s.apis.requests, " "), "get "+apiKey(1).Identifier)
			if gets != test.gets || s.apis.requests[0] != "3 named" {
				t.Errorf("requests %q, want a list and %d GETs of the second API", s.apis.requests, test.gets)
			}
		})
	}
}

// TestUpdateScopes_listsWithoutScopes: after a list without any scopes, the tenant is not asked for one again.
func TestUpdateScopes_listsWithoutScopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(30, 0, 0)
		s.apis.listed = func(api tenant.API) (tenant.API, bool) { api.Scopes = nil; return api, true }
		above := s.tenant()
		runWorkers(30, 10, func(i int) {
			_, err := above.APIs.Update(t.Context(), apiKey(i), scopesUpdate([]string{"a", "b"}, scopes("a")...))
			wantSuccess(t, outcome{err: err})
		})
		if lists := strings.Count(strings.Join(s.apis.requests, " "), "named"); lists > 1 || len(s.apis.requests) != 30+30+lists {
			t.Errorf("requests %q, want one list, 30 GETs and 30 writes", s.apis.requests)
		}
	})
}

// TestUpdateScopes_oneCanceled: an update that is canceled while several APIs share a read is not sent, and the others are.
func TestUpdateScopes_oneCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeAPIs(3, scope("z"))
		above := s.tenant()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		errs := make([]error, 3)
		runWorkers(3, 3, func(i int) {
			ctx := ctx
			if i > 0 {
				ctx = t.Context()
			}
			_, errs[i] = above.APIs.Update(ctx, s.apis[i].api.Key(), scopesUpdate([]string{"z"}, scope("a")))
		})
		wantError[tenant.Unavailable](t, outcome{err: errs[0]})
		wantSuccess(t, outcome{err: errs[1]}, outcome{err: errs[2]})
		wantScopes(t, s.apis[0], scopes("z"))
		wantScopes(t, s.apis[1], scopes("a"))
	})
}

// TestGet_lookUpsShared: look-ups of an apply that are due at the same time share lists. None uses what was read before its
// call.
func TestGet_lookUpsShared(t *testing.T) {
	for name, write := range map[string]bool{"before any write": false, "after a write": true} {
		runInBubble(t, name, func(t *testing.T) {
			s := newFakeTenant(30, 31, 31)
			above := s.tenant()
			if write {
				if err := above.Clients.Delete(t.Context(), clientKey(30)); err != nil {
					t.Fatal(err)
				}
				s.clients.requests = nil
			}
			ctx := tenant.ReadFor(t.Context(), tenant.LookUp)
			clients := readAll(ctx, 10, above.Clients.Get, keys(30, clientKey)...)
			wantObjects(t, clients, s.clients.id, func(i int) string { return clientKey(i).ClientID })
			grants := readAll(ctx, 10, above.Grants.Get, keys(30, grantKey)...)
			wantObjects(t, grants, s.grants.id, func(i int) string { return grantKey(i).ID })
			apis := readAll(ctx, 10, above.APIs.Get, keys(30, apiKey)...)
			wantObjects(t, apis, s.apis.id, func(i int) string { return apiKey(i).ID })
			wantRequests(t, s.clients.collection, "page ", "page ", "page ")
			wantRequests(t, s.grants.collection, "page ", "page ", "page ")
			wantRequests(t, s.apis.collection, "10 named", "10 named", "10 named")
		})
	}
}

// TestGet_lookUpsInLargeTenant: look-ups do not read the pages of a large tenant again and again.
func TestGet_lookUpsInLargeTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFakeTenant(0, 5000, 0)
		ctx := tenant.ReadFor(t.Context(), tenant.LookUp)
		readAll(ctx, 10, s.tenant().Clients.Get, keys(5000, clientKey)[4900:4930]...)
		if s.clients.requestCount() != 1+30 {
			t.Errorf("%d requests, want a page and 30 GETs: %q", s.clients.requestCount(), s.clients.requests)
		}
	})
}

// createScopes creates scopes, and returns the time until all are created.
func createScopes(t *testing.T, above tenant.Tenant, count, parallelism int, delay time.Duration, work workTime) time.Duration {
	t.Helper()
	return runDelayed(count, parallelism, delay, work, func(i int) {
		value := fmt.Sprintf("scope:%03d", i)
		api, err := above.Scopes.Change(t.Context(), key, create(value))
		if _, there := api.Scope(value); err != nil || !there {
			t.Errorf("%s: error %v, exists in the result: %v", value, err, there)
		}
	})
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
		runInBubble(t, name, func(t *testing.T) {
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

// briefTimeout is how long a read of a queue waits for those of other queues.
const briefTimeout = 2 * time.Millisecond

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
		if waited := got[0].at.Sub(start); waited != 200*time.Millisecond+3*latency+2*briefTimeout {
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
		atOnce(each(5, func(i int) {
			other := tenant.APIKey{Identifier: fmt.Sprint(identifier, i)}
			_, err := above.Scopes.Change(t.Context(), other, create("a"))
			wantSuccess(t, outcome{err: err})
		})...)
		if took := time.Since(start); took > time.Second {
			t.Errorf("five APIs took %v: they wait for each other", took)
		}
	})
}
