package ratelimit

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// MaxBlock is the longest time for which a rejected request blocks others.
const MaxBlock = 60 * time.Second

const (
	minBlock    = 200 * time.Millisecond
	blockJitter = 250 * time.Millisecond

	minBackoff = time.Second
	maxBackoff = 30 * time.Second

	// defaultRate is the rate, in requests per second, that is assumed until a response shows a higher one. It is the lowest
	// of all Auth0 subscription plans.
	defaultRate = 2.0

	minConfidence, confidenceFactor, confidenceStep = 0.25, 0.8, 0.01

	// initialRequests is how many requests may be in progress before the first response reveals the limits: as many as a
	// small setup needs to be read at once. The smallest subscription plan rejects one of them.
	initialRequests = 3

	// initialWait is how long other requests wait for the first response before they check again.
	initialWait = 30 * time.Second
)

// limit admits requests at the rate of one of the tenant's limits. It estimates how many requests the tenant has
// left and corrects the estimate with every response, because limits depend on the subscription plan and are shared with
// others. No library limiter can be corrected upwards.
type limit struct {
	share float64       // of the limit that this process uses
	queue chan struct{} // the caller in it is the next to be admitted

	mu           sync.Mutex
	changed      chan struct{} // closed and replaced when a wait can have become shorter or longer
	responded    bool          // a response arrived; until then few requests are sent
	limited      bool          // the tenant reported its limits, or rejected a request
	size         float64       // requests that can be sent at once after a pause
	available    float64       // requests that can be sent now; below 1 the next one waits
	reserved     float64       // requests left to others since the limits were first reported
	updated      time.Time     // when available and reserved had these values
	rate         float64       // requests per second that responses prove
	confidence   float64       // in rate, at most 1; reduced by each rejected request
	admitted     int           // requests
	completed    int           // of the admitted requests
	blockedUntil time.Time     // after a rejected request
	blockedAt    time.Time     // when the last block began
	backoffs     int           // successive blocks for which the tenant did not say how long to wait
}

func newLimit(share float64) *limit {
	return &limit{share: share, queue: make(chan struct{}, 1), changed: make(chan struct{}), confidence: 1}
}

// admission is what an admitted request remembers for the evaluation of its response.
type admission struct {
	completed int // requests that were complete when this one was admitted, so the tenant counted them before it
}

// wait returns when the request may be sent, in order of arrival, and counts it.
func (l *limit) wait(ctx context.Context) (admission, error) {
	select {
	case l.queue <- struct{}{}:
	case <-ctx.Done():
		return admission{}, context.Cause(ctx)
	}
	defer func() { <-l.queue }()
	for {
		if err := l.waitUnblocked(ctx); err != nil {
			return admission{}, err
		}
		admitted, delay, changed := l.take(time.Now())
		if delay == 0 {
			return admitted, nil
		}
		if err := waitFor(ctx, delay, changed); err != nil {
			return admission{}, err
		}
	}
}

// waitFor waits for a delay, or until the channel is closed.
func waitFor(ctx context.Context, delay time.Duration, changed <-chan struct{}) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-changed:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// take admits one request, or returns how long to wait before the next try.
func (l *limit) take(now time.Time) (admitted admission, delay time.Duration, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case now.Before(l.blockedUntil):
		return admission{}, l.blockedUntil.Sub(now), l.changed
	case !l.responded && l.admitted-l.completed >= initialRequests:
		return admission{}, initialWait, l.changed
	case l.limited:
		l.refill(now)
		if l.available < 1 {
			return admission{}, time.Duration((1-l.available)/l.ownRate()*float64(time.Second)) + 1, l.changed
		}
		l.available--
	}
	l.admitted++
	return admission{completed: l.completed}, 0, nil
}

// release gives back the admission of a request that was not sent.
func (l *limit) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.completed++
	l.available++
	l.notify()
}

// tenantRate returns the assumed rate of the tenant's limit, in requests per second.
func (l *limit) tenantRate() float64 { return max(l.rate, defaultRate) * l.confidence }

// ownRate returns the part of tenantRate that this process uses.
func (l *limit) ownRate() float64 { return l.tenantRate() * l.share }

func (l *limit) refill(now time.Time) {
	seconds := now.Sub(l.updated).Seconds()
	l.available = min(l.size, l.available+l.ownRate()*seconds)
	l.reserved = min(l.size, l.reserved+l.tenantRate()*(1-l.share)*seconds)
	l.updated = now
}

func (l *limit) notify() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// waitUnblocked waits until the block after a rejected request ends. All waiting requests share that moment.
func (l *limit) waitUnblocked(ctx context.Context) error {
	for {
		left, _ := l.blocked()
		if left == 0 {
			return ctx.Err()
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < left {
			return context.DeadlineExceeded
		}
		if err := waitFor(ctx, left, nil); err != nil {
			return err
		}
	}
}

// blocked returns for how long requests are blocked after a rejected one, and whether they wait because of the tenant's limits.
func (l *limit) blocked() (left time.Duration, limited bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, time.Until(l.blockedUntil)), l.limited
}

// adopt counts a request that another limit admitted before its response revealed that it belongs here.
func (l *limit) adopt() admission {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.admitted++
	return admission{completed: l.completed}
}

// result is the Result of a request, and when it was sent and ended.
type result struct {
	Result
	sent, at time.Time
}

// observe evaluates the end of an admitted request. It returns for how long requests are blocked because of it.
func (l *limit) observe(admitted admission, end result) (blocked time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.notify()
	l.completed++
	l.responded = true
	if end.Status == 0 {
		return 0
	}
	reported := parseHeaders(end.Header, end.at)
	l.update(reported, admitted, end.at)
	switch {
	case end.QuotaExhausted: // possibly of one client, so others need not wait
	case end.Status == http.StatusTooManyRequests:
		return l.block(reported, end)
	case end.Status < http.StatusMultipleChoices:
		l.backoffs, l.confidence = 0, min(1, l.confidence+confidenceStep)
	}
	return 0
}

// update corrects the estimate with the limits that a response reported: the tenant has no more left than reported, and
// no less than that minus the requests that it may not have counted yet. The share of others is left out.
func (l *limit) update(reported headers, admitted admission, now time.Time) {
	if reported.limit <= 0 {
		return
	}
	l.refill(now)
	l.rate = max(l.rate, reported.provenRate())
	most := max(0, reported.remaining-reported.limit*(1-l.share))
	least := most - float64(l.admitted-admitted.completed-1) - l.reserved
	if l.limited {
		l.available = min(max(l.available, least), most)
	} else {
		l.available = max(0, least)
	}
	l.limited, l.updated, l.size = true, now, max(1, reported.limit*l.share)
}

// block stops all requests after a 429. A request that was sent before the last block began adds nothing.
func (l *limit) block(reported headers, end result) time.Duration {
	if end.sent.Before(l.blockedAt) {
		return 0
	}
	wait := reported.wait
	if wait == 0 {
		wait = randomUpTo(min(minBackoff<<min(l.backoffs, 10), maxBackoff))
		l.backoffs++
	}
	wait = min(max(wait, minBlock), MaxBlock) + randomUpTo(blockJitter)
	l.blockedUntil, l.blockedAt = end.at.Add(wait), end.at
	if !l.limited {
		l.limited, l.size = true, 1
	}
	l.available, l.updated = 0, end.at
	l.confidence = max(minConfidence, l.confidence*confidenceFactor)
	return wait
}

// randomUpTo returns a random part of most, so that requests that were blocked together are not sent together.
func randomUpTo(most time.Duration) time.Duration {
	return rand.N(most) //nolint:gosec // not used for security
}
