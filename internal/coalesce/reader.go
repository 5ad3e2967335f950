package coalesce

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// readStats counts Gets of all types of objects.
type readStats struct {
	atomic.Int64

	refreshing atomic.Bool // whether one of them was a refresh
}

// objectType describes one type of object to a reader.
type objectType[K comparable, V any] struct {
	readOperation string                              // for errors
	get           func(context.Context, K) (V, error) // set by newReader, as page
	page          func(ctx context.Context, from string) (tenant.Page[V], error)
	filtered      func(ctx context.Context, values []string) ([]V, error) // a list of the objects with these values; nil if Auth0 has no such filter
	filterValue   func(K) string                                          // the value by which such a list finds the object of a key; "" if it cannot
	cacheKey      func(K) string                                          // the cache key of the object of a key; "" if it is not known before the object is read
	cacheKeys     func(V) []string
	complete      func(object V, list []V) bool // whether an object of a list contains everything that a Get returns
}

// reader answers Gets of one type of object. A Get of a refresh uses a cache, and joins a batch if the object is not cached.
// The first write of the type empties the cache for good. From then on, and for look-ups, every Get is current: it joins a
// batch that has not sent any request yet and uses only what this batch reads.
type reader[K comparable, V any] struct {
	objectType[K, V]
	stats    *readStats
	listLock chan struct{} // contains a token while a cached batch requests lists

	mu            sync.Mutex
	cache         *cache[V]
	queries       map[K]*query[K, V] // pending queries of cached batches
	open          *readBatch[K, V]   // nil: the next cached Get opens a batch
	openCurrent   *readBatch[K, V]   // nil: the next current Get opens a batch
	announced     int                // reads that callers have announced
	announcedWait time.Duration      // how long a batch waits for announced reads, if more than readMaxWait
	updates       int                // reads before updates of scopes
	noPages       bool               // pages fail
	noFilter      bool               // filtered lists fail
	omitted       bool               // lists of APIs omit what a Get returns, so current Gets do not use them
	total         int                // length of the list as of the last page; 0 if unknown
}

// newReader returns the reader of a type of objects, which it reads from below.
func newReader[K comparable, V, N, F, U any](stats *readStats, below tenant.Objects[K, V, N, F, U], of objectType[K, V]) *reader[K, V] {
	of.get = recoverPanics(func(ctx context.Context, key K) (V, error) { return below.Get(ctx, key) })
	of.page = recoverPanics(func(ctx context.Context, from string) (tenant.Page[V], error) {
		var all F
		return below.Page(ctx, all, from)
	})
	if of.filtered != nil {
		of.filtered = recoverPanics(of.filtered)
	}
	return &reader[K, V]{objectType: of, stats: stats, listLock: make(chan struct{}, 1), cache: newCache[V](0), queries: map[K]*query[K, V]{}}
}

// query is a key whose object one or more callers wait for. Its first fields do not change. The lock of the reader guards
// the others; optional changes only before the batch is closed, so the batch reads it without the lock afterwards.
type query[K comparable, V any] struct {
	key   K
	batch *readBatch[K, V]
	done  chan struct{} // closed when there is a result

	optional bool // it is resolved only if a list for other queries has room for it
	waiting  int  // callers
	finished bool // whether there is a result
	listed   bool // whether a list contained the object, but incompletely
	fromList bool // whether a list returned the object
	object   V
	err      error
}

func (q *query[K, V]) pending() bool { return q.waiting > 0 && !q.finished }

// readResult is the result of a query for one caller.
type readResult[V any] struct {
	object   V
	fromList bool // whether a list returned the object
	dropped  bool // whether a write has made the object outdated
	err      error
}

// Get returns the object of a key. The context contains the purpose of the read, such as a refresh of the state or a look-up.
// A look-up before any refresh must be current, because it runs in an apply, where other processes can have written the
// object since it was read. A key without a known cache key is passed to the tenant below.
func (r *reader[K, V]) Get(ctx context.Context, key K) (V, error) {
	purpose := tenant.PurposeOf(ctx)
	if purpose == tenant.Refresh {
		r.stats.refreshing.Store(true)
	}
	cacheKey := r.cacheKey(key)
	if cacheKey == "" {
		return r.get(ctx, key)
	}
	if purpose == tenant.LookUp && !r.stats.refreshing.Load() {
		return r.getCurrent(ctx, key)
	}
	r.mu.Lock()
	if r.cache.dropped {
		r.mu.Unlock()
		return r.getCurrent(ctx, key)
	}
	if cached, ok := r.cache.objects[cacheKey]; ok {
		r.mu.Unlock()
		return clone(cached), nil
	}
	q := r.queries[key]
	if q == nil {
		q = r.addQuery(ctx, &r.open, key)
		r.queries[key] = q
		r.stats.Add(1)
	}
	q.waiting++
	r.mu.Unlock()
	got := r.wait(ctx, q)
	if got.dropped {
		return r.getCurrent(ctx, key)
	}
	return got.object, got.err
}

