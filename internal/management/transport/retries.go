package transport

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	maxTries   = 4
	firstPause = 500 * time.Millisecond
	longest    = 8 * time.Second
)

// retries sends again what is safe to send again:
//
//   - any request that was turned away by a rate limit (429): the tenant did not act. The governor makes it wait;
//   - any request whose connection never opened;
//   - after a server error, a cut or an unreadable answer, only what does no harm when it happens twice.
//
// All else goes back to the caller, who can look what became of it.
type retries struct {
	next Doer
}

func (p *retries) Do(r *http.Request) (*http.Response, error) {
	var last *failure
	for try := 1; ; {
		again, err := repeat(r)
		if err != nil {
			return nil, err
		}
		answer, err := p.next.Do(again)
		failed, ok := asFailure(err)
		if !ok {
			return answer, err
		}
		if failed.waited && last != nil {
			return nil, last
		}
		last = failed
		if failed.status == http.StatusTooManyRequests && !failed.final {
			continue // the gate is closed: the governor waits
		}
		if try == maxTries || !worthAnother(r, failed) {
			return nil, failed
		}
		if err := Pause(patience(r.Context()), pauseBefore(try)); err != nil {
			return nil, failed
		}
		try++
	}
}

// worthAnother reports whether a request that failed may be sent again.
func worthAnother(r *http.Request, failed *failure) bool {
	switch {
	case failed.final:
		return false
	case failed.unsent:
		return true
	case !repeatable(r):
		return false
	}
	var away *tenant.Unavailable
	if !errors.As(failed.err, &away) {
		return false
	}
	switch failed.status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		520, 521, 522, 523, 524: // the last five are Cloudflare's own, in front of Auth0
		return true
	}
	return failed.status < http.StatusMultipleChoices // cut, or answered with what cannot be read
}

// repeatable reports whether a request does no harm when it happens twice.
func repeatable(r *http.Request) bool {
	call := callOf(r.Context())
	return call.Repeatable || r.Method != http.MethodPost && !call.Once
}

// pauseBefore is the wait after the given try: exponential, the upper half of it random.
func pauseBefore(try int) time.Duration {
	wait := min(firstPause<<(try-1), longest)
	return wait/2 + upTo(wait/2)
}

// repeat copies a request with a fresh body. A body may differ from attempt to attempt, and then in length, so it is
// read here.
func repeat(r *http.Request) (*http.Request, error) {
	again := r.Clone(r.Context())
	if r.GetBody == nil {
		return again, nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	again.Body = io.NopCloser(bytes.NewReader(content))
	again.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	again.ContentLength = int64(len(content))
	return again, nil
}
