package transport_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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
