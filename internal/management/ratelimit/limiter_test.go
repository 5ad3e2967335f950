package ratelimit_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/ratelimit"
)

// send sends a request again until the tenant does not reject it, as package transport does.
func send(ctx context.Context, limiter *ratelimit.Limiter, kind string, answer func() ratelimit.Result) error {
	for {
		permit, err := limiter.Admit(ctx, "management", kind)
		if err != nil {
			return err
		}
		result := answer()
		permit.Observe(result)
		permit.Release()
		if result.Status != http.StatusTooManyRequests {
			return nil
		}
	}
}

func respond(status int, headers ...string) ratelimit.Result {
	header := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	return ratelimit.Result{Status: status, Header: header}
}

func TestLimiter_waits(t *testing.T) {
	for name, c := range map[string]struct {
		headers     func(now time.Time) []string
		least, most time.Duration
	}{
		"reset in 3 s": {
			headers: func(now time.Time) []string {
				return []string{"X-RateLimit-Reset", strconv.FormatInt(now.Unix()+3, 10)}
			},
			least: 2 * time.Second, most: 3250 * time.Millisecond,
		},
		"reset years ahead": {
			headers: func(time.Time) []string { return []string{"X-RateLimit-Reset", "2147000000"} },
			least:   time.Minute, most: 61 * time.Second,
		},
		"reset in the past": {
			headers: func(time.Time) []string { return []string{"X-RateLimit-Reset", "12345"} },
			least:   200 * time.Millisecond, most: 2 * time.Second,
		},
		"reset is nonsense": {
			headers: func(time.Time) []string { return []string{"X-RateLimit-Reset", "soon"} },
			least:   200 * time.Millisecond, most: 2 * time.Second,
		},
		"retry after seconds": {
			headers: func(time.Time) []string { return []string{"Retry-After", "5"} },
			least:   5 * time.Second, most: 5250 * time.Millisecond,
		},
		"retry after a date": {
			headers: func(now time.Time) []string {
				return []string{"Retry-After", now.Add(7 * time.Second).UTC().Format(http.TimeFormat)}
			},
			least: 6 * time.Second, most: 7250 * time.Millisecond,
		},
		"nothing said": {
			headers: func(time.Time) []string { return nil },
			least:   200 * time.Millisecond, most: 2 * time.Second,
		},
		"the clock of the tenant is an hour ahead": {
			headers: func(now time.Time) []string {
				theirs := now.Add(time.Hour)
				return []string{"Date", theirs.UTC().Format(http.TimeFormat), "X-RateLimit-Reset", strconv.FormatInt(theirs.Unix()+3, 10)}
			},
			least: 2 * time.Second, most: 4250 * time.Millisecond,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests, started := 0, time.Now()
				err := send(t.Context(), ratelimit.New(10, 0.8), "", func() ratelimit.Result {
					requests++
					if requests == 1 {
						return respond(http.StatusTooManyRequests, c.headers(time.Now())...)
					}
					return respond(http.StatusOK)
				})
				took := time.Since(started)
				if err != nil || requests != 2 || took < c.least || took > c.most {
					t.Errorf("%d requests, %s, %v; want 2 and %s to %s", requests, took, err, c.least, c.most)
				}
			})
		})
	}
}

// TestLimiter_shared sends many concurrent requests to an exhausted limit. Only requests in progress may be rejected.
func TestLimiter_shared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opens := time.Now().Add(10 * time.Second)
		rejected := 0
		var mu sync.Mutex
		answer := func() ratelimit.Result {
			time.Sleep(100 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			if time.Now().Before(opens) {
				rejected++
				return respond(http.StatusTooManyRequests, "X-RateLimit-Reset", strconv.FormatInt(opens.Unix(), 10))
			}
			return respond(http.StatusOK)
		}
		limiter := ratelimit.New(4, 0.8)
		var all sync.WaitGroup
		for range 60 {
			all.Go(func() {
				if err := send(t.Context(), limiter, "", answer); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if rejected > 4 {
			t.Errorf("%d requests were rejected, want those 4 that were under way", rejected)
		}
	})
}

// bucket is a rate limit such as Auth0's: it has a size and a refill rate, and reports in seconds when it is full.
type bucket struct {
	mu       sync.Mutex
	size     float64
	rate     float64
	left     float64
	at       time.Time
	rejected int
	floored  bool // whether it reports the second in which it is full, instead of the one after
}

func (b *bucket) take() ratelimit.Result {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.left = min(b.size, b.left+b.rate*now.Sub(b.at).Seconds())
	b.at = now
	status := http.StatusTooManyRequests
	if b.left >= 1 {
		b.left--
		status = http.StatusOK
	} else {
		b.rejected++
	}
	full := now.Add(time.Duration((b.size - b.left) / b.rate * float64(time.Second)))
	if !b.floored {
		full = full.Add(time.Second - 1)
	}
	return respond(status,
		"X-RateLimit-Limit", strconv.Itoa(int(b.size)),
		"X-RateLimit-Remaining", strconv.Itoa(int(b.left)),
		"X-RateLimit-Reset", strconv.FormatInt(full.Unix(), 10),
	)
}

// drain sends requests of another client at an interval.
func (b *bucket) drain(stop <-chan struct{}, every time.Duration) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(every):
			b.mu.Lock()
			b.left = max(0, b.left-1)
			b.mu.Unlock()
		}
	}
}

