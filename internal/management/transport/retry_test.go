package transport_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var errCut = errors.New("connection reset by peer")

type answerer = func(*http.Request, int) (*http.Response, error)

func always(status int, body string) answerer {
	return func(*http.Request, int) (*http.Response, error) { return respond(status, body), nil }
}

func broken(err error) answerer {
	return func(*http.Request, int) (*http.Response, error) { return nil, err }
}

func TestRetry(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	faults := map[string]answerer{
		"500": always(500, `{"statusCode":500}`),
		"502": always(502, `<html>`),
		"503": always(503, ``),
		"504": always(504, ``),
		"524": always(524, ``),
		"cut": broken(errCut),
		"200 cut in the middle": func(*http.Request, int) (*http.Response, error) {
			answer := respond(200, "")
			answer.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"id":`), &failing{}))
			return answer, nil
		},
		"200 truncated": always(200, `{"id":`),
		"200 empty":     always(200, ``),
		"200 and junk":  always(200, `{} {}`),
		"200 null":      always(200, `null`),
		"200 HTML":      always(200, `<html>login</html>`),
	}
	for fault, answer := range faults {
		for _, c := range []struct {
			method string
			call   transport.Call
			tries  int
			open   bool // whether it is left open what became of it
		}{
			{method: http.MethodGet, tries: 4},
			{method: http.MethodPatch, tries: 4, open: true},
			{method: http.MethodPatch, call: transport.Call{Once: true}, tries: 1, open: true},
			{method: http.MethodDelete, tries: 4, open: true},
			{method: http.MethodPost, tries: 1, open: true},
			{method: http.MethodPost, call: transport.Call{Repeatable: true}, tries: 4},
		} {
			if c.method == http.MethodDelete && strings.HasPrefix(fault, "200 ") {
				continue // the body of a delete is not looked at
			}
			t.Run(fault+" "+c.method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := &wire{answer: answer}
					_, err := send(t.Context(), open(t, w), c.method, c.call)
					wantUnavailable(t, err, c.open)
					if requests, _ := w.count(); requests != c.tries {
						t.Errorf("%d attempts, want %d", requests, c.tries)
					}
				})
			})
		}
	}
	for name, unopened := range map[string]error{
		"refused": refused,
		"no name": &net.DNSError{Name: "tenant.example", IsNotFound: true},
	} {
		t.Run("never opened: "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: broken(unopened)}
				started := time.Now()
				_, err := send(t.Context(), open(t, w), http.MethodPost, transport.Call{})
				wantUnavailable(t, err, false)
				if requests, _ := w.count(); requests != 4 {
					t.Errorf("%d attempts, want 4", requests)
				}
				if took := time.Since(started); took < 1500*time.Millisecond || took > 4*time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// failing is a body that breaks off.
type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errCut }

func wantUnavailable(t *testing.T, err error, unsettled bool) {
	t.Helper()
	var away *tenant.Unavailable
	if !errors.As(err, &away) {
		t.Fatalf("error %v (%T)", err, err)
	}
	if away.Unsettled != unsettled {
		t.Errorf("unsettled is %v: %v", away.Unsettled, err)
	}
	if away.Operation != "do it" {
		t.Errorf("the operation is %q", away.Operation)
	}
}

func TestServerErrorThenSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(_ *http.Request, nth int) (*http.Response, error) {
			if nth == 1 {
				return respond(503, ``), nil
			}
			return respond(200, `{}`), nil
		}}
		got, err := send(t.Context(), open(t, w), http.MethodPatch, transport.Call{})
		if err != nil || got != oneAPI {
			t.Errorf("%q, %v", got, err)
		}
		if w.sent[1].body != `{"name":"n"}` {
			t.Errorf("sent again with body %q", w.sent[1].body)
		}
	})
}

func TestStartedWriteOutlivesItsCaller(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodPatch, http.MethodDelete} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				w := &wire{answer: func(r *http.Request, _ int) (*http.Response, error) {
					cancel()
					return slowly(r, 20*time.Second)
				}}
				if _, err := send(ctx, open(t, w), method, transport.Call{}); err != nil {
					t.Errorf("the write was cut: %v", err)
				}
			})
		})
	}
}

func TestCancelEndsAReadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := &wire{answer: func(r *http.Request, _ int) (*http.Response, error) {
			cancel()
			return slowly(r, 20*time.Second)
		}}
		started := time.Now()
		_, err := send(ctx, open(t, w), http.MethodGet, transport.Call{})
		if !errors.Is(err, context.Canceled) || time.Since(started) > 0 {
			t.Errorf("after %s: %v", time.Since(started), err)
		}
	})
}

func TestCanceledBeforeItIsSent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		w := &wire{answer: fine}
		_, err := send(ctx, open(t, w, ready), method, transport.Call{})
		if requests, _ := w.count(); requests != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %d requests, %v", method, requests, err)
		}
	}
}

func TestCancelEndsAWaitBetweenAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := &wire{answer: always(503, ``)}
		var done sync.WaitGroup
		started := time.Now()
		done.Go(func() { _, _ = send(ctx, open(t, w), http.MethodPatch, transport.Call{}) })
		synctest.Wait()
		cancel()
		done.Wait()
		if requests, _ := w.count(); requests != 1 || time.Since(started) != 0 {
			t.Errorf("%d requests, after %s", requests, time.Since(started))
		}
	})
}

// slowly answers after a time, unless the request ends before.
func slowly(r *http.Request, after time.Duration) (*http.Response, error) {
	select {
	case <-time.After(after):
		return respond(200, `{}`), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func TestSend_timeout(t *testing.T) {
	for _, c := range []struct {
		method   string
		limit    time.Duration
		attempts int
		within   time.Duration
		open     bool
	}{
		{http.MethodGet, 0, 4, 2 * time.Minute, false},
		{http.MethodPost, 0, 1, 30 * time.Second, true},
		{http.MethodGet, 10 * time.Second, 1, 10 * time.Second, false},
		{http.MethodPost, 10 * time.Second, 1, 10 * time.Second, true},
	} {
		t.Run(c.method+c.limit.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(r *http.Request, _ int) (*http.Response, error) { return slowly(r, time.Hour) }}
				way := open(t, w, func(config *transport.Config) { config.RequestTimeout = c.limit })
				started := time.Now()
				_, err := send(t.Context(), way, c.method, transport.Call{})
				wantUnavailable(t, err, c.open)
				if requests, _ := w.count(); requests != c.attempts || time.Since(started) > c.within {
					t.Errorf("%d attempts in %s, want %d in %s", requests, time.Since(started), c.attempts, c.within)
				}
			})
		})
	}
}

func TestSend_concurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, []int{}
		w := &wire{answer: func(*http.Request, int) (*http.Response, error) {
			mu.Lock()
			now++
			most = append(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			now--
			return respond(200, `{}`), nil
		}}
		way := open(t, w, ready, func(config *transport.Config) { config.MaxConcurrency = 3 })
		var all sync.WaitGroup
		started := time.Now()
		for range 10 {
			all.Go(func() { _, _ = send(t.Context(), way, http.MethodGet, transport.Call{}) })
		}
		all.Wait()
		if slices.Max(most) != 3 || time.Since(started) != 4*time.Second {
			t.Errorf("%d at a time, %s in all; want 3 and 4s", slices.Max(most), time.Since(started))
		}
	})
}

const tooMany = `{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}`

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

// TestLimiter_separateLimits lets the tenant reject reads of clients for a minute. Other requests do not wait.
func TestLimiter_separateLimits(t *testing.T) {
	for _, other := range []string{"GET https://tenant.example/api/v2/resource-servers/1", "POST https://tenant.example/oauth/token?public"} {
		t.Run(other, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(r *http.Request, nth int) (*http.Response, error) {
					switch {
					case r.URL.Path == "/oauth/token":
						return respond(200, `{"access_token":"other"}`), nil
					case !strings.Contains(r.URL.Path, "clients"):
						return respond(200, `{}`, "X-RateLimit-Limit", "50", "X-RateLimit-Remaining", "49"), nil
					case nth == 3:
						return respond(429, tooMany, "X-RateLimit-Limit", "5", "X-RateLimit-Remaining", "0", "Retry-After", "60"), nil
					}
					return respond(200, `{}`, "X-RateLimit-Limit", "5", "X-RateLimit-Remaining", "4"), nil
				}}
				way := open(t, w, ready)
				request := func(method, address string) {
					doer := transport.Doer(way)
					if strings.Contains(address, "oauth") {
						doer = way.Public()
					}
					ctx := transport.Read(t.Context(), transport.Call{Operation: "read", Repeatable: true})
					if _, err := carry(ctx, doer, method, address, "read", false); err != nil {
						t.Error(err)
					}
				}
				method, address, _ := strings.Cut(other, " ")
				request(http.MethodGet, "https://tenant.example/api/v2/clients/1")
				request(method, address)
				var rejected sync.WaitGroup
				rejected.Go(func() { request(http.MethodGet, "https://tenant.example/api/v2/clients/2") })
				synctest.Wait()
				started := time.Now()
				request(method, address)
				if time.Since(started) != 0 {
					t.Errorf("%s waited for %s", other, time.Since(started))
				}
				rejected.Wait()
				if time.Since(started) < time.Minute {
					t.Errorf("the read of a client waited for %s, want a minute", time.Since(started))
				}
			})
		})
	}
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

func TestMeterCountsWhatIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		meter := &transport.Meter{}
		w := &wire{answer: func(_ *http.Request, nth int) (*http.Response, error) {
			switch nth {
			case 1:
				return respond(429, tooMany, "Retry-After", "5"), nil
			case 2:
				return nil, errCut
			}
			return respond(200, `{}`), nil
		}}
		way := open(t, w, func(config *transport.Config) { config.Meter = meter })
		for range 3 {
			if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); err != nil {
				t.Fatal(err)
			}
		}
		got := meter.Usage()
		if got.Waited < 5*time.Second || got.Waited > 8*time.Second {
			t.Errorf("%s waited, want the 5 s of the rejection and a little more", got.Waited)
		}
		got.Waited = 0
		if want := (transport.Usage{Calls: 6, Tokens: 1, Rejected: 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}
