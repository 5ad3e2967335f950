package coalesce

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	readIdleTimeout = 15 * time.Millisecond // how long a batch of reads stays open after the last caller joined
	readMaxWait     = 60 * time.Millisecond // how long it stays open at most
	updateFactor    = 2                     // how many times longer a batch stays open in which an update of scopes takes part
	updatesFactor   = 8                     // the same after many updates of scopes, because more are likely to follow
	briefTimeout    = 2 * time.Millisecond  // how long a brief batch stays open after the last caller joined
)

// errNotListed is the error of an optional query that no list resolved.
var errNotListed = errors.New("not in a list")

// readBatch is a number of queries that are resolved together. Its first fields do not change. The lock of the reader guards
// the others; no query is added after the batch was closed.
type readBatch[K comparable, V any] struct {
	opened  time.Time
	current bool          // it uses only what it reads itself; otherwise it is a cached batch
	cache   *cache[V]     // what lists and GETs have returned: its own if it is current, otherwise that of the reader
	joined  chan struct{} // receives a token when a caller joins
	cancel  context.CancelFunc

	queries []*query[K, V]
	brief   bool // it does not wait for other callers
	updates bool // an update of scopes takes part
	pending int  // queries that callers wait for
}

func (b *readBatch[K, V]) add(q *query[K, V]) {
	b.queries = append(b.queries, q)
	b.pending++
	notify(b.joined)
}

// openBatch opens a batch. Its context has the values of the caller that opens it, but is canceled only when no caller
// waits any more. The tenant below limits the time of each request, including its waits. The caller must lock r.mu.
func (r *reader[K, V]) openBatch(ctx context.Context, current bool) *readBatch[K, V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	opened := &readBatch[K, V]{opened: time.Now(), current: current, cache: r.cache, joined: make(chan struct{}, 1), cancel: cancel}
	if current {
		opened.cache = newCache[V](r.total)
	}
	go func() {
		defer cancel()
		r.resolve(ctx, opened)
	}()
	return opened
}

// cancel ends a batch for which no caller waits. The caller must lock r.mu.
func (r *reader[K, V]) cancel(b *readBatch[K, V]) {
	r.detach(b)
	b.cancel()
}

// detach ends joining. The caller must lock r.mu.
func (r *reader[K, V]) detach(b *readBatch[K, V]) {
	if r.open == b {
		r.open = nil
	}
	if r.openCurrent == b {
		r.openCurrent = nil
	}
}

// resolve waits for callers to join the batch, and resolves its queries: from lists first, and the remaining ones with
// concurrent GETs. Cached batches request lists one after another.
func (r *reader[K, V]) resolve(ctx context.Context, b *readBatch[K, V]) {
	waitForMore(ctx, b.joined, func() time.Duration { return r.timeLeft(b) })
	missing := r.closeBatch(b)
	if b.current {
		missing = r.resolveFromLists(ctx, b, missing)
	} else {
		select {
		case r.listLock <- struct{}{}:
			missing = r.resolveFromLists(ctx, b, r.finishCached(b, missing))
			<-r.listLock
		case <-ctx.Done(): // getOne returns the error to those who still wait
		}
	}
	var gets sync.WaitGroup
	for _, q := range missing {
		gets.Go(func() { r.getOne(ctx, b, q) })
	}
	gets.Wait()
}

// timeLeft returns how long a batch stays open if no other caller joins.
func (r *reader[K, V]) timeLeft(b *readBatch[K, V]) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case b.brief:
		return briefTimeout
	case b.current && r.announced > 0:
		return time.Until(b.opened.Add(max(readMaxWait, r.announcedWait)))
	case b.updates:
		factor := time.Duration(updateFactor)
		if r.updates >= manyGets {
			factor = updatesFactor
		}
		return min(factor*readIdleTimeout, time.Until(b.opened.Add(factor*readMaxWait)))
	default:
		return min(readIdleTimeout, time.Until(b.opened.Add(readMaxWait)))
	}
}

// closeBatch ends joining and returns the queries for which callers wait, optional ones last. Optional queries for which the last
// filtered list has no room are finished.
func (r *reader[K, V]) closeBatch(b *readBatch[K, V]) []*query[K, V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.detach(b)
	var required, optional []*query[K, V]
	for _, q := range b.queries {
		switch {
		case q.pending() && q.optional:
			optional = append(optional, q)
		case q.pending():
			required = append(required, q)
		}
	}
	room := 0
	if len(required) > 0 && !r.noFilter && !r.omitted {
		room = maxFilterValues - 1 - (len(required)-1)%maxFilterValues
	}
	room = min(room, len(optional))
	for _, q := range optional[room:] {
		q.finished, q.err = true, errNotListed
		close(q.done)
		r.remove(q)
	}
	return append(required, optional[:room]...)
}

// getOne resolves a query with a GET. Only such a GET can report that an object does not exist.
func (r *reader[K, V]) getOne(ctx context.Context, b *readBatch[K, V], q *query[K, V]) {
	var none V
	if q.optional {
		r.finish(q, none, errNotListed)
		return
	}
	if ctx.Err() != nil {
		r.finish(q, none, canceledErr(ctx, r.readOperation, false))
		return
	}
	object, err := r.get(ctx, q.key)
	if err == nil {
		r.store(b, q, object)
	}
	r.finish(q, object, err)
}

// store adds the result of a GET to the cache of its batch. If a list returned less of the object, later current Gets do not
// use lists.
func (r *reader[K, V]) store(b *readBatch[K, V], q *query[K, V], object V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.omitted = r.omitted || b.current && r.filtered != nil && q.listed && r.complete(object, nil)
	if b.cache.dropped {
		return
	}
	for _, cacheKey := range r.cacheKeys(object) {
		b.cache.objects[cacheKey] = object
	}
}

// storeList adds the complete objects of a list to the cache of a batch, unless a GET or an earlier list has returned them. It
// reports whether any was new.
func (r *reader[K, V]) storeList(b *readBatch[K, V], list []V) (added bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b.cache.dropped {
		return false
	}
	for _, object := range list {
		complete := r.complete(object, list)
		for _, cacheKey := range r.cacheKeys(object) {
			if !complete {
				b.cache.incomplete[cacheKey] = true
			} else if _, ok := b.cache.objects[cacheKey]; !ok {
				b.cache.objects[cacheKey], added = object, true
			}
		}
	}
	return added
}

// finishCached finishes the queries whose objects are in the cache of the batch, and returns the others for which callers still wait.
func (r *reader[K, V]) finishCached(b *readBatch[K, V], queries []*query[K, V]) (missing []*query[K, V]) {
	for _, q := range queries {
		cacheKey := r.cacheKey(q.key)
		r.mu.Lock()
		object, ok := b.cache.objects[cacheKey]
		q.fromList, q.listed = ok, q.listed || b.cache.incomplete[cacheKey]
		pending := q.pending()
		r.mu.Unlock()
		switch {
		case ok:
			r.finish(q, object, nil)
		case pending:
			missing = append(missing, q)
		}
	}
	return missing
}
