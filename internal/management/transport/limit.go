package transport

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/ratelimit"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// limiter keeps requests within the tenant's limits, and counts them.
type limiter struct {
	next   Doer
	limits *ratelimit.Limiter
	meter  *Meter
}

func (l *limiter) Do(r *http.Request) (*http.Response, error) {
	started := time.Now()
	permit, err := l.limits.Admit(waitContext(r.Context()), apiOf(r), r.Method+" "+pathTemplate(r.URL))
	l.meter.addWait(time.Since(started))
	if err != nil {
		return nil, notAdmitted(r, err)
	}
	defer permit.Release()

	defer l.meter.write(r)()
	response, err := l.next.Do(r)
	end := resultOf(response, err)
	l.meter.addRequest(r, end.Status)
	if blocked := permit.Observe(end); blocked > 0 {
		tflog.Info(r.Context(), "Auth0 rate limit reached", map[string]any{
			"method": r.Method, "path": pathTemplate(r.URL), "wait_seconds": blocked.Round(100 * time.Millisecond).Seconds(),
		})
	}
	return response, err
}

// apiOf returns the API of a request. The limits of the Management API and of the Authentication API are separate.
func apiOf(r *http.Request) string {
	if strings.HasPrefix(r.URL.EscapedPath(), managementPath) {
		return "management"
	}
	return "authentication"
}

// notAdmitted returns the error of a request that was not sent because it could not be admitted in time.
func notAdmitted(r *http.Request, err error) *failure {
	waiting, operation := waitContext(r.Context()), callOf(r.Context()).Operation
	var limited *ratelimit.LimitedError
	if canceled(waiting) || !errors.As(err, &limited) {
		return notSent(waiting, operation)
	}
	return &failure{unsent: true, final: true, timedOut: true, err: &tenant.Throttled{
		Reply: tenant.Reply{Operation: operation, Message: "there is no time left to wait for the rate limit"},
		After: limited.After,
	}}
}

func resultOf(response *http.Response, err error) ratelimit.Result {
	if failed, ok := asFailure(err); ok {
		exhausted := failed.final && failed.status == http.StatusTooManyRequests
		return ratelimit.Result{Status: failed.status, Header: failed.header, QuotaExhausted: exhausted}
	}
	if err != nil {
		return ratelimit.Result{}
	}
	return ratelimit.Result{Status: response.StatusCode, Header: response.Header}
}

// Meter counts requests. The zero value is ready to use, and all methods are safe for concurrent use.
type Meter struct {
	mu     sync.Mutex
	usage  Usage
	writes sync.RWMutex // read-locked by each write in progress
}

// Usage is what a Meter has counted.
type Usage struct {
	Calls    int           // requests that were sent, of every kind
	Tokens   int           // token requests among them
	Rejected int           // requests that a rate limit rejected
	Waited   time.Duration // total time that requests waited to be admitted
}

// Usage returns the current counts.
func (m *Meter) Usage() Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.usage
}

// StopWrites returns when the writes in progress have ended, each after a bounded time. No other write is sent after
// that. It is for a process that exits next.
func (m *Meter) StopWrites() { m.writes.Lock() }

// write registers a write in progress and returns what ends it. For other requests it does nothing.
func (m *Meter) write(r *http.Request) (end func()) {
	if !changes(r) {
		return func() {}
	}
	m.writes.RLock()
	return m.writes.RUnlock
}

func (m *Meter) addRequest(r *http.Request, status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.usage.Calls++
	if r.URL.Path == tokenPath {
		m.usage.Tokens++
	}
	if status == http.StatusTooManyRequests {
		m.usage.Rejected++
	}
}

func (m *Meter) addWait(wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.usage.Waited += wait
}
