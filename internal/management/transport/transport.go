// Package transport sends all HTTP requests to the tenant: with access token, rate limiting, retries, timeouts and
// logging. It turns everything that fails into an error of package tenant.
//
// It is a chain of parts, outermost first:
//
//	timeout    duration of an operation, including retries and waits
//	token      the provider's own access token; not for public endpoints
//	retrier    which requests are repeated, and when
//	limiter    requests in progress, rate, and the wait after a 429; see package ratelimit
//	sender     one request: timeout, headers, size limit, log, check of the response
//
// Waiting ends at once when the caller cancels. A write that was sent is completed: see [Write].
package transport

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/ratelimit"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Doer sends a request. The SDK needs no more of an HTTP client.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Defaults of Config.
const (
	DefaultRequestTimeout = 2 * time.Minute
	DefaultMaxConcurrency = 10
	DefaultRateLimitShare = 0.8
)

// Config configures a Transport. Zero values select the defaults.
type Config struct {
	BaseURL        *url.URL // of the tenant; requests to other hosts are rejected
	UserAgent      string
	RequestTimeout time.Duration // for one operation, including retries and waits
	MaxConcurrency int           // requests in progress at the same time
	RateLimitShare float64       // of the tenant's rate limit, above 0 and at most 1; the rest is left to others

	Token        secret.Value               // a pre-issued access token, with
	Scopes       []string                   // its scopes, none if unknown; or
	TokenRequest func() (url.Values, error) // the form of a token request, a new one for each attempt
	TokenOnce    bool                       // the tenant accepts such a form once: it is not sent again
	Secrets      []secret.Value             // credentials that no error may contain

	NotReady     error             // if set, why the rest is not known yet: nothing is sent, and this is the cause of every error
	Meter        *Meter            // counts requests; may be nil
	RoundTripper http.RoundTripper // nil: one that uses the proxy of the environment
}

// Transport sends requests to one tenant. It is safe for concurrent use.
type Transport struct {
	private Doer
	public  Doer
	token   *token
	limit   time.Duration
}

// New returns a Transport. It sends no request.
func New(config Config) *Transport {
	concurrency := cmp.Or(config.MaxConcurrency, DefaultMaxConcurrency)
	limit := cmp.Or(config.RequestTimeout, DefaultRequestTimeout)
	wire := config.RoundTripper
	if wire == nil {
		wire = newRoundTripper(concurrency)
	}
	hide := newRedactor(append([]secret.Value{config.Token}, config.Secrets...))
	once := &sender{wire: wire, host: config.BaseURL.Host, userAgent: config.UserAgent, redactor: hide}
	limits := ratelimit.New(concurrency, cmp.Or(config.RateLimitShare, DefaultRateLimitShare))
	limited := &limiter{next: once, limits: limits, meter: cmp.Or(config.Meter, &Meter{})}
	var retried Doer = &retrier{next: limited}
	if config.NotReady != nil {
		retried = &unready{cause: config.NotReady}
	}
	public := &timeout{next: retried, limit: limit}
	access := &token{next: retried, redactor: hide}
	if config.Token.Empty() {
		access.request = (&tokenRequester{public: public, base: config.BaseURL, form: config.TokenRequest, once: config.TokenOnce}).request
	} else {
		access.value, access.scopes = config.Token, config.Scopes
	}
	return &Transport{private: &timeout{next: access, limit: limit}, public: public, token: access, limit: limit}
}

// unready sends nothing, because the configuration is not known yet.
type unready struct{ cause error }

func (u *unready) Do(r *http.Request) (*http.Response, error) {
	return nil, &failure{final: true, unsent: true, err: &tenant.NotConfigured{Reply: tenant.Reply{Operation: callOf(r.Context()).Operation}, Cause: u.cause}}
}

// Do sends a request to the Management API with the provider's token. The body of the response is complete and valid JSON,
// or empty after a DELETE. Every status from 300 on is an error. [Outcome] converts errors to those of package tenant.
func (t *Transport) Do(r *http.Request) (*http.Response, error) { return t.private.Do(r) }

// Bound limits several requests that are one operation to the timeout of one.
func (t *Transport) Bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, t.limit, errTimeout)
}

// Scopes returns the scopes of the provider's token, and requests the token if there is none. An empty result means that
// they are unknown. The context is that of a [Read].
func (t *Transport) Scopes(ctx context.Context) ([]string, error) {
	bound, cancel := t.Bound(ctx)
	defer cancel()
	return t.token.scopesOf(bound)
}

// Public returns a Doer without the provider's token, for the token endpoint and the JWKS. There a status of 400, 401 or
// 403 is a *tenant.Denied.
func (t *Transport) Public() Doer { return t.public }

// Outcome returns the error of package tenant for err, or the caller's own cancellation. An error that does not come from
// a Transport is a decoding error. After a request that changes something, the result is then unknown.
func Outcome(operation string, changes bool, err error) error {
	if err == nil {
		return nil
	}
	if failed, ok := asFailure(err); ok {
		return failed.err
	}
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: err, Unsettled: changes}
}
