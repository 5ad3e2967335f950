package coalesce

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	idle    = 20 * time.Millisecond  // how long nobody must have joined before a batch departs
	partial = 80 * time.Millisecond  // the same, for a batch that is smaller than the one before
	longest = 200 * time.Millisecond // how long it waits at most
	fresh   = 250 * time.Millisecond // how old the list may be that it starts from: longest and a little
	grace   = 30 * time.Second       // how long a cancelled caller waits for a batch that has departed
)

// queues finds the queue of an API.
type queues struct {
	below        tenant.APIs
	mu           sync.Mutex
	byIdentifier map[string]*queue
	identifiers  map[string]string // by id
}

func newQueues(below tenant.APIs) *queues {
	return &queues{below: below, byIdentifier: map[string]*queue{}, identifiers: map[string]string{}}
}

// made gives the queue of an API that was made just now its first list.
func (q *queues) made(ctx context.Context, api tenant.API) {
	queue, err := q.of(ctx, tenant.APIKey{ID: api.ID, Identifier: api.Identifier})
	if err != nil {
		return
	}
	select {
	case queue.turn <- struct{}{}:
		queue.last = snapshot{api, time.Now()}
		queue.leave()
	default: // somebody reads it already
	}
}

func (q *queues) of(ctx context.Context, key tenant.APIKey) (*queue, error) {
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
			below: q.below,
			key:   tenant.APIKey{Identifier: identifier},
			turn:  make(chan struct{}, 1),
		}
	}
	return q.byIdentifier[identifier], nil
}

func (q *queues) identifier(id string) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.identifiers[id]
}

// queue is where the scope changes of one API wait for each other.
type queue struct {
	below tenant.APIs
	key   tenant.APIKey
	turn  chan struct{} // full while somebody writes, or is about to

	mu     sync.Mutex
	open   *batch // nil: the next caller opens one
	before int    // how many were in the batch before

	last snapshot // touched only by whoever has the turn
}

// snapshot is the API as it was read at some moment.
type snapshot struct {
	api tenant.API
	at  time.Time
}

// batch is a number of callers whose changes travel together. The queue's lock guards it until it is closed.
type batch struct {
	members []*member
	joined  chan struct{} // holds a token when somebody joined since the linger looked
}

// member is a caller with its changes. Exactly one result is sent to it.
type member struct {
	changes []tenant.ScopeChange
	done    chan result
}

type result struct {
	api tenant.API
	err error
}

func (m *member) answer(api tenant.API, err error) { m.done <- result{api, err} }

// gone answers a member whose API is not there: what it wanted to remove is removed.
func (m *member) gone(err error) {
	if len(m.changes) == 0 {
		m.answer(tenant.API{}, err)
		return
	}
	for _, change := range m.changes {
		if !change.Remove {
			m.answer(tenant.API{}, err)
			return
		}
	}
	m.answer(tenant.API{}, nil)
}

// enter waits for the caller's turn.
func (q *queue) enter(ctx context.Context) error {
	select {
	case q.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return cancelled(ctx, false)
	}
}

func (q *queue) leave() { <-q.turn }

// forget drops what was read, because it is about to be written over.
func (q *queue) forget() { q.last = snapshot{} }

// change lets a member join the open batch and waits for its result.
func (q *queue) change(ctx context.Context, m *member) (tenant.API, error) {
	if ctx.Err() != nil {
		return tenant.API{}, cancelled(ctx, false)
	}
	joined := q.join(ctx, m)
	select {
	case outcome := <-m.done:
		return outcome.api, outcome.err
	case <-ctx.Done():
	}
	if q.withdraw(joined, m) {
		return tenant.API{}, cancelled(ctx, false)
	}
	patience := time.NewTimer(grace)
	defer patience.Stop()
	select {
	case outcome := <-m.done:
		return outcome.api, outcome.err
	case <-patience.C:
		return tenant.API{}, cancelled(ctx, true)
	}
}

func (q *queue) join(ctx context.Context, m *member) *batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open == nil {
		q.open = &batch{joined: make(chan struct{}, 1)}
		go q.serve(context.WithoutCancel(ctx), q.open)
	}
	q.open.members = append(q.open.members, m)
	select {
	case q.open.joined <- struct{}{}:
	default: // the linger has not looked since the last one joined
	}
	return q.open
}

// withdraw takes a member out of a batch that is still open.
func (q *queue) withdraw(from *batch, m *member) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open != from {
		return false
	}
	from.members = slices.DeleteFunc(from.members, func(other *member) bool { return other == m })
	return true
}

// serve brings one batch from its opening to its landing. Its context carries the values of the caller that opened it,
// but nobody's cancel. How long each request may take, its waits included, is for the tenant below to say.
func (q *queue) serve(ctx context.Context, b *batch) {
	q.turn <- struct{}{}
	defer q.leave()
	linger(ctx, b.joined, q.quiet(b), longest)
	members := q.close(b)
	if len(members) == 0 {
		return
	}
	q.fly(ctx, members)
}

// quiet is how long nobody must have joined before a batch departs. Who was answered just now has a successor, as a rule,
// and on a busy machine it takes its time. A flight of its own would cost it, and all who come after, far more.
func (q *queue) quiet(b *batch) func() time.Duration {
	return func() time.Duration {
		q.mu.Lock()
		defer q.mu.Unlock()
		if len(b.members) < q.before {
			return partial
		}
		return idle
	}
}

// linger waits for others to join, until nobody has joined for as long as idle says after the last one. Besides ctx time
// alone ends it: Terraform may ask for one thing at a time and wait for it.
func linger(ctx context.Context, joined <-chan struct{}, idle func() time.Duration, longest time.Duration) {
	quiet, end := time.NewTimer(idle()), time.NewTimer(longest)
	defer quiet.Stop()
	defer end.Stop()
	for {
		select {
		case <-joined:
			quiet.Reset(idle())
		case <-quiet.C:
			return
		case <-end.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// close ends joining and withdrawing. From here on the members are the flight's alone.
func (q *queue) close(b *batch) []*member {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.open, q.before = nil, len(b.members)
	return b.members
}

// cancelled is the error of a caller that left before it had a result.
func cancelled(ctx context.Context, departed bool) error {
	return &tenant.Unavailable{
		Reply:     tenant.Reply{Operation: operation},
		Cause:     context.Cause(ctx),
		Unsettled: departed,
	}
}