// TestRateIsLearned sends many requests with the limits of Auth0's subscription plans.
func TestRateIsLearned(t *testing.T) {
	for name, c := range map[string]struct {
		size, rate float64
		share      float64
		workers    int
		rejected   int
		slower     float64 // than the bucket itself demands
		others     float64 // requests per second of another client
		floored    bool
	}{
		"free, ten at once":           {size: 2, rate: 2, share: 1, workers: 10, rejected: 1, slower: 1.2},
		"non-production, ten at once": {size: 10, rate: 2, share: 1, workers: 10, rejected: 1, slower: 1.2},
		"non-production, one by one":  {size: 10, rate: 2, share: 1, workers: 1, rejected: 1, slower: 1.2},
		"production, ten at once":     {size: 50, rate: 16, share: 1, workers: 10, rejected: 1, slower: 1.2},
		"resets are rounded down":     {size: 10, rate: 2, share: 1, workers: 10, rejected: 5, slower: 1.2, floored: true},
		"another client is active":    {size: 10, rate: 2, share: 1, workers: 10, rejected: 5, slower: 1.4, others: 0.5},
		"a part is left to others":    {size: 10, rate: 2, share: 0.8, workers: 10, rejected: 0, slower: 1.4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const requests = 80
				limit := &bucket{size: c.size, rate: c.rate, left: c.size, at: time.Now(), floored: c.floored}
				limiter := ratelimit.New(10, c.share)
				answer := func() ratelimit.Result {
					time.Sleep(50 * time.Millisecond)
					result := limit.take()
					time.Sleep(50 * time.Millisecond)
					return result
				}
				started := time.Now()
				var all, others sync.WaitGroup
				stop := make(chan struct{})
				if c.others > 0 {
					others.Go(func() { limit.drain(stop, time.Duration(float64(time.Second)/c.others)) })
				}
				for range c.workers {
					all.Go(func() {
						for range requests / c.workers {
							if err := send(t.Context(), limiter, "", answer); err != nil {
								t.Error(err)
							}
						}
					})
				}
				all.Wait()
				close(stop)
				took, least := time.Since(started).Seconds(), max((requests-c.size)/(c.rate-c.others), requests/float64(c.workers)*0.1)
				others.Wait()
				t.Logf("%d rejected, %.1f s, the bucket demands %.1f s", limit.rejected, took, least)
				if limit.rejected > c.rejected || took > least*c.slower {
					t.Errorf("%d rejected in %.1f s; want at most %d in %.1f s", limit.rejected, took, c.rejected, least*c.slower)
				}
				if fair := (requests - c.size*c.share) / (c.rate * c.share); took < 0.95*fair {
					t.Errorf("it took %.1f s: a share of %v demands %.1f s", took, c.share, fair)
				}
			})
		})
	}
}

// TestLimitsOfSeveralKinds uses a tenant with a separate limit for reads of clients. Neither kind of request is delayed by the
// other, nor exceeds its own limit.
func TestLimitsOfSeveralKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clients := &bucket{size: 5, rate: 2, left: 5, at: time.Now()}
		rest := &bucket{size: 50, rate: 16, left: 50, at: time.Now()}
		limiter := ratelimit.New(10, 1)
		work := func(kind string, limit *bucket, requests int) (took time.Duration) {
			started := time.Now()
			var all sync.WaitGroup
			for range 5 {
				all.Go(func() {
					for range requests / 5 {
						err := send(t.Context(), limiter, kind, func() ratelimit.Result {
							time.Sleep(100 * time.Millisecond)
							return limit.take()
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			return time.Since(started)
		}
		var both sync.WaitGroup
		var slow, fast time.Duration
		both.Go(func() { slow = work("clients", clients, 45) })
		both.Go(func() { fast = work("rest", rest, 200) })
		both.Wait()
		t.Logf("clients: %d rejected, %s; the rest: %d rejected, %s", clients.rejected, slow, rest.rejected, fast)
		if clients.rejected > 5 || rest.rejected > 1 {
			t.Errorf("%d and %d rejected, want at most those 5 and 1 that were under way", clients.rejected, rest.rejected)
		}
		if slow > 24*time.Second || fast > 12*time.Second { // the limits demand 20 s and 9.4 s
			t.Errorf("it took %s and %s", slow, fast)
		}
	})
}

func TestLimiter_cancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		started := time.Now()
		done.Go(func() {
			err := send(ctx, ratelimit.New(10, 0.8), "", func() ratelimit.Result {
				return respond(http.StatusTooManyRequests, "Retry-After", "50")
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		})
		synctest.Wait()
		cancel()
		done.Wait()
		if time.Since(started) != 0 {
			t.Errorf("it waited for %s", time.Since(started))
		}
	})
}

// TestLimiter_noTimeLeft blocks requests for longer than the next one can wait. It fails at once and says for how long.
func TestLimiter_noTimeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		started := time.Now()
		err := send(ctx, ratelimit.New(10, 0.8), "", func() ratelimit.Result {
			return respond(http.StatusTooManyRequests, "Retry-After", "50")
		})
		var limited *ratelimit.LimitedError
		if !errors.As(err, &limited) || limited.After < 50*time.Second || limited.After > 51*time.Second || time.Since(started) != 0 {
			t.Errorf("after %s: error %v", time.Since(started), err)
		}
	})
}
