package transport

import (
	"context"
	"net/http"
	"sync"
	"time"
)

const (
	shortestGate = 200 * time.Millisecond
	longestGate  = 60 * time.Second
	gateJitter   = 250 * time.Millisecond

	firstBackoff   = time.Second
	longestBackoff = 30 * time.Second

	// cautious is the rate, in requests a second, that is taken for granted. It is the lowest of any of Auth0's plans.
	cautious = 2.0

	leastTrust, lessTrust, moreTrust = 0.25, 0.8, 0.01

	// unheard is how many requests may be under way before the first answer tells what the limits are: as many as a small
	// set-up needs to be read in one go. The smallest of Auth0's plans turns one of them away.
	unheard = 3
)

// pace is how fast one of the tenant's limits lets requests through. It keeps an account of what the tenant has left,
// and corrects it with every answer, because limits depend on the plan and others use them too. (The limiters that are
// to be had know no way to be corrected upwards.)
type pace struct {
	share float64
	line  chan struct{} // whoever is in it is the next to go

	mu       sync.Mutex
	changed  chan struct{} // closed, and made anew, when waiting may have become shorter or longer
	heard    bool          // an answer has come; until then only few requests are sent, to hear what the limits are
	limited  bool          // the tenant tells its limits, or has turned a request away
	size     float64       // requests that may be sent at once after a rest
	left     float64       // requests that may be sent now; below 1 the next has to wait
	spared   float64       // requests left to others since the account was opened, and not used by any
	at       time.Time     // when left and spared were that much
	rate     float64       // requests a second by which left grows, as far as the tenant's answers prove
	trust    float64       // in rate, at most 1; less after each request that was turned away
	let      int           // requests that were let through
	ended    int           // requests of those that ended
	closed   time.Time     // the gate is closed until then
	closing  time.Time     // when it was closed last
	unhinted int           // closings in a row without a hint for how long
}

func newPace(share float64) *pace {
	return &pace{share: share, line: make(chan struct{}, 1), changed: make(chan struct{}), trust: 1}
}

// pass is what a request is let through with.
type pass struct {
	ended int // requests that had ended by then, so that the tenant counted them before this one
}

// wait stays until the gate is open and the account allows one more request, and takes it. Who comes first goes first.
func (p *pace) wait(ctx context.Context) (pass, error) {
	select {
	case p.line <- struct{}{}:
	case <-ctx.Done():
		return pass{}, context.Cause(ctx)
	}
	defer func() { <-p.line }()
	for {
		if err := p.gate(ctx); err != nil {
			return pass{}, err
		}
		through, delay, changed := p.take(time.Now())
		if delay == 0 {
			return through, nil
		}
		if err := pauseUnless(ctx, delay, changed); err != nil {
			return pass{}, err
		}
	}
}

// pauseUnless waits, but no longer than until something changes.
func pauseUnless(ctx context.Context, delay time.Duration, changed <-chan struct{}) error {
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

// take takes one request from the account, or tells how long to wait before asking again.
func (p *pace) take(now time.Time) (through pass, delay time.Duration, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case now.Before(p.closed):
		return pass{}, p.closed.Sub(now), p.changed
	case !p.heard && p.let-p.ended >= unheard:
		return pass{}, attemptLimit, p.changed
	case p.limited:
		p.grow(now)
		if p.left < 1 {
			return pass{}, time.Duration((1-p.left)/p.speed()*float64(time.Second)) + 1, p.changed
		}
		p.left--
	}
	p.let++
	return pass{ended: p.ended}, 0, nil
}

// giveBack is for a request that was let through and not sent after all.
func (p *pace) giveBack() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended++
	p.left++
	p.tell()
}

// filling is by how much the tenant's limit fills up in a second, as far as is known.
func (p *pace) filling() float64 { return max(p.rate, cautious) * p.trust }

// speed is by how much the account grows in a second.
func (p *pace) speed() float64 { return p.filling() * p.share }

func (p *pace) grow(now time.Time) {
	seconds := now.Sub(p.at).Seconds()
	p.left = min(p.size, p.left+p.speed()*seconds)
	p.spared = min(p.size, p.spared+p.filling()*(1-p.share)*seconds)
	p.at = now
}

func (p *pace) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// gate waits until the gate is open. All who wait go by the same moment, so that nobody finds out by himself.
func (p *pace) gate(ctx context.Context) error {
	for {
		shut := time.Until(p.opens())
		if shut <= 0 {
			return ctx.Err()
		}
		if err := Pause(ctx, shut); err != nil {
			return err
		}
	}
}

// slows reports whether it is the tenant's limits that requests wait for.
func (p *pace) slows() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limited
}

func (p *pace) opens() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// join lets a request through that went by another pace until its answer told better.
func (p *pace) join() pass {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.let++
	return pass{ended: p.ended}
}

// arrive learns from the end of a request that was let through. It returns for how long that closed the
// gate, if it did.
func (p *pace) arrive(through pass, end ending) (shut time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.tell()
	p.ended++
	p.heard = true
	if end.status == 0 {
		return 0
	}
	hints := parseHints(end.header, end.at)
	p.learn(hints, through, end.at)
	switch {
	case end.quota: // of one client, it may be: others need not wait
	case end.status == http.StatusTooManyRequests:
		return p.shut(hints, end)
	case end.status < http.StatusMultipleChoices:
		p.unhinted, p.trust = 0, min(1, p.trust+moreTrust)
	}
	return 0
}

// learn corrects the account by what an answer tells: the tenant has no more left than that, and no less than that
// without the requests that it may not have counted yet. A part of the limit is left to others, and so is that part of
// what it fills up by.
func (p *pace) learn(hints hints, through pass, now time.Time) {
	if hints.limit <= 0 {
		return
	}
	p.grow(now)
	p.rate = max(p.rate, hints.refill())
	most := max(0, hints.remaining-hints.limit*(1-p.share))
	least := most - float64(p.let-through.ended-1) - p.spared
	if p.limited {
		p.left = min(max(p.left, least), most)
	} else {
		p.left = max(0, least)
	}
	p.limited, p.at, p.size = true, now, max(1, hints.limit*p.share)
}

// shut closes the gate after a 429. One that was sent before the gate closed tells nothing new.
func (p *pace) shut(hints hints, end ending) time.Duration {
	if end.sent.Before(p.closing) {
		return 0
	}
	wait := hints.wait
	if wait == 0 {
		wait = upTo(min(firstBackoff<<min(p.unhinted, 10), longestBackoff))
		p.unhinted++
	}
	wait = min(max(wait, shortestGate), longestGate) + upTo(gateJitter)
	p.closed, p.closing = end.at.Add(wait), end.at
	if !p.limited {
		p.limited, p.size = true, 1
	}
	p.left, p.at = 0, end.at
	p.trust = max(leastTrust, p.trust*lessTrust)
	return wait
}
