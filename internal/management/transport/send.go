package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/ratelimit"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	maxAttempts    = 4
	attemptTimeout = 30 * time.Second
	minPause       = 500 * time.Millisecond // between attempts
	maxPause       = 8 * time.Second
	maxBody        = 8 << 20 // bytes

	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	idleTimeout      = 90 * time.Second

	// All HTTP/2 requests share one connection. If it is lost without notice (a suspended laptop, a gateway that dropped
	// it), each request would wait for its own timeout and then be repeated on the same connection. A ping after a period
	// without data detects this. A slow tenant still answers pings at once.
	pingInterval = 5 * time.Second
	pingTimeout  = 5 * time.Second
)

var (
	errSlow     = fmt.Errorf("no complete answer within %s", attemptTimeout)
	errTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)
	errForeign  = errors.New("the request would leave the tenant")
)

// newRoundTripper returns the HTTP client: the proxy of the environment, TLS 1.2 or newer, the certificate authorities of
// the system and of SSL_CERT_FILE, and as many idle connections as concurrent requests.
func newRoundTripper(concurrency int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: dialTimeout}).DialContext,
		ForceAttemptHTTP2:   true,
		HTTP2:               &http.HTTP2Config{SendPingTimeout: pingInterval, PingTimeout: pingTimeout},
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: handshakeTimeout,
		MaxIdleConnsPerHost: concurrency,
		IdleConnTimeout:     idleTimeout,

		OnProxyConnectResponse: checkTunnel,
	}
}

// retrier repeats requests that can safely be repeated:
//
//   - every request rejected by a rate limit (429), because the tenant did nothing; the limiter makes it wait;
//   - every request whose connection was never opened;
//   - after a server error, a lost connection or an unreadable response, only requests that can safely be sent twice.
//
// All other errors go to the caller, which can find out what happened.
type retrier struct {
	next Doer
}

func (t *retrier) Do(r *http.Request) (*http.Response, error) {
	var last *failure
	for attempt := 1; ; {
		again, err := copyRequest(r)
		if err != nil {
			return nil, err
		}
		response, err := t.next.Do(again)
		failed, ok := asFailure(err)
		if !ok {
			return response, err
		}
		if failed.timedOut && last != nil {
			return nil, last
		}
		last = failed
		if failed.status == http.StatusTooManyRequests && !failed.final {
			continue // the limiter blocks requests now
		}
		if attempt == maxAttempts || !canRetry(r, failed) {
			return nil, failed
		}
		if err := Pause(waitContext(r.Context()), pauseAfter(attempt)); err != nil {
			return nil, failed
		}
		attempt++
	}
}

// canRetry reports whether a failed request may be sent again.
func canRetry(r *http.Request, failed *failure) bool {
	switch {
	case failed.final:
		return false
	case failed.unsent:
		return true
	case !isRepeatable(r):
		return false
	}
	var unavailable *tenant.Unavailable
	if !errors.As(failed.err, &unavailable) {
		return false
	}
	switch failed.status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		520, 521, 522, 523, 524: // the last five are Cloudflare's, which is in front of Auth0
		return true
	}
	return failed.status < http.StatusMultipleChoices // the connection was lost, or the response is unreadable
}

// pauseAfter returns the wait after an attempt: exponential, with a random half, so that requests that failed together are not
// repeated together.
func pauseAfter(attempt int) time.Duration {
	wait := min(minPause<<(attempt-1), maxPause)
	return wait/2 + rand.N(wait/2) //nolint:gosec // not used for security
}

// sender sends a request once and checks the response.
type sender struct {
	wire      http.RoundTripper // follows no redirects, so that the token is sent to no other host
	host      string            // of the tenant
	userAgent string
	redactor  *redactor
}

func (s *sender) Do(r *http.Request) (*http.Response, error) {
	call := callOf(r.Context())
	if r.URL.Host != s.host {
		return nil, &failure{final: true, err: &tenant.Unavailable{Reply: tenant.Reply{Operation: call.Operation}, Cause: errForeign}}
	}
	if waiting := waitContext(r.Context()); waiting.Err() != nil {
		return nil, notSent(waiting, call.Operation)
	}
	ctx, cancel := context.WithTimeoutCause(r.Context(), attemptTimeout, errSlow)
	defer cancel()

	started := time.Now()
	watch := &connection{}
	response, err := s.wire.RoundTrip(s.withHeaders(r.WithContext(watch.trace(ctx))))
	if err != nil {
		s.log(r, nil, started)
		return nil, s.transportError(ctx, r, err, watch)
	}
	body, err := readBody(response)
	s.log(r, response, started)
	return s.received(ctx, r, response, body, err)
}

// withHeaders adds the headers of every request. It never sets Idempotency-Key, because net/http would then repeat a
// POST.
func (s *sender) withHeaders(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", s.userAgent)
	return r
}

// readBody reads the complete body up to the limit, so that the connection can be reused.
func readBody(response *http.Response) ([]byte, error) {
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if len(body) > maxBody {
		return nil, errTooLarge
	}
	return body, err
}

// log writes one line per request, without body, headers, query and credentials.
func (s *sender) log(r *http.Request, response *http.Response, started time.Time) {
	fields := map[string]any{
		"method": r.Method,
		"path":   pathTemplate(r.URL),
		"ms":     time.Since(started).Milliseconds(),
	}
	if response != nil {
		fields["status"] = response.StatusCode
		fields["request_id"] = requestID(response.Header)
		fields["remaining"] = response.Header.Get(ratelimit.HeaderRemaining)
	}
	tflog.Debug(r.Context(), "Auth0 request", fields)
}

// received checks a response, whose body was read with err.
func (s *sender) received(ctx context.Context, r *http.Request, response *http.Response, body []byte, err error) (*http.Response, error) {
	hide := s.redactor.with(callOf(r.Context()).Secrets)
	switch {
	case errors.Is(err, errTooLarge) && response.StatusCode < http.StatusMultipleChoices:
		return nil, foreign(r, response, nil, hide, errTooLarge, true)
	case err != nil && response.StatusCode < http.StatusMultipleChoices:
		return nil, s.transportError(ctx, r, err, nil)
	}
	body, err = checkResponse(r, response, body, hide)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	response.ContentLength = int64(len(body))
	return response, nil
}

// transportError returns the error of a request that ended without a complete response.
func (s *sender) transportError(ctx context.Context, r *http.Request, err error, watch *connection) *failure {
	call := callOf(r.Context())
	unsent := watch != nil && watch.neverOpened(err)
	if canceled(ctx) && (unsent || !changes(r)) {
		return &failure{err: fmt.Errorf("%s: %w", call.Operation, ctx.Err()), unsent: unsent, final: true}
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return &failure{
		err: &tenant.Unavailable{
			Reply:     tenant.Reply{Operation: call.Operation},
			Cause:     s.describe(r, err),
			Unsettled: changes(r) && !unsent,
		},
		unsent: unsent,
		final:  errors.Is(err, errTimeout) || isPermanent(err),
	}
}

// connection observes whether a request got a connection.
type connection struct {
	requested, obtained atomic.Bool
}

func (c *connection) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { c.requested.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.obtained.Store(true) },
	})
}

// neverOpened reports whether a request that failed with err cannot have reached the tenant.
func (c *connection) neverOpened(err error) bool {
	if c.requested.Load() {
		return !c.obtained.Load()
	}
	var dial *net.OpError
	var name *net.DNSError
	return errors.As(err, &name) || errors.As(err, &dial) && dial.Op == "dial"
}
