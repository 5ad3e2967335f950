package transport

import (
	"errors"
	"net/http"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	maxAttempts = 4
	minPause    = 500 * time.Millisecond
	maxPause    = 8 * time.Second
)

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

// pauseAfter returns the wait after an attempt: exponential, with a random upper half.
func pauseAfter(attempt int) time.Duration {
	wait := min(minPause<<(attempt-1), maxPause)
	return wait/2 + randomUpTo(wait/2)
}
