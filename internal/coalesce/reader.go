package coalesce

import (
	"context"
	"errors"
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
	operation   string                              // for errors
	get         func(context.Context, K) (V, error) // set by newReader, as page
	page        func(ctx context.Context, from string) (tenant.Page[V], error)
	filtered    func(ctx context.Context, values []string) ([]V, error) // a list of the objects with these values; nil if Auth0 has no such filter
	filterValue func(K) string                                          // the value by which such a list finds the object of a key; "" if it cannot
	cacheKey    func(K) string                                          // the cache key of the object of a key; "" if it is not known before the object is read
	cacheKeys   func(V) []string
	complete    func(object V, list []V) bool // whether an object of a list contains everything that a Get returns
}

// reader answers Gets of one type of object. A Get of a refresh uses a cache, and joins a batch if the object is not cached.
// The first write of the type empties the cache for good. From then on, and for look-ups, every Get is current: it joins a
// batch that has not sent any request yet and uses only what this batch reads.
type reader[K comparable, V any] struct {
	objectType[K, V]
	stats   *readStats
	listing chan struct{} // a lock: contains a token while a cached batch requests lists

	mu            sync.Mutex
	cache         *listing[V]
	calls         map[K]*call[K, V] // pending calls of cached batches
	open          *readBatch[K, V]  // nil: the next cached Get opens a batch
	openCurrent   *readBatch[K, V]  // nil: the next current Get opens a batch
	announced     int               // reads that callers have announced
	announcedWait time.Duration     // how long a batch waits for announced reads, if more than readMaxWait
	updates       int               // reads before updates of scopes
	noPages       bool              // pages fail
	noFilter      bool              // filtered lists fail
	omitted       bool              // lists of APIs omit what a Get returns, so current Gets do not use them
	total         int               // length of the list as of the last page; 0 if unknown
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
	return &reader[K, V]{objectType: of, stats: stats, listing: make(chan struct{}, 1), cache: newListing[V](0), calls: map[K]*call[K, V]{}}
}

// call is a key for whose object one or more callers wait. The lock of the reader guards all fields.
type call[K comparable, V any] struct {
	key      K
	batch    *readBatch[K, V]
	optional bool          // it is resolved only if a list for other calls has room for it
	waiting  int           // callers
	finished bool          // whether there is a result
	listed   bool          // whether a list contained the object, but incompletely
	fromList bool          // whether a list returned the object
	done     chan struct{} // closed when there is a result
	object   V
	err      error
}

func (c *call[K, V]) pending() bool { return c.waiting > 0 && !c.finished }

// Get returns the object of a key. A look-up before any refresh must be current, because it runs in an apply, where other
// processes can have written the object since it was read. A key without a known cache key is passed to the tenant below.
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
	c := r.calls[key]
	if c == nil {
		c = r.addCall(ctx, &r.open, key)
		r.calls[key] = c
		r.stats.Add(1)
	}
	c.waiting++
	r.mu.Unlock()
	object, current, err := r.wait(ctx, c)
	if !current {
		return r.getCurrent(ctx, key)
	}
	return object, err
}

// urgency is how long a current Get waits for others.
type urgency int

const (
	gather       urgency = iota // until no caller joins for a while
	whenUpdating                // the same, but longer, because a write follows, which costs more time than the wait
	together                    // until no announced read is missing
	now                         // only for those that join at the same time
)

// getCurrent returns the object of a key as it is at some time after the call.
func (r *reader[K, V]) getCurrent(ctx context.Context, key K) (V, error) {
	object, _, err := r.getShared(ctx, key, gather)
	return object, err
}

// getShared returns the object of a key as it is at some time after the call, and whether a list returned it.
func (r *reader[K, V]) getShared(ctx context.Context, key K, urgency urgency) (object V, fromList bool, err error) {
	r.mu.Lock()
	c := r.joinCurrent(ctx, key)
	if urgency == whenUpdating {
		c.batch.updates = true
		r.updates++
	}
	c.batch.urgent = c.batch.urgent || urgency == now || urgency == together && r.announced == 0
	r.mu.Unlock()
	object, _, err = r.wait(ctx, c)
	return object, err == nil && c.fromList, err
}

