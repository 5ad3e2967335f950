// Package transport is the one way to the tenant: it carries HTTP requests there and back with token, pace, retries,
// limits and logging, and turns whatever goes wrong into an error of package tenant.
//
// It is a chain of parts with one job each, outermost first:
//
//	bound      how long an operation may take, retries and waits included
//	token      the provider's own access token; absent on the public side
//	retries    what is safe to send again, and when
//	governor   turn, rate and the gate that a 429 closes
//	attempt    one request on the wire: time limit, headers, size limit, log, verdict
//
// Waiting ends at once when the caller cancels. A write that is on its way does not: see [Write].
package transport

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Doer carries out a request. It is all that the SDK asks of an HTTP client.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Defaults of Config.
const (
	DefaultRequestTimeout = 2 * time.Minute
	DefaultMaxConcurrency = 10
	DefaultRateLimitShare = 0.8
)

// Config is what a Transport needs. Zero values stand for the defaults above.
type Config struct {
	BaseURL        *url.URL // of the tenant; nothing is ever sent elsewhere
	UserAgent      string
	RequestTimeout time.Duration // for one operation, retries and waits included
	MaxConcurrency int           // requests on the wire at a time
	RateLimitShare float64       // of the tenant's rate limit, above 0 and at most 1; what is beyond stays there for others

	Token        secret.Value               // a ready access token, with
	Scopes       []string                   // its scopes, none where they are not known; or
	TokenRequest func() (url.Values, error) // the form that asks for one, made anew for each attempt
	Secrets      []secret.Value             // credentials that no error may show

	Meter        *Meter            // counts along; may be nil
	RoundTripper http.RoundTripper // nil: a client of its own, with the proxy of the environment
}

// Transport leads to one tenant. It is safe for concurrent use.
type Transport struct {
	private Doer
	public  Doer
	held    *token
	limit   time.Duration
}

// New makes a Transport; it sends nothing.
func New(config Config) *Transport {
	concurrency := cmp.Or(config.MaxConcurrency, DefaultMaxConcurrency)
	limit := cmp.Or(config.RequestTimeout, DefaultRequestTimeout)
	wire := config.RoundTripper
	if wire == nil {
		wire = newRoundTripper(concurrency)
	}
	hidden := newRedactor(append([]secret.Value{config.Token}, config.Secrets...))
	sender := &attempt{wire: wire, host: config.BaseURL.Host, userAgent: config.UserAgent, hidden: hidden}
	governed := newGovernor(sender, concurrency, cmp.Or(config.RateLimitShare, DefaultRateLimitShare), cmp.Or(config.Meter, &Meter{}))
	retried := &retries{next: governed}
	public := &bound{next: retried, limit: limit}
	held := &token{next: retried, hidden: hidden}
	if config.Token.Empty() {
		held.ask = tokenRequest(public, config.BaseURL, config.TokenRequest)
	} else {
		held.value, held.scopes = config.Token, config.Scopes
	}
	return &Transport{private: &bound{next: held, limit: limit}, public: public, held: held, limit: limit}
}

// Do carries a request to the Management API, with the provider's token. The answer's body is complete and is valid
// JSON, or empty after a DELETE. Every status from 300 on is an error. [Outcome] turns errors into those of package
// tenant.
func (t *Transport) Do(r *http.Request) (*http.Response, error) { return t.private.Do(r) }

// Bound limits what is one operation, though several requests, to the time of one.
func (t *Transport) Bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, t.limit, errBound)
}

// Scopes are those of the provider's token, which is asked for if need be. None means that they are not known. The
// context is that of a [Read].
func (t *Transport) Scopes(ctx context.Context) ([]string, error) {
	bound, cancel := t.Bound(ctx)
	defer cancel()
	return t.held.permitted(bound)
}

// Public is the same way without the provider's token: to the token endpoint and the key set. There a refusal (400,
// 401, 403) is a *tenant.Denied.
func (t *Transport) Public() Doer { return t.public }

// Outcome is the error of package tenant that err stands for, or the caller's own cancellation. An error that does not
// come from a Transport is one of decoding: the answer was not what it should be. After a request that changes
// something, that leaves open what became of it.
func Outcome(operation string, changes bool, err error) error {
	if err == nil {
		return nil
	}
	if failed, ok := asFailure(err); ok {
		return failed.err
	}
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: err, Unsettled: changes}
}
