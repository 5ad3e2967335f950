package transport_test

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func itoa(n int) string { return strconv.Itoa(n) }

func fine(*http.Request, int) (*http.Response, error) { return respond(200, `{}`), nil }

func slowToken(nth int) (*http.Response, error) {
	time.Sleep(time.Second)
	return token(nth, 86400), nil
}

const expired = `{"statusCode":401,"error":"Unauthorized","message":"Expired token received for JSON Web Token validation"}`

func TestToken_sharedRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: fine, token: slowToken}
		way := open(t, w)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if requests, tokens := w.count(); requests != 20 || tokens != 1 {
			t.Errorf("%d requests with %d tokens asked for, want 20 and 1", requests, tokens)
		}
		if got := w.sent[7].header.Get("Authorization"); got != "Bearer token-1" {
			t.Errorf("Authorization: %s", got)
		}
		if got := w.tokens[0].body; got != "client_id=own&client_secret=own-secret" {
			t.Errorf("token request %s", got)
		}
	})
}

func TestTokenIsRenewedInTime(t *testing.T) {
	for name, c := range map[string]struct {
		life        int
		good, renew time.Duration
	}{
		"a day":          {86400, 86339 * time.Second, 86341 * time.Second},
		"a short life":   {100, 79 * time.Second, 81 * time.Second},
		"less than none": {0, 0, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: fine, token: func(nth int) (*http.Response, error) { return token(nth, c.life), nil }}
				way := open(t, w)
				ask := func() {
					if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); err != nil {
						t.Error(err)
					}
				}
				ask()
				if c.good > 0 {
					time.Sleep(c.good)
					ask()
					if _, tokens := w.count(); tokens != 1 {
						t.Errorf("%d tokens after %s", tokens, c.good)
					}
				}
				time.Sleep(c.renew - c.good)
				ask()
				if _, tokens := w.count(); tokens != 2 {
					t.Errorf("%d tokens after %s", tokens, c.renew)
				}
			})
		})
	}
}

func TestRefusedTokenIsReplacedOnceAndTheRequestReplayed(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		t.Run(method, func(t *testing.T) {
			w := &wire{answer: func(r *http.Request, _ int) (*http.Response, error) {
				if r.Header.Get("Authorization") == "Bearer token-1" {
					return respond(401, expired), nil
				}
				return respond(200, `{}`), nil
			}}
			if _, err := send(t.Context(), open(t, w), method, transport.Call{}); err != nil {
				t.Fatal(err)
			}
			if requests, tokens := w.count(); requests != 2 || tokens != 2 {
				t.Fatalf("%d requests, %d tokens, want 2 and 2", requests, tokens)
			}
			if w.sent[0].body != w.sent[1].body {
				t.Errorf("replayed with body %q instead of %q", w.sent[1].body, w.sent[0].body)
			}
		})
	}
}

func TestToken_rejectedCredentials(t *testing.T) {
	refused := func(int) (*http.Response, error) {
		return respond(401, `{"error":"access_denied","error_description":"Unauthorized"}`), nil
	}
	for name, c := range map[string]struct {
		token            func(int) (*http.Response, error)
		change           func(*transport.Config)
		requests, tokens int
		code, message    string
	}{
		"wrong secret":           {token: refused, tokens: 1, code: "access_denied", message: "Unauthorized"},
		"every token is refused": {requests: 2, tokens: 2, message: "Expired token received for JSON Web Token validation"},
		"ready token":            {change: ready, requests: 1, message: "Expired token received for JSON Web Token validation"},
		"no key": {
			change: func(c *transport.Config) {
				c.TokenRequest = func() (url.Values, error) { return nil, errors.New("no key") }
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := &wire{token: c.token, answer: func(*http.Request, int) (*http.Response, error) { return respond(401, expired), nil }}
			changes := []func(*transport.Config){}
			if c.change != nil {
				changes = append(changes, c.change)
			}
			way := open(t, w, changes...)
			full := 0
			for range 5 {
				_, err := send(t.Context(), way, http.MethodPost, transport.Call{})
				var refused *tenant.Unauthenticated
				if !errors.As(err, &refused) {
					t.Fatalf("error %v", err)
				}
				if !refused.Repeat {
					full++
				}
				if refused.Code != c.code || refused.Message != c.message {
					t.Errorf("%q %q", refused.Code, refused.Message)
				}
			}
			if requests, tokens := w.count(); full != 1 || requests != c.requests || tokens != c.tokens {
				t.Errorf("%d full errors, %d requests, %d tokens; want 1, %d, %d", full, requests, tokens, c.requests, c.tokens)
			}
		})
	}
}

