package coalesce

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	maxSnapshotAge    = 250 * time.Millisecond // age up to which a batch starts from a snapshot; more than maxWait
	cancelGracePeriod = 30 * time.Second       // how long a canceled caller waits for a batch that was closed
)

// queues contains the queue of each API.
type queues struct {
	below        tenant.APIs
	reader       *apiReader
	mu           sync.Mutex
	byIdentifier map[string]*queue
	scheduler    scheduler
	identifiers  map[string]string // by ID
}

func newQueues(below tenant.APIs, reader *apiReader) *queues {
	return &queues{below: below, reader: reader, byIdentifier: map[string]*queue{}, identifiers: map[string]string{}}
}

// addCreated sets the response to a create as the snapshot of the queue of the API, unless the queue is locked.
func (q *queues) addCreated(ctx context.Context, api tenant.API) {
	queue, err := q.get(ctx, tenant.APIKey{ID: api.ID, Identifier: api.Identifier})
	if err != nil {
		return
	}
	select {
	case queue.locked <- struct{}{}:
		queue.setSnapshot(api)
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
			queues: q,
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

// joinIdle lets the queues that execute nothing take part in the next read, most recently used ones first, as far as that
// needs no request of its own. Their next batches can then start without an initial read.
func (q *queues) joinIdle(ctx context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	recent := slices.SortedFunc(maps.Values(q.byIdentifier), func(a, b *queue) int { return b.lastUsed().Compare(a.lastUsed()) })
	recent = slices.DeleteFunc(recent, func(queue *queue) bool { return len(queue.locked) > 0 })
	for _, queue := range recent[:min(len(recent), maxFilterValues)] {
		generation := queue.currentGeneration()
		wait := q.reader.joinOptional(ctx, queue.key)
		go func() {
			if api, ok := wait(); ok {
				queue.refresh(api, generation)
			}
		}()
	}
}

// queue executes the scope changes of one API, one operation at a time.
type queue struct {
	*queues

	key       tenant.APIKey
	locked    chan struct{} // contains a token while an operation runs, or waits for callers
	snapshot  snapshot      // guarded by locked
	known     *tenant.API   // as last read or written; nil: never; guarded by locked
	uncertain bool          // whether the outcome of the last write is unknown; guarded by locked
	announced bool          // whether a read is announced; guarded by locked

	mu         sync.Mutex
	open       *batch    // nil: the next caller opens a batch
	used       time.Time // when the last caller joined
	generation int       // is increased before each read and write
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

// caller is one call of the port Scopes. It receives exactly one result.
type caller struct {
	change *tenant.ScopeChange // nil: it only reads
	done   chan result
}

type result struct {
	api tenant.API
	err error
}

func (c *caller) answer(api tenant.API, err error) { c.done <- result{api, err} }

// answerNotFound answers a caller whose API does not exist. Deleting a scope of it succeeds.
func (c *caller) answerNotFound(err error) {
	if c.change != nil && c.change.Remove {
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

func (q *queue) setSnapshot(api tenant.API) {
	q.snapshot = snapshot{api, time.Now()}
	q.setKnown(api)
}

func (q *queue) setKnown(api tenant.API) { q.known, q.uncertain = &api, false }

// dropSnapshot drops the snapshot before a read or a write.
func (q *queue) dropSnapshot() {
	q.snapshot = snapshot{}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.generation++
}

// refresh sets a snapshot that was read while the queue was idle, unless an operation has begun since.
func (q *queue) refresh(api tenant.API, generation int) {
	select {
	case q.locked <- struct{}{}:
		defer q.unlock()
		switch {
		case q.currentGeneration() != generation:
		case q.isKnown(api):
			q.setSnapshot(api)
		default: // the snapshot is outdated, or the list is
			q.snapshot = snapshot{}
		}
	default:
	}
}

func (q *queue) currentGeneration() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.generation
}

func (q *queue) lastUsed() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.used
}

// wait adds a caller to the open batch and waits for its result.
func (q *queue) wait(ctx context.Context, c *caller) (tenant.API, error) {
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
	opens := q.open == nil
	if opens {
		q.open = &batch{joined: make(chan struct{}, 1)}
	}
	q.open.callers = append(q.open.callers, c)
	q.used = time.Now()
	q.scheduler.join(q.open)
	if opens { // after the scheduler knows the batch, so that it is not closed at once
		go q.run(context.WithoutCancel(ctx), q.open)
	}
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
	q.scheduler.withdraw()
	return true
}

// run waits for more callers and for the queue, and executes a batch. Its context has the values of the caller that opened
// the batch, but is not canceled with it. The tenant below limits the time of each request, including its waits.
func (q *queue) run(ctx context.Context, b *batch) {
	timeLeft := func() time.Duration { return q.scheduler.timeLeft(b) }
	waitForMore(ctx, b.joined, timeLeft)
	select {
	case q.locked <- struct{}{}:
	default:
		q.locked <- struct{}{}
		waitForMore(ctx, b.joined, timeLeft) // for the callers that have just received a result
	}
	defer q.unlock()
	callers := q.close(b)
	began := time.Now()
	q.execute(ctx, callers)
	q.setAnnounced(false)
	q.reader.setAnnouncedWait(q.scheduler.end(began))
}

// close ends joining and withdrawing, and returns the callers.
func (q *queue) close(b *batch) []*caller {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.open = nil
	q.scheduler.begin(b, len(b.callers))
	return b.callers
}

// waitForMore waits until timeLeft, which is called again whenever a caller joins, has passed, or until ctx is done.
func waitForMore(ctx context.Context, joined <-chan struct{}, timeLeft func() time.Duration) {
	timer := time.NewTimer(timeLeft())
	defer timer.Stop()
	for {
		select {
		case <-joined:
			timer.Reset(timeLeft())
		case <-timer.C:
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
