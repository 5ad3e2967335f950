package transport

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// managementPath is the base path of the Management API. Its limits and those of the Authentication API are separate.
const managementPath = "/api/v2/"

// maxLimiters bounds how many limits are distinguished. A tenant that reports more sizes reports nonsense.
const maxLimiters = 16

// limiter keeps requests within the tenant's limits: the number in progress, the rate, and the wait after a 429.
type limiter struct {
	next           Doer
	slots          chan struct{} // one element per request in progress
	management     *limiters
	authentication *limiters
	meter          *Meter
}

func newLimiter(next Doer, concurrency int, share float64, meter *Meter) *limiter {
	return &limiter{
		next:           next,
		slots:          make(chan struct{}, concurrency),
		management:     newLimiters(share),
		authentication: newLimiters(share),
		meter:          meter,
	}
}

func (l *limiter) Do(r *http.Request) (*http.Response, error) {
	waiting, limits, kind := waitContext(r.Context()), l.limitersOf(r), r.Method+" "+pathTemplate(r.URL)
	rate := limits.of(kind)
	admitted, err := l.admit(waiting, rate)
	if err != nil {
		return nil, notAdmitted(waiting, r, rate)
	}
	defer func() { <-l.slots }()

	defer l.meter.write(r)()
	sent := time.Now()
	response, err := l.next.Do(r)
	end := resultOf(sent, response, err)
	l.meter.addRequest(r, end)
	if blocked := limits.observe(kind, rate, admitted, end); blocked > 0 {
		tflog.Info(r.Context(), "Auth0 rate limit reached", map[string]any{
			"method": r.Method, "path": pathTemplate(r.URL), "wait_seconds": blocked.Round(100 * time.Millisecond).Seconds(),
		})
	}
	return response, err
}

// admit waits for the rate limiter and for a slot. If requests are blocked while it waits for a slot, it gives the slot
// back until they are unblocked.
func (l *limiter) admit(waiting context.Context, rate *rateLimiter) (permit, error) {
	started := time.Now()
	defer func() { l.meter.addWait(time.Since(started)) }()
	admitted, err := rate.wait(waiting)
	if err != nil {
		return permit{}, err
	}
	for {
		select {
		case l.slots <- struct{}{}:
		case <-waiting.Done():
			rate.release()
			return permit{}, context.Cause(waiting)
		}
		if time.Until(rate.unblocks()) <= 0 {
			return admitted, nil
		}
		<-l.slots
		if err := rate.waitUnblocked(waiting); err != nil {
			rate.release()
			return permit{}, err
		}
	}
}

func (l *limiter) limitersOf(r *http.Request) *limiters {
	if strings.HasPrefix(r.URL.EscapedPath(), managementPath) {
		return l.management
	}
	return l.authentication
}

// notAdmitted returns the error of a request that was not sent because it could not be admitted in time.
func notAdmitted(waiting context.Context, r *http.Request, rate *rateLimiter) *failure {
	operation := callOf(r.Context()).Operation
	if cancelled(waiting) || !rate.isLimited() {
		return notSent(waiting, operation)
	}
	return &failure{unsent: true, final: true, timedOut: true, err: &tenant.Throttled{
		Reply: tenant.Reply{Operation: operation, Message: "there is no time left to wait for the rate limit"},
		After: max(0, time.Until(rate.unblocks())),
	}}
}

// limiters are the limits of one API of the tenant: one for all requests, or several for kinds of requests, depending on
// the subscription plan. A response does not name its limit but reports its size, so kinds of requests with different
// sizes have different limits. Until the first response to a kind, its requests use the first limiter.
type limiters struct {
	share float64
	first *rateLimiter

	mu     sync.Mutex
	ofKind map[string]*rateLimiter
	ofSize map[float64]*rateLimiter
}

func newLimiters(share float64) *limiters {
	return &limiters{share: share, first: newRateLimiter(share), ofKind: map[string]*rateLimiter{}, ofSize: map[float64]*rateLimiter{}}
}

func (l *limiters) of(kind string) *rateLimiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known, ok := l.ofKind[kind]; ok {
		return known
	}
	return l.first
}

// observe evaluates the end of a request of a kind that used admitted it. It returns for how long requests are blocked
// because of it.
func (l *limiters) observe(kind string, used *rateLimiter, admitted permit, end result) (blocked time.Duration) {
	actual := l.assign(kind, used, parseRateLimitHeaders(end.header, end.at).limit)
	if actual != used {
		used.release()
		admitted = actual.adopt()
	}
	return actual.observe(admitted, end)
}

// assign returns the limiter of a kind after a response reported the size of its limit; 0 if it reported none.
func (l *limiters) assign(kind string, used *rateLimiter, size float64) *rateLimiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size == 0 {
		return used
	}
	actual, ok := l.ofSize[size]
	switch {
	case !ok && len(l.ofSize) == 0:
		actual = l.first
	case !ok && len(l.ofSize) == maxLimiters:
		return used
	case !ok:
		actual = newRateLimiter(l.share)
	}
	l.ofSize[size], l.ofKind[kind] = actual, actual
	return actual
}

// result is how a request ended.
type result struct {
	sent, at       time.Time
	status         int         // 0 without a response
	header         http.Header // nil without a response
	quotaExhausted bool        // rejected for longer than any request waits
}

func resultOf(sent time.Time, response *http.Response, err error) result {
	end := result{sent: sent, at: time.Now()}
	if failed, ok := asFailure(err); ok {
		end.status, end.header = failed.status, failed.header
		end.quotaExhausted = failed.final && failed.status == http.StatusTooManyRequests
	} else if err == nil {
		end.status, end.header = response.StatusCode, response.Header
	}
	return end
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

func (m *Meter) addRequest(r *http.Request, end result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.usage.Calls++
	if r.URL.Path == tokenPath {
		m.usage.Tokens++
	}
	if end.status == http.StatusTooManyRequests {
		m.usage.Rejected++
	}
}

func (m *Meter) addWait(wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.usage.Waited += wait
}