// TestToken_unreachableTenant expects the complete error for one of the callers that wait for the same token.
func TestToken_unreachableTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: fine, token: func(int) (*http.Response, error) {
			time.Sleep(time.Second)
			return nil, &net.DNSError{Err: "no such host", Name: "nowhere.invalid", IsNotFound: true}
		}}
		way := open(t, w)
		errs := make(chan error, 5)
		for range cap(errs) {
			go func() {
				_, err := send(t.Context(), way, http.MethodGet, transport.Call{})
				errs <- err
			}()
		}
		full := 0
		for range cap(errs) {
			var unavailable *tenant.Unavailable
			if err := <-errs; !errors.As(err, &unavailable) {
				t.Fatalf("error %v (%T)", err, err)
			}
			if !unavailable.Repeat {
				full++
			}
		}
		if requests, _ := w.count(); full != 1 || requests != 0 {
			t.Errorf("%d full errors, %d requests", full, requests)
		}
	})
}

// TestToken_untrustedTenant expects one request to a tenant with an untrusted certificate. Later callers get the same
// error without a request.
func TestToken_untrustedTenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: fine, token: func(int) (*http.Response, error) { return nil, x509.UnknownAuthorityError{} }}
		way := open(t, w)
		for i := range 3 {
			var unavailable *tenant.Unavailable
			if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); !errors.As(err, &unavailable) || unavailable.Repeat != (i > 0) {
				t.Errorf("request %d: %v (%+v)", i, err, unavailable)
			}
		}
		if requests, tokens := w.count(); requests != 0 || tokens != 1 {
			t.Errorf("%d requests and %d token requests, want the latter once", requests, tokens)
		}
	})
}

func TestToken_wrongClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for off, want := range map[time.Duration]string{
			-5 * time.Minute: "this machine's clock is 5m0s ahead of the tenant's",
			time.Hour:        "this machine's clock is 1h0m0s behind the tenant's",
			5 * time.Second:  "",
		} {
			w := &wire{answer: fine, token: func(int) (*http.Response, error) {
				return respond(401, `{"error":"invalid_client","error_description":"no"}`, "Date", time.Now().Add(off).UTC().Format(http.TimeFormat)), nil
			}}
			_, err := send(t.Context(), open(t, w), http.MethodGet, transport.Call{})
			var refused *tenant.Unauthenticated
			if !errors.As(err, &refused) || fmt.Sprint(refused.Cause) != cmp.Or(want, "<nil>") {
				t.Errorf("%s: %v, cause %v", off, err, refused.Cause)
			}
		}
	})
}

// TestToken_exhaustedQuota has no token left for an hour. No caller waits that long, and no second request is sent.
func TestToken_exhaustedQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: fine, token: func(nth int) (*http.Response, error) {
			if nth > 1 {
				return token(nth, 86400), nil
			}
			return respond(429, `{"error":"too_many_requests","error_description":"Client quota exceeded"}`, "Retry-After", "3540"), nil
		}}
		way, started := open(t, w), time.Now()
		for nth := range 5 {
			_, err := send(t.Context(), way, http.MethodPost, transport.Call{})
			var throttled *tenant.Throttled
			if !errors.As(err, &throttled) || throttled.After > 59*time.Minute || throttled.After < 58*time.Minute || throttled.Message != "Client quota exceeded" {
				t.Fatalf("error %d: %v", nth, err)
			}
			time.Sleep(time.Second)
		}
		if requests, tokens := w.count(); requests != 0 || tokens != 1 || time.Since(started) > 6*time.Second {
			t.Errorf("%d requests, %d tokens asked for, in %s", requests, tokens, time.Since(started))
		}
		time.Sleep(time.Hour)
		if _, err := send(t.Context(), way, http.MethodPost, transport.Call{}); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestToken_missingEndpoint(t *testing.T) {
	w := &wire{token: func(int) (*http.Response, error) {
		return respond(404, `{"error":"Not Found","message":"nothing here"}`), nil
	}}
	_, err := send(t.Context(), open(t, w), http.MethodGet, transport.Call{})
	var absent *tenant.NotFound
	var away *tenant.Unavailable
	if errors.As(err, &absent) || !errors.As(err, &away) {
		t.Errorf("error %v (%T)", err, err)
	}
}

func TestToken_firstCallerCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: fine, token: slowToken}
		way := open(t, w)
		first, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := send(first, way, http.MethodGet, transport.Call{}); !errors.Is(err, context.Canceled) {
				t.Errorf("the one who gave up: %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); err != nil {
				t.Errorf("the one who stayed: %v", err)
			}
		})
		synctest.Wait()
		cancel()
		all.Wait()
		if requests, tokens := w.count(); requests != 1 || tokens != 1 {
			t.Errorf("%d requests, %d tokens", requests, tokens)
		}
	})
}

func TestToken_newRequestPerAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: fine, token: func(nth int) (*http.Response, error) {
			if nth < 3 {
				return respond(503, `{}`), nil
			}
			return token(nth, 86400), nil
		}}
		made := 0
		way := open(t, w, func(c *transport.Config) {
			c.TokenRequest = func() (url.Values, error) {
				made++
				return url.Values{"client_assertion": {strings.Repeat("x", made)}}, nil
			}
		})
		if _, err := send(t.Context(), way, http.MethodGet, transport.Call{}); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, asked := range w.tokens {
			seen[asked.body] = true
		}
		if len(w.tokens) != 3 || len(seen) != 3 {
			t.Errorf("%d token requests with %d different assertions", len(w.tokens), len(seen))
		}
	})
}
