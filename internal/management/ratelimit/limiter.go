// Package ratelimit keeps requests within the limits of a tenant: the number in progress, the rate of each API, and the wait
// after a rejected request (429). It learns the rates from the headers of the responses.
package ratelimit

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// maxLimits bounds how many limits of an API are distinguished. A tenant that reports more sizes reports nonsense.
const maxLimits = 16

// Limiter admits requests to one tenant. It is safe for concurrent use.
type Limiter struct {
	slots chan struct{} // one element per request in progress
	share float64       // of each limit that this process uses

	mu   sync.Mutex
	apis map[string]*limits
}

// New returns a Limiter for at most concurrency requests at the same time. Share is the part of the tenant's limits that
// this process uses, above 0 and at most 1.
func New(concurrency int, share float64) *Limiter {
	return &Limiter{slots: make(chan struct{}, concurrency), share: share, apis: map[string]*limits{}}
}

// Permit is the permission to send one request.
type Permit struct {
	limiter  *Limiter
	limits   *limits
	limit    *limit
	kind     string
	admitted admission
	sent     time.Time
}

// Result is how a request ended.
type Result struct {
	Status         int         // 0 without a response
	Header         http.Header // nil without a response
	QuotaExhausted bool        // rejected for longer than any request waits, possibly for one client only
}

// LimitedError is the error of a request for which the tenant's limits leave no time.
type LimitedError struct {
	After time.Duration // until requests are unblocked; 0 if they are not blocked
	Cause error
}

// Error says that the limits leave no time.
func (e *LimitedError) Error() string {
	return fmt.Sprintf("there is no time left to wait for the rate limit: %s", e.Cause)
}

// Unwrap returns the reason why the wait ended.
func (e *LimitedError) Unwrap() error { return e.Cause }

// Admit waits until a request may be sent: for its rate, and for a slot. The limits of different APIs are separate, and so may
// be those of different kinds of requests to one API. If requests are blocked while it waits for a slot, it gives the slot back
// until they are unblocked.
func (l *Limiter) Admit(ctx context.Context, api, kind string) (*Permit, error) {
	limits := l.limitsOf(api)
	limit := limits.of(kind)
	admitted, err := limit.wait(ctx)
	if err == nil {
		err = l.takeSlot(ctx, limit)
	}
	if err != nil {
		if left, limited := limit.blocked(); limited {
			return nil, &LimitedError{After: left, Cause: err}
		}
		return nil, err
	}
	return &Permit{limiter: l, limits: limits, limit: limit, kind: kind, admitted: admitted, sent: time.Now()}, nil
}

func (l *Limiter) limitsOf(api string) *limits {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.apis[api] == nil {
		l.apis[api] = newLimits(l.share)
	}
	return l.apis[api]
}

func (l *Limiter) takeSlot(ctx context.Context, limit *limit) error {
	for {
		select {
		case l.slots <- struct{}{}:
		case <-ctx.Done():
			limit.release()
			return context.Cause(ctx)
		}
		if left, _ := limit.blocked(); left == 0 {
			return nil
		}
		<-l.slots
		if err := limit.waitUnblocked(ctx); err != nil {
			limit.release()
			return err
		}
	}
}

// Observe evaluates the end of the request. It returns for how long requests are blocked because of it.
func (p *Permit) Observe(end Result) (blocked time.Duration) {
	return p.limits.observe(p.kind, p.limit, p.admitted, result{Result: end, sent: p.sent, at: time.Now()})
}

// Release ends the request, so that another one can be in progress.
func (p *Permit) Release() { <-p.limiter.slots }

// limits are the limits of one API of the tenant: one for all requests, or several for kinds of requests, depending on
// the subscription plan. A response does not name its limit but reports its size, so kinds of requests with different
// sizes have different limits. Until the first response to a kind, its requests use the first limit.
type limits struct {
	share float64
	first *limit

	mu     sync.Mutex
	ofKind map[string]*limit
	ofSize map[float64]*limit
}

func newLimits(share float64) *limits {
	return &limits{share: share, first: newLimit(share), ofKind: map[string]*limit{}, ofSize: map[float64]*limit{}}
}

func (l *limits) of(kind string) *limit {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known, ok := l.ofKind[kind]; ok {
		return known
	}
	return l.first
}

// observe evaluates the end of a request of a kind that used admitted it. It returns for how long requests are blocked
// because of it.
func (l *limits) observe(kind string, used *limit, admitted admission, end result) (blocked time.Duration) {
	actual := l.assign(kind, used, parseHeaders(end.Header, end.at).limit)
	if actual != used {
		used.release()
		admitted = actual.adopt()
	}
	return actual.observe(admitted, end)
}

// assign returns the limit of a kind after a response reported the size of its limit; 0 if it reported none.
func (l *limits) assign(kind string, used *limit, size float64) *limit {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size == 0 {
		return used
	}
	actual, ok := l.ofSize[size]
	switch {
	case !ok && len(l.ofSize) == 0:
		actual = l.first
	case !ok && len(l.ofSize) == maxLimits:
		return used
	case !ok:
		actual = newLimit(l.share)
	}
	l.ofSize[size], l.ofKind[kind] = actual, actual
	return actual
}
