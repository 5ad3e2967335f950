package transport_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const tooMany = `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}`

func TestRateLimiter_waits(t *testing.T) {
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
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(name+" "+method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := &wire{answer: func(_ *http.Request, nth int) (*http.Response, error) {
						if nth == 1 {
							return respond(429, tooMany, c.headers(time.Now())...), nil
						}
						return respond(200, `{}`), nil
					}}
					started := time.Now()
					if _, err := send(t.Context(), open(t, w, ready), method, transport.Call{}); err != nil {
						t.Fatal(err)
					}
					took := time.Since(started)
					if requests, _ := w.count(); requests != 2 || took < c.least || took > c.most {
						t.Errorf("%d requests, %s; want 2 and %s to %s", requests, took, c.least, c.most)
					}
				})
			})
		}
	}
}

// TestRateLimitThatNeverEnds rejects every request, whatever the headers say. All callers fail after a limited time and few
// requests.
func TestRateLimitThatNeverEnds(t *testing.T) {
	for name, headers := range map[string][]string{
		"reset years ahead":         {"X-RateLimit-Reset", "2147000000"},
		"reset in the past":         {"X-RateLimit-Reset", "12345"},
		"reset at zero":             {"X-RateLimit-Reset", "0"},
		"reset is nonsense":         {"X-RateLimit-Reset", "soon"},
		"reset is huge":             {"X-RateLimit-Reset", "1e300"},
		"retry at once":             {"Retry-After", "0"},
		"retry in the past":         {"Retry-After", "Fri, 15 Jan 1999 08:00:00 GMT"},
		"retry is nonsense":         {"Retry-After", "-1"},
		"plenty is said to be left": {"X-RateLimit-Limit", "1000", "X-RateLimit-Remaining", "1000", "X-RateLimit-Reset", "1"},
		"nothing said":              nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(*http.Request, int) (*http.Response, error) { return respond(429, tooMany, headers...), nil }}
				way := open(t, w, ready)
				var all sync.WaitGroup
				started := time.Now()
				for range 20 {
					all.Go(func() {
						_, err := send(t.Context(), way, http.MethodPost, transport.Call{})
						var throttled *tenant.Throttled
						if !errors.As(err, &throttled) {
							t.Errorf("error %v", err)
						}
					})
				}
				all.Wait()
				if requests, _ := w.count(); requests < 2 || requests > 40 || time.Since(started) > 2*time.Minute {
					t.Errorf("%d requests in %s", requests, time.Since(started))
				} else {
					t.Logf("%d requests in %s", requests, time.Since(started))
				}
			})
		})
	}
}

// TestRateLimiter_shared sends many concurrent requests to an exhausted limit. Only requests in progress may be rejected.
func TestRateLimiter_shared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opens := time.Now().Add(10 * time.Second)
		rejected := 0
		var mu sync.Mutex
		w := &wire{answer: func(*http.Request, int) (*http.Response, error) {
			time.Sleep(100 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			if time.Now().Before(opens) {
				rejected++
				return respond(429, tooMany, "X-RateLimit-Reset", strconv.FormatInt(opens.Unix(), 10)), nil
			}
			return respond(200, `{}`), nil
		}}
		way := open(t, w, ready, func(config *transport.Config) { config.MaxConcurrency = 4 })
		var all sync.WaitGroup
		for range 60 {
			all.Go(func() {
				if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); err != nil {
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

func (b *bucket) take() (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.left = min(b.size, b.left+b.rate*now.Sub(b.at).Seconds())
	b.at = now
	status := 429
	if b.left >= 1 {
		b.left--
		status = 200
	} else {
		b.rejected++
	}
	full := now.Add(time.Duration((b.size - b.left) / b.rate * float64(time.Second)))
	if !b.floored {
		full = full.Add(time.Second - 1)
	}
	return respond(status, `{}`,
		"X-RateLimit-Limit", strconv.Itoa(int(b.size)),
		"X-RateLimit-Remaining", strconv.Itoa(int(b.left)),
		"X-RateLimit-Reset", strconv.FormatInt(full.Unix(), 10),
	), nil
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
				w := &wire{answer: func(*http.Request, int) (*http.Response, error) {
					time.Sleep(50 * time.Millisecond)
					answer, err := limit.take()
					time.Sleep(50 * time.Millisecond)
					return answer, err
				}}
				way := open(t, w, ready, func(config *transport.Config) {
					config.RateLimitShare, config.RequestTimeout = c.share, time.Hour
				})
				started := time.Now()
				var all, others sync.WaitGroup
				stop := make(chan struct{})
				if c.others > 0 {
					others.Go(func() { limit.drain(stop, time.Duration(float64(time.Second)/c.others)) })
				}
				for range c.workers {
					all.Go(func() {
						for range requests / c.workers {
							if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); err != nil {
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

func TestRateLimiter_cancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := &wire{answer: func(*http.Request, int) (*http.Response, error) {
			return respond(429, tooMany, "Retry-After", "50"), nil
		}}
		var done sync.WaitGroup
		started := time.Now()
		done.Go(func() {
			if _, err := send(ctx, open(t, w, ready), http.MethodPost, transport.Call{}); err == nil {
				t.Error("no error")
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

// TestRateLimiter_longTokenQuota requests tokens of two clients. The exhausted quota of one client does not block
// requests for the other.
func TestRateLimiter_longTokenQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(_ *http.Request, nth int) (*http.Response, error) {
			if nth == 2 {
				return respond(200, `{"access_token":"other"}`), nil
			}
			return respond(429, `{"error":"too_many_requests","error_description":"Client quota exceeded"}`, "Retry-After", "3540"), nil
		}}
		way := open(t, w).Public()
		ask := func() error {
			ctx := transport.Read(t.Context(), transport.Call{Operation: "ask", Repeatable: true})
			_, err := carry(ctx, way, http.MethodPost, "https://tenant.example/oauth/token?public", "ask", false)
			return err
		}
		started := time.Now()
		var throttled *tenant.Throttled
		if err := ask(); !errors.As(err, &throttled) || throttled.After != 59*time.Minute || throttled.Message != "Client quota exceeded" {
			t.Errorf("error %v", err)
		}
		if err := ask(); err != nil {
			t.Errorf("the other client: %v", err)
		}
		if time.Since(started) != 0 {
			t.Errorf("it waited for %s", time.Since(started))
		}
	})
}
