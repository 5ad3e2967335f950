package coalesce

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	maxSnapshotAge    = 250 * time.Millisecond // age up to which a batch starts from a snapshot; more than maxWait
	cancelGracePeriod = 30 * time.Second       // how long a canceled caller waits for a batch that was closed
)

// queues contains the queue of each API. Locks are acquired in this order: queue.locked, queues.mu, queue.mu, and then either
// scheduler.mu or reader.mu.
type queues struct {
	below     tenant.APIs
	reader    *apiReader
	scheduler scheduler

	mu           sync.Mutex
	byIdentifier map[string]*queue
	identifiers  map[string]string // by ID
}

func newQueues(below tenant.APIs, reader *apiReader) *queues {
	return &queues{below: below, reader: reader, byIdentifier: map[string]*queue{}, identifiers: map[string]string{}}
}

// addCreated sets the response to a create as the snapshot of the queue of the API, unless the queue is locked.
func (qs *queues) addCreated(ctx context.Context, api tenant.API) {
	queue, err := qs.get(ctx, tenant.APIKey{ID: api.ID, Identifier: api.Identifier})
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
func (qs *queues) get(ctx context.Context, key tenant.APIKey) (*queue, error) {
	identifier := key.Identifier
	if identifier == "" {
		identifier = qs.identifier(key.ID)
	}
	if identifier == "" {
		api, err := qs.below.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		identifier = api.Identifier
	}
	qs.mu.Lock()
	defer qs.mu.Unlock()
	if key.ID != "" {
		qs.identifiers[key.ID] = identifier
	}
	if qs.byIdentifier[identifier] == nil {
		qs.byIdentifier[identifier] = &queue{
			queues: qs,
			key:    tenant.APIKey{Identifier: identifier},
			locked: make(chan struct{}, 1),
		}
	}
	return qs.byIdentifier[identifier], nil
}

func (qs *queues) identifier(id string) string {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	return qs.identifiers[id]
}

// joinIdle lets the queues that execute nothing take part in the next read, most recently used ones first, as far as that
// needs no request of its own. Their next batches can then start without an initial read. The queue of the caller does not
// take part, because the caller has locked it.
func (qs *queues) joinIdle(ctx context.Context) {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	recent := slices.SortedFunc(maps.Values(qs.byIdentifier), func(a, b *queue) int { return b.lastUsed().Compare(a.lastUsed()) })
	recent = slices.DeleteFunc(recent, func(queue *queue) bool { return len(queue.locked) > 0 })
	for _, queue := range recent[:min(len(recent), maxFilterValues)] {
		generation := queue.generation.Load()
		wait := qs.reader.joinOptional(ctx, queue.key)
		go func() {
			if api, ok := wait(); ok {
				queue.refresh(api, generation)
			}
		}()
	}
}

// queue executes the scope changes of one API, one operation at a time.
type queue struct {
	queues     *queues
	key        tenant.APIKey
	generation atomic.Int64  // is increased before each read and write
	locked     chan struct{} // contains a token while an operation runs, or waits for callers

	// The operation that has locked the queue uses these fields.
	snapshot  snapshot
	known     *tenant.API // as last read or written; nil: never
	uncertain bool        // whether the outcome of the last write is unknown
	announced bool        // whether a read is announced

	mu   sync.Mutex
	open *changeBatch // nil: the next caller opens a batch
	used time.Time    // when the last caller joined
}

// snapshot is the API as it was read at some time.
type snapshot struct {
	api tenant.API
	at  time.Time
}

// changeBatch is a number of callers whose changes are sent together. The lock mu of the queue guards it until it is closed.
type changeBatch struct {
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
		return canceledErr(ctx, changeOperation, false)
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
	q.generation.Add(1)
}

// refresh sets a snapshot that was read while the queue was idle, unless an operation has begun since.
func (q *queue) refresh(api tenant.API, generation int64) {
	select {
	case q.locked <- struct{}{}:
		defer q.unlock()
		switch {
		case q.generation.Load() != generation:
		case q.isKnown(api):
			q.setSnapshot(api)
		default: // the snapshot is outdated, or the list is
			q.snapshot = snapshot{}
		}
	default:
	}
}

func (q *queue) lastUsed() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.used
}

// wait adds a caller to the open batch and waits for its result.
func (q *queue) wait(ctx context.Context, c *caller) (tenant.API, error) {
	if ctx.Err() != nil {
		return tenant.API{}, canceledErr(ctx, changeOperation, false)
	}
	joined := q.join(ctx, c)
	select {
	case outcome := <-c.done:
		return outcome.api, outcome.err
	case <-ctx.Done():
	}
	if q.withdraw(joined, c) {
		return tenant.API{}, canceledErr(ctx, changeOperation, false)
	}
	grace := time.NewTimer(cancelGracePeriod)
	defer grace.Stop()
	select {
	case outcome := <-c.done:
		return outcome.api, outcome.err
	case <-grace.C:
		return tenant.API{}, canceledErr(ctx, changeOperation, true)
	}
}

func (q *queue) join(ctx context.Context, c *caller) *changeBatch {
	q.mu.Lock()
	defer q.mu.Unlock()
	opens := q.open == nil
	if opens {
		q.open = &changeBatch{joined: make(chan struct{}, 1)}
	}
	q.open.callers = append(q.open.callers, c)
	q.used = time.Now()
	q.queues.scheduler.join(q.open)
	if opens { // after the scheduler knows the batch, so that it is not closed at once
		go q.run(context.WithoutCancel(ctx), q.open)
	}
	return q.open
}

// withdraw removes a caller from a batch, and reports whether the batch was still open.
func (q *queue) withdraw(from *changeBatch, c *caller) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open != from {
		return false
	}
	from.callers = slices.DeleteFunc(from.callers, func(other *caller) bool { return other == c })
	q.queues.scheduler.withdraw()
	return true
}

// run waits for more callers and for the queue, and executes a batch. Its context has the values of the caller that opened
// the batch, but is not canceled with it. The tenant below limits the time of each request, including its waits.
func (q *queue) run(ctx context.Context, b *changeBatch) {
	timeLeft := func() time.Duration { return q.queues.scheduler.timeLeft(b) }
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
	q.queues.reader.setAnnouncedWait(q.queues.scheduler.end(began))
}

// close ends joining and withdrawing, and returns the callers.
func (q *queue) close(b *changeBatch) []*caller {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.open = nil
	q.queues.scheduler.begin(b, len(b.callers))
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