// joinOptional adds an optional call to the batch that has not sent any request yet. It returns a function that waits for
// the result, and reports whether a list contained the object.
func (r *reader[K, V]) joinOptional(ctx context.Context, key K) func() (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.addCall(ctx, &r.openCurrent, key)
	c.waiting, c.optional = 1, true
	return func() (V, bool) {
		object, _, err := r.wait(ctx, c)
		return object, err == nil
	}
}

// announce changes the number of announced reads.
func (r *reader[K, V]) announce(delta int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.announced += delta
	if b := r.openCurrent; b != nil && r.announced == 0 {
		b.urgent = true
		notify(b.joined)
	}
}

// setAnnouncedWait sets how long a batch waits for announced reads.
func (r *reader[K, V]) setAnnouncedWait(wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.announcedWait = wait
}

// joinCurrent adds a caller to a call of the batch that has not sent any request yet. The caller must lock r.mu.
func (r *reader[K, V]) joinCurrent(ctx context.Context, key K) *call[K, V] {
	if r.openCurrent != nil {
		for _, c := range r.openCurrent.calls {
			if c.key == key && c.pending() {
				c.waiting++
				c.optional = false
				notify(r.openCurrent.joined)
				return c
			}
		}
	}
	c := r.addCall(ctx, &r.openCurrent, key)
	c.waiting++
	return c
}

// addCall adds a call to the open batch, or opens one. The caller must lock r.mu.
func (r *reader[K, V]) addCall(ctx context.Context, open **readBatch[K, V], key K) *call[K, V] {
	if *open == nil {
		*open = r.openBatch(ctx, open == &r.openCurrent)
	}
	c := &call[K, V]{key: key, batch: *open, done: make(chan struct{})}
	(*open).add(c)
	return c
}

// wait waits for the result of a call. It reports whether the result is current, that is, not dropped by a write.
func (r *reader[K, V]) wait(ctx context.Context, c *call[K, V]) (object V, current bool, err error) {
	select {
	case <-c.done:
		return r.result(c)
	case <-ctx.Done():
		r.leave(c)
		return object, true, r.canceledErr(ctx)
	}
}

// invalidate drops the cache before a write is sent, so that no later Get returns anything older. Callers that are still
// waiting for a cached batch read again.
func (r *reader[K, V]) invalidate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cache.drop()
	for _, c := range r.calls {
		c.finished = true
		close(c.done)
		r.cancel(c.batch)
	}
	clear(r.calls)
}

// leave removes a canceled caller. A call for which no other caller waits is dropped.
func (r *reader[K, V]) leave(c *call[K, V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.waiting--
	if c.waiting > 0 || c.finished {
		return
	}
	r.remove(c)
	if c.batch.pending == 0 {
		r.cancel(c.batch)
	}
}

// remove removes a call that is not pending any more. The caller must lock r.mu.
func (r *reader[K, V]) remove(c *call[K, V]) {
	if r.calls[c.key] == c {
		delete(r.calls, c.key)
	}
	c.batch.pending--
}

// finish sets the result of a call that is still pending.
func (r *reader[K, V]) finish(c *call[K, V], object V, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !c.pending() {
		return
	}
	c.finished, c.object, c.err = true, object, err
	close(c.done)
	r.remove(c)
}

// result returns the result for one caller, and whether it is current.
func (r *reader[K, V]) result(c *call[K, V]) (object V, current bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err = c.err
	if err != nil {
		c.err = markRepeated(err)
	}
	return clone(c.object), !c.batch.found.dropped, err
}

// canceledErr returns the error of a caller that was canceled before it received a result.
func (r *reader[K, V]) canceledErr(ctx context.Context) error {
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: r.operation}, Cause: context.Cause(ctx)}
}

func isThrottled(err error) bool {
	var throttled *tenant.Throttled
	return errors.As(err, &throttled)
}
