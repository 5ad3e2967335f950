package coalesce

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// readStats counts Gets of all types of objects.
type readStats struct {
	atomic.Int64

	refreshing atomic.Bool // whether one of them was a refresh
}

// objectType describes one type of object to a reader.
type objectType[K comparable, V any] struct {
	operation   string // for errors
	get         func(context.Context, K) (V, error)
	page        func(ctx context.Context, from string) (tenant.Page[V], error)
	filtered    func(ctx context.Context, values []string) ([]V, error) // a list of the objects with these values; nil if Auth0 has no such filter
	filterValue func(K) string                                          // the value by which such a list finds the object of a key; "" if it cannot
	cacheKey    func(K) string                                          // the cache key of the object of a key; "" if it is not known before the object is read
	cacheKeys   func(V) []string
	complete    func(object V, list []V) bool // whether an object of a list contains everything that a Get returns
	clone       func(V) V
}

// reader answers Gets of one type of object from a cache, and resolves the others together. The first write of the type
// empties the cache for good.
type reader[K comparable, V any] struct {
	objectType[K, V]
	stats   *readStats
	listing chan struct{} // a lock: contains a token while a batch requests lists
	pager   pager         // guarded by listing

	mu      sync.Mutex
	written bool         // whether there was a write, so that every Get is a request of its own
	cache   map[string]V // by each cache key of an object
	calls   map[K]*call[K, V]
	open    *readBatch[K, V] // nil: the next call opens a batch
}

func newReader[K comparable, V any](stats *readStats, of objectType[K, V]) *reader[K, V] {
	of.get, of.page = recoverPanics(of.get), recoverPanics(of.page)
	if of.filtered != nil {
		of.filtered = recoverPanics(of.filtered)
	}
	return &reader[K, V]{objectType: of, stats: stats, listing: make(chan struct{}, 1), cache: map[string]V{}, calls: map[K]*call[K, V]{}}
}

// call is a key for whose object one or more callers wait. The lock of the reader guards all fields.
type call[K comparable, V any] struct {
	key     K
	batch   *readBatch[K, V]
	waiting int           // callers
	done    chan struct{} // closed when there is a result
	object  V
	err     error
}

// Get returns the object of a key. Three kinds of Gets are passed to the tenant below: of a key without a known cache key,
// after a write, and a look-up before any refresh. Such a look-up runs in an apply, where other processes can have written
// the object since it was read.
func (r *reader[K, V]) Get(ctx context.Context, key K) (V, error) {
	purpose := tenant.PurposeOf(ctx)
	if purpose == tenant.Refresh {
		r.stats.refreshing.Store(true)
	}
	if purpose == tenant.LookUp && !r.stats.refreshing.Load() {
		return r.get(ctx, key)
	}
	cacheKey := r.cacheKey(key)
	r.mu.Lock()
	if cacheKey == "" || r.written {
		r.mu.Unlock()
		return r.get(ctx, key)
	}
	if cached, ok := r.cache[cacheKey]; ok {
		r.mu.Unlock()
		return r.clone(cached), nil
	}
	c := r.join(ctx, key)
	r.mu.Unlock()
	select {
	case <-c.done:
	case <-ctx.Done():
		r.leave(c)
		var none V
		return none, r.canceledErr(ctx)
	}
	object, current, err := r.result(c)
	if !current {
		return r.get(ctx, key)
	}
	return object, err
}

// invalidate drops the cache before a write is sent, so that no later Get returns anything older. Callers that are still
// waiting read again by themselves.
func (r *reader[K, V]) invalidate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written, r.cache = true, nil
	for _, c := range r.calls {
		close(c.done)
		r.cancel(c.batch)
	}
	clear(r.calls)
}

// join adds a caller to the call of a key, which it adds to the open batch if there is none. The caller must lock
// r.mu.
func (r *reader[K, V]) join(ctx context.Context, key K) *call[K, V] {
	c := r.calls[key]
	if c == nil {
		if r.open == nil {
			r.open = r.openBatch(ctx)
		}
		c = &call[K, V]{key: key, batch: r.open, done: make(chan struct{})}
		r.calls[key] = c
		r.stats.Add(1)
		r.open.add(c)
	}
	c.waiting++
	return c
}

// leave removes a canceled caller. A call for which no other caller waits is dropped.
func (r *reader[K, V]) leave(c *call[K, V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.waiting--
	if c.waiting > 0 || r.calls[c.key] != c {
		return
	}
	delete(r.calls, c.key)
	c.batch.pending--
	if c.batch.pending == 0 {
		r.cancel(c.batch)
	}
}

// finish sets the result of a call that is still pending.
func (r *reader[K, V]) finish(c *call[K, V], object V, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls[c.key] != c {
		return
	}
	delete(r.calls, c.key)
	c.batch.pending--
	c.object, c.err = object, err
	close(c.done)
}

// result returns the result for one caller, and whether there was no write since the call.
func (r *reader[K, V]) result(c *call[K, V]) (object V, current bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err = c.err
	if err != nil {
		c.err = markRepeated(err)
	}
	return r.clone(c.object), !r.written, err
}

// store caches the result of a Get.
func (r *reader[K, V]) store(object V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.written {
		return
	}
	for _, cacheKey := range r.cacheKeys(object) {
		r.cache[cacheKey] = object
	}
}

// storeList caches the complete objects of a list, except those that are already cached. It reports whether any was new.
func (r *reader[K, V]) storeList(list []V) (added bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.written {
		return false
	}
	for _, object := range list {
		if !r.complete(object, list) {
			continue
		}
		for _, cacheKey := range r.cacheKeys(object) {
			if _, ok := r.cache[cacheKey]; !ok {
				r.cache[cacheKey], added = object, true
			}
		}
	}
	return added
}

// finishCached finishes the calls whose objects are cached by now and returns the others for which callers still wait.
func (r *reader[K, V]) finishCached(calls []*call[K, V]) (missing []*call[K, V]) {
	for _, c := range calls {
		r.mu.Lock()
		object, ok := r.cache[r.cacheKey(c.key)]
		pending := r.calls[c.key] == c
		r.mu.Unlock()
		switch {
		case ok:
			r.finish(c, object, nil)
		case pending:
			missing = append(missing, c)
		}
	}
	return missing
}

// canceledErr returns the error of a caller that was canceled before it received a result.
func (r *reader[K, V]) canceledErr(ctx context.Context) error {
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: r.operation}, Cause: context.Cause(ctx)}
}

func isThrottled(err error) bool {
	var throttled *tenant.Throttled
	return errors.As(err, &throttled)
}
