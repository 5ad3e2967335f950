package transport

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/ratelimit"
	"github.com/timesheets/terraform-provider-timesheets/internal/panics"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const bearer = "Bearer "

// timeoutGrace is how long a request whose timeout has passed waits for the token request, whose timeout passes at the same
// time.
const timeoutGrace = 100 * time.Millisecond

// token adds the provider's access token to requests. It requests the token when first needed, once for all waiting
// requests, and again shortly before it expires. If the tenant rejects the token, the request had no effect and is
// repeated once with a new token. After a second rejection, or a rejected token request, nothing more is sent.
type token struct {
	next     Doer
	request  func(ctx context.Context) (grant, error) // nil for a pre-issued token
	redactor *redactor
	requests singleflight.Group

	mu         sync.Mutex
	value      secret.Value
	scopes     []string  // of value; none if unknown
	renew      time.Time // zero for a pre-issued token
	failed     error     // of a token request that can never succeed
	reported   error     // of the last token request, if a caller got it in full
	rejected   *tenant.Unauthenticated
	quota      *tenant.Throttled // the tenant issues no token
	quotaUntil time.Time         // before this time
}

// grant is a token, its scopes and its lifetime.
type grant struct {
	value    secret.Value
	scopes   []string
	lifetime time.Duration
}

func (t *token) Do(r *http.Request) (*http.Response, error) {
	response, used, err := t.send(r)
	if _, rejected := asUnauthenticated(err); !rejected || used.Empty() {
		return response, err
	}
	if t.request == nil {
		return nil, t.reject(r.Context(), err)
	}
	t.drop(used)
	response, used, err = t.send(r)
	if _, rejected := asUnauthenticated(err); rejected && !used.Empty() {
		return nil, t.reject(r.Context(), err)
	}
	return response, err
}

// send sends a request with the current token and also returns that token; none if there was none.
func (t *token) send(r *http.Request) (*http.Response, secret.Value, error) {
	value, err := t.current(r.Context())
	if err != nil {
		return nil, secret.Value{}, err
	}
	signed := r.Clone(r.Context())
	signed.Header.Set("Authorization", bearer+value.Reveal())
	response, err := t.next.Do(signed)
	return response, value, err
}

// current returns a valid token and requests one if necessary.
func (t *token) current(ctx context.Context) (secret.Value, error) {
	if value, err := t.cached(ctx); err != nil || !value.Empty() {
		return value, err
	}
	waiting := waitContext(ctx)
	requested := t.requests.DoChan("", func() (any, error) { return t.refresh(context.WithoutCancel(ctx)) })
	select {
	case shared := <-requested:
		return t.issued(ctx, shared)
	case <-waiting.Done():
	}
	if !canceled(waiting) {
		select {
		case shared := <-requested: // it has the same timeout, and its error states the cause
			return t.issued(ctx, shared)
		case <-time.After(timeoutGrace):
		}
	}
	return secret.Value{}, notSent(waiting, callOf(ctx).Operation)
}

// issued returns the result of a token request.
func (t *token) issued(ctx context.Context, shared singleflight.Result) (secret.Value, error) {
	if _, rejected := asUnauthenticated(shared.Err); rejected {
		return secret.Value{}, t.reject(ctx, shared.Err)
	}
	if shared.Err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		return secret.Value{}, t.report(ctx, shared.Err)
	}
	value, _ := shared.Val.(secret.Value)
	return value, nil
}

// cached returns the current token; empty if it must be requested. It is an error if the tenant issues none.
func (t *token) cached(ctx context.Context) (secret.Value, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch left := time.Until(t.quotaUntil); {
	case t.rejected != nil:
		return secret.Value{}, t.repeatRejection(ctx)
	case t.failed != nil:
		return secret.Value{}, t.report(ctx, t.failed)
	case !t.value.Empty() && (t.renew.IsZero() || time.Now().Before(t.renew)):
		return t.value, nil
	case left > 0:
		return secret.Value{}, t.quotaExhausted(ctx, left)
	}
	return secret.Value{}, nil
}

// report returns the error of a token request: in full for the first request, and marked as repeated for all others.
func (t *token) report(ctx context.Context, err error) error {
	var unavailable *tenant.Unavailable
	if t.reported != err || !errors.As(err, &unavailable) { //nolint:errorlint // the same error, not one like it
		t.reported = err
		return err
	}
	repeated := *unavailable
	repeated.Operation, repeated.Repeat, repeated.Unsettled = callOf(ctx).Operation, true, false
	return &failure{final: true, err: &repeated}
}

// scopesOf returns the scopes of the current token.
func (t *token) scopesOf(ctx context.Context) ([]string, error) {
	if _, err := t.current(ctx); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.scopes, nil
}

// refresh requests a token for all waiting requests, so it does not end with the request that started it.
func (t *token) refresh(ctx context.Context) (secret.Value, error) {
	if value, err := t.cached(ctx); err != nil || !value.Empty() {
		return value, err // another request has just completed
	}
	issued, err := t.issue(withWaitContext(ctx, ctx))
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.redactor.add(issued.value, t.value)
		t.value, t.scopes, t.renew = issued.value, issued.scopes, time.Now().Add(issued.lifetime-renewalMargin(issued.lifetime))
		return issued.value, nil
	}
	if quota := new(tenant.Throttled); errors.As(err, &quota) && quota.After > ratelimit.MaxBlock {
		t.quota, t.quotaUntil = quota, time.Now().Add(quota.After)
	}
	if isPermanent(err) {
		t.failed = err
	}
	return secret.Value{}, err
}

// issue requests a token. It runs outside any request of Terraform, where a panic would end the process.
func (t *token) issue(ctx context.Context) (issued grant, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &failure{final: true, err: panics.Caught(cause)}
		}
	}()
	return t.request(ctx)
}

// quotaExhausted returns the error of a request without a token, because the quota of tokens is exhausted for a while.
func (t *token) quotaExhausted(ctx context.Context, left time.Duration) error {
	again := &tenant.Throttled{Reply: t.quota.Reply, After: left}
	again.Operation = callOf(ctx).Operation
	return &failure{final: true, unsent: true, err: again}
}

// renewalMargin returns how long before its expiry a token is renewed.
func renewalMargin(lifetime time.Duration) time.Duration {
	return min(time.Minute, lifetime/5)
}

// drop discards a rejected token, unless it was replaced in the meantime.
func (t *token) drop(used secret.Value) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value.Reveal() == used.Reveal() {
		t.value = secret.Value{}
	}
}

// reject records that the tenant rejects the provider's credentials, and returns the error of a request.
func (t *token) reject(ctx context.Context, err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rejected != nil {
		return t.repeatRejection(ctx)
	}
	t.rejected, _ = asUnauthenticated(err)
	t.rejected.PreIssued = t.request == nil
	return &failure{err: t.rejected, final: true}
}

// repeatRejection returns the error of every request after the first rejection.
func (t *token) repeatRejection(ctx context.Context) error {
	repeated := &tenant.Unauthenticated{Reply: t.rejected.Reply, Cause: t.rejected.Cause, PreIssued: t.rejected.PreIssued, Repeat: true}
	repeated.Operation = callOf(ctx).Operation
	return &failure{err: repeated, final: true}
}
