package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	attemptLimit = 30 * time.Second
	bodyLimit    = 8 << 20 // bytes
)

var (
	errSlow     = fmt.Errorf("no complete answer within %s", attemptLimit)
	errTooLarge = fmt.Errorf("the answer is larger than %d MiB", bodyLimit>>20)
	errForeign  = errors.New("the request would leave the tenant")
)

// attempt sends a request once and judges the answer.
type attempt struct {
	wire      http.RoundTripper // never follows a redirect, so that no token goes where one points
	host      string            // of the tenant
	userAgent string
	hidden    *redactor
}

func (a *attempt) Do(r *http.Request) (*http.Response, error) {
	call := callOf(r.Context())
	if r.URL.Host != a.host {
		return nil, &failure{final: true, err: &tenant.Unavailable{Reply: tenant.Reply{Operation: call.Operation}, Cause: errForeign}}
	}
	if waiting := patience(r.Context()); waiting.Err() != nil {
		return nil, ended(waiting, call.Operation)
	}
	ctx, cancel := context.WithTimeoutCause(r.Context(), attemptLimit, errSlow)
	defer cancel()

	started := time.Now()
	watch := &connection{}
	answer, err := a.wire.RoundTrip(a.dressed(r.WithContext(watch.trace(ctx))))
	if err != nil {
		a.log(r, nil, started)
		return nil, a.broken(ctx, r, err, watch)
	}
	body, err := read(answer)
	a.log(r, answer, started)
	return a.judged(ctx, r, answer, body, err)
}

// dressed adds the headers that every request carries. There is never an Idempotency-Key among them: with one,
// net/http would send a POST again by itself.
func (a *attempt) dressed(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", a.userAgent)
	return r
}

// read takes the whole body, so that the connection can serve the next request, up to the limit.
func read(answer *http.Response) ([]byte, error) {
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, bodyLimit+1))
	if len(body) > bodyLimit {
		return nil, errTooLarge
	}
	return body, err
}

// log writes what may be known of a request by anybody who reads the log: no body, header, query or credential.
func (a *attempt) log(r *http.Request, answer *http.Response, started time.Time) {
	fields := map[string]any{
		"method": r.Method,
		"path":   pathTemplate(r.URL),
		"ms":     time.Since(started).Milliseconds(),
	}
	if answer != nil {
		fields["status"] = answer.StatusCode
		fields["request_id"] = requestID(answer.Header)
		fields["remaining"] = answer.Header.Get(headerRemaining)
	}
	tflog.Debug(r.Context(), "Auth0 request", fields)
}

// judged decides what an answer is worth.
func (a *attempt) judged(ctx context.Context, r *http.Request, answer *http.Response, body []byte, err error) (*http.Response, error) {
	call := callOf(r.Context())
	hide := a.hidden.with(call.Secrets)
	switch {
	case errors.Is(err, errTooLarge) && answer.StatusCode < http.StatusMultipleChoices:
		return nil, foreign(r, answer, nil, hide, errTooLarge, true)
	case err != nil && answer.StatusCode < http.StatusMultipleChoices:
		return nil, a.broken(ctx, r, err, nil)
	}
	body, err = checkResponse(r, answer, body, hide)
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	answer.ContentLength = int64(len(body))
	return answer, nil
}

// broken is the error of a request that ended without a complete answer.
func (a *attempt) broken(ctx context.Context, r *http.Request, err error, watch *connection) *failure {
	call := callOf(r.Context())
	unsent := watch != nil && watch.neverOpened(err)
	if cancelled(ctx) && (unsent || !changes(r)) {
		return &failure{err: fmt.Errorf("%s: %w", call.Operation, ctx.Err()), unsent: unsent, final: true}
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return &failure{
		err: &tenant.Unavailable{
			Reply:     tenant.Reply{Operation: call.Operation},
			Cause:     a.explained(r, err),
			Unsettled: changes(r) && !unsent,
		},
		unsent: unsent,
		final:  errors.Is(err, errBound) || hopeless(err),
	}
}

// changes reports whether a request may change something in the tenant.
func changes(r *http.Request) bool {
	return r.Method != http.MethodGet && !callOf(r.Context()).Repeatable
}
