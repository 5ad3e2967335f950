package coalesce

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	idleTimeout           = 20 * time.Millisecond  // how long a batch stays open after the last caller joined
	smallBatchIdleTimeout = 80 * time.Millisecond  // the same while the batch has fewer callers than the previous one
	maxWait               = 200 * time.Millisecond // how long it stays open at most
	maxSnapshotAge        = 250 * time.Millisecond // age up to which a batch starts from a snapshot; more than maxWait
	cancelGracePeriod     = 30 * time.Second       // how long a canceled caller waits for a batch that was closed
)

// queues contains the queue of each API.
type queues struct {
	below        tenant.APIs
	mu           sync.Mutex
	byIdentifier map[string]*queue
	identifiers  map[string]string // by ID
}

func newQueues(below tenant.APIs) *queues {
	return &queues{below: below, byIdentifier: map[string]*queue{}, identifiers: map[string]string{}}
}

// addCreated sets the response to a create as the snapshot of the queue of the API, unless the queue is locked.
func (q *queues) addCreated(ctx context.Context, api tenant.API) {
	queue, err := q.get(ctx, tenant.APIKey{ID: api.ID, Identifier: api.Identifier})
	if err != nil {
		return
	}
	select {
	case queue.locked <- struct{}{}:
		queue.snapshot = snapshot{api, time.Now()}
		queue.unlock()
	default: // another operation reads the API
	}
}

// get returns the queue of an API. It reads the API if the key has only an ID that was not looked up before.
func (q *queues) get(ctx context.Context, key tenant.APIKey) (*queue, error) {
	identifier := key.Identifier
	if identifier == "" {
		identifier = q.identifier(key.ID)
	}
	if identifier == "" {
		api, err := q.below.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		identifier = api.Identifier
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if key.ID != "" {
		q.identifiers[key.ID] = identifier
	}
	if q.byIdentifier[identifier] == nil {
		q.byIdentifier[identifier] = &queue{
			below:  q.below,
			key:    tenant.APIKey{Identifier: identifier},
			locked: make(chan struct{}, 1),
		}
	}
	return q.byIdentifier[identifier], nil
}

func (q *queues) identifier(id string) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.identifiers[id]
}

// queue executes the scope changes of one API, one operation at a time.
type queue struct {
	below    tenant.APIs
	key      tenant.APIKey
	locked   chan struct{} // contains a token while an operation runs, or waits for callers
	snapshot snapshot      // guarded by locked

	mu           sync.Mutex
	open         *batch // nil: the next caller opens a batch
	previousSize int    // callers of the previous batch
}

// snapshot is the API as it was read at some time.
type snapshot struct {
	api tenant.API
	at  time.Time
}

// batch is a number of callers whose changes are sent together. The lock mu of the queue guards it until it is closed.
type batch struct {
	callers []*caller
	joined  chan struct{} // receives a token when a caller joins
}

// caller is one call of Scopes.Change. It receives exactly one result.
type caller struct {
	changes []tenant.ScopeChange
	done    chan result
}

type result struct {
	api tenant.API
	err error
}

func (c *caller) answer(api tenant.API, err error) { c.done <- result{api, err} }

// answerNotFound answers a caller whose API does not exist. Deleting a scope of it succeeds.
func (c *caller) answerNotFound(err error) {
	onlyRemoves := !slices.ContainsFunc(c.changes, func(change tenant.ScopeChange) bool { return !change.Remove })
	if len(c.changes) > 0 && onlyRemoves {
		err = nil
	}
	c.answer(tenant.API{}, err)
}

// lock waits until no other operation of the queue runs.
func (q *queue) lock(ctx context.Context) error {
	select {
	case q.locked <- struct{}{}:
		return nil
	case <-ctx.Done():
		return canceledErr(ctx, false)
	}
}

func (q *queue) unlock() { <-q.locked }

// dropSnapshot drops the snapshot before a write.
func (q *queue) dropSnapshot() { q.snapshot = snapshot{} }

// change adds a caller to the open batch and waits for its result.
func (q *queue) change(ctx context.Context, c *caller) (tenant.API, error) {
	if ctx.Err() != nil {
		return tenant.API{}, canceledErr(ctx, false)
	}
	joined := q.join(ctx, c)
	select {
	case outcome := <-c.done:
		return outcome.api, outcome.err
	case <-ctx.Done():
	}
	if q.withdraw(joined, c) {
		return tenant.API{}, canceledErr(ctx, false)
	}
	grace := time.NewTimer(cancelGracePeriod)
	defer grace.Stop()
	select {
	case outcome := <-c.done:
		return outcome.api, outcome.err
	case <-grace.C:
		return tenant.API{}, canceledErr(ctx, true)
	}
}

func (q *queue) join(ctx context.Context, c *caller) *batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open == nil {
		q.open = &batch{joined: make(chan struct{}, 1)}
		go q.run(context.WithoutCancel(ctx), q.open)
	}
	q.open.callers = append(q.open.callers, c)
	notify(q.open.joined)
	return q.open
}

// withdraw removes a caller from a batch, and reports whether the batch was still open.
func (q *queue) withdraw(from *batch, c *caller) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open != from {
		return false
	}
	from.callers = slices.DeleteFunc(from.callers, func(other *caller) bool { return other == c })
	return true
}

// run waits for the queue and for more callers, and executes a batch. Its context has the values of the caller that
// opened the batch, but is not canceled with it. The tenant below limits the time of each request, including its waits.
func (q *queue) run(ctx context.Context, b *batch) {
	q.locked <- struct{}{}
	defer q.unlock()
	waitForMore(ctx, b.joined, q.idleTimeout(b), maxWait)
	callers := q.close(b)
	if len(callers) == 0 {
		return
	}
	q.execute(ctx, callers)
}

// idleTimeout returns a function that returns how long to wait for another caller. A caller that has received a result
// usually sends another change soon, and sending that in a batch of its own would cost more time than to wait for it.
func (q *queue) idleTimeout(b *batch) func() time.Duration {
	return func() time.Duration {
		q.mu.Lock()
		defer q.mu.Unlock()
		if len(b.callers) < q.previousSize {
			return smallBatchIdleTimeout
		}
		return idleTimeout
	}
}

// close ends joining and withdrawing, and returns the callers.
func (q *queue) close(b *batch) []*caller {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.open, q.previousSize = nil, len(b.callers)
	return b.callers
}

// waitForMore waits until no caller has joined for the time that idle returns after each join, until maxWait has passed,
// or until ctx is done. Only time ends it otherwise, because Terraform can run one operation at a time.
func waitForMore(ctx context.Context, joined <-chan struct{}, idle func() time.Duration, maxWait time.Duration) {
	timeout, end := time.NewTimer(idle()), time.NewTimer(maxWait)
	defer timeout.Stop()
	defer end.Stop()
	for {
		select {
		case <-joined:
			timeout.Reset(idle())
		case <-timeout.C:
			return
		case <-end.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// notify sends a token, unless the channel contains one that was not received yet.
func notify(joined chan<- struct{}) {
	select {
	case joined <- struct{}{}:
	default:
	}
}

// canceledErr returns the error of a caller that was canceled before it received a result. With closed, the batch was
// closed, so that its change may have been sent.
func canceledErr(ctx context.Context, closed bool) error {
	return &tenant.Unavailable{
		Reply:     tenant.Reply{Operation: operation},
		Cause:     context.Cause(ctx),
		Unsettled: closed,
	}
}