// waitMode is how long a current Get waits for others.
type waitMode int

const (
	waitUntilIdle    waitMode = iota // until no caller joins for a while
	waitForUpdates                   // the same, but longer, because a write follows, which costs more time than the wait
	waitForAnnounced                 // until no announced read is missing
	waitBriefly                      // only for those that join at the same time
)

// getCurrent returns the object of a key as it is at some time after the call.
func (r *reader[K, V]) getCurrent(ctx context.Context, key K) (V, error) {
	got := r.getShared(ctx, key, waitUntilIdle)
	return got.object, got.err
}

// getShared returns the object of a key as it is at some time after the call.
func (r *reader[K, V]) getShared(ctx context.Context, key K, mode waitMode) readResult[V] {
	r.mu.Lock()
	q := r.joinCurrent(ctx, key)
	if mode == waitForUpdates {
		q.batch.updates = true
		r.updates++
	}
	q.batch.brief = q.batch.brief || mode == waitBriefly || mode == waitForAnnounced && r.announced == 0
	r.mu.Unlock()
	return r.wait(ctx, q)
}

// joinOptional adds an optional query to the batch that has not sent any request yet. It returns a function that waits for
// the result, and reports whether a list contained the object.
func (r *reader[K, V]) joinOptional(ctx context.Context, key K) func() (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	q := r.addQuery(ctx, &r.openCurrent, key)
	q.waiting, q.optional = 1, true
	return func() (V, bool) {
		got := r.wait(ctx, q)
		return got.object, got.err == nil
	}
}

// announce changes the number of announced reads.
func (r *reader[K, V]) announce(delta int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.announced += delta
	if b := r.openCurrent; b != nil && r.announced == 0 {
		b.brief = true
		notify(b.joined)
	}
}

// setAnnouncedWait sets how long a batch waits for announced reads.
func (r *reader[K, V]) setAnnouncedWait(wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.announcedWait = wait
}

// joinCurrent adds a caller to a query of the batch that has not sent any request yet. The caller must lock r.mu.
func (r *reader[K, V]) joinCurrent(ctx context.Context, key K) *query[K, V] {
	if r.openCurrent != nil {
		for _, q := range r.openCurrent.queries {
			if q.key == key && q.pending() {
				q.waiting++
				q.optional = false
				notify(r.openCurrent.joined)
				return q
			}
		}
	}
	q := r.addQuery(ctx, &r.openCurrent, key)
	q.waiting++
	return q
}

// addQuery adds a query to the open batch, or opens one. The caller must lock r.mu.
func (r *reader[K, V]) addQuery(ctx context.Context, open **readBatch[K, V], key K) *query[K, V] {
	if *open == nil {
		*open = r.openBatch(ctx, open == &r.openCurrent)
	}
	q := &query[K, V]{key: key, batch: *open, done: make(chan struct{})}
	(*open).add(q)
	return q
}

// wait waits for the result of a query.
func (r *reader[K, V]) wait(ctx context.Context, q *query[K, V]) readResult[V] {
	select {
	case <-q.done:
		return r.result(q)
	case <-ctx.Done():
		r.leave(q)
		return readResult[V]{err: canceledErr(ctx, r.readOperation, false)}
	}
}

// invalidate drops the cache before a write is sent, so that no later Get returns anything older. Callers that are still
// waiting for a cached batch read again.
func (r *reader[K, V]) invalidate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cache.drop()
	for _, q := range r.queries {
		q.finished = true
		close(q.done)
		r.cancel(q.batch)
	}
	clear(r.queries)
}

// leave removes a canceled caller. A query for which no other caller waits is dropped.
func (r *reader[K, V]) leave(q *query[K, V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	q.waiting--
	if q.waiting > 0 || q.finished {
		return
	}
	r.remove(q)
	if q.batch.pending == 0 {
		r.cancel(q.batch)
	}
}

// remove removes a query that is not pending any more. The caller must lock r.mu.
func (r *reader[K, V]) remove(q *query[K, V]) {
	if r.queries[q.key] == q {
		delete(r.queries, q.key)
	}
	q.batch.pending--
}

// finish sets the result of a query that is still pending.
func (r *reader[K, V]) finish(q *query[K, V], object V, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !q.pending() {
		return
	}
	q.finished, q.object, q.err = true, object, err
	close(q.done)
	r.remove(q)
}

// result returns the result of a query for one caller.
func (r *reader[K, V]) result(q *query[K, V]) readResult[V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := readResult[V]{clone(q.object), q.fromList, q.batch.cache.dropped, q.err}
	if got.err != nil {
		q.err = markRepeated(got.err)
	}
	return got
}
