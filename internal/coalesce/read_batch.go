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
	urgentTimeout   = 2 * time.Millisecond  // how long an urgent batch stays open after the last caller joined
)

// errNotListed is the error of an optional call that no list resolved.
var errNotListed = errors.New("not in a list")

// readBatch is a number of calls that are resolved together. The lock of the reader guards all fields.
type readBatch[K comparable, V any] struct {
	calls   []*call[K, V]
	opened  time.Time
	current bool          // it uses only what it reads itself; otherwise it shares the cache
	urgent  bool          // it does not wait for other callers
	updates bool          // an update of scopes takes part
	found   *listing[V]   // what lists and GETs have returned
	pending int           // calls for which callers wait
	joined  chan struct{} // receives a token when a caller joins
	cancel  context.CancelFunc
}

func (b *readBatch[K, V]) add(c *call[K, V]) {
	b.calls = append(b.calls, c)
	b.pending++
	notify(b.joined)
}

// openBatch opens a batch. Its context has the values of the caller that opens it, but is canceled only when no caller
// waits any more. The tenant below limits the time of each request, including its waits. The caller must lock r.mu.
func (r *reader[K, V]) openBatch(ctx context.Context, current bool) *readBatch[K, V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	opened := &readBatch[K, V]{opened: time.Now(), current: current, found: r.cache, joined: make(chan struct{}, 1), cancel: cancel}
	if current {
		opened.found = newListing[V](r.total)
	}
	go func() {
		defer cancel()
		r.execute(ctx, opened)
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

// execute waits for callers to join the batch, and resolves its calls: from lists first, and the remaining ones with
// concurrent GETs. Cached batches request lists one after another.
func (r *reader[K, V]) execute(ctx context.Context, b *readBatch[K, V]) {
	waitForMore(ctx, b.joined, func() time.Duration { return r.timeLeft(b) })
	missing := r.closeBatch(b)
	if b.current {
		missing = r.resolveFromLists(ctx, b, missing)
	} else {
		select {
		case r.listing <- struct{}{}:
			missing = r.resolveFromLists(ctx, b, r.finishFound(b, missing))
			<-r.listing
		case <-ctx.Done(): // getOne returns the error to those who still wait
		}
	}
	var gets sync.WaitGroup
	for _, c := range missing {
		gets.Go(func() { r.getOne(ctx, b, c) })
	}
	gets.Wait()
}

// timeLeft returns how long a batch stays open if no other caller joins.
func (r *reader[K, V]) timeLeft(b *readBatch[K, V]) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case b.urgent:
		return urgentTimeout
	case b.current && r.announced > 0:
		return time.Until(b.opened.Add(max(readMaxWait, r.announcedWait)))
	case b.updates:
		factor := time.Duration(updateFactor)
		if r.updates >= manyCalls {
			factor = updatesFactor
		}
		return min(factor*readIdleTimeout, time.Until(b.opened.Add(factor*readMaxWait)))
	default:
		return min(readIdleTimeout, time.Until(b.opened.Add(readMaxWait)))
	}
}

// closeBatch ends joining and returns the calls for which callers wait, optional ones last. Optional calls for which the last
// filtered list has no room are finished.
func (r *reader[K, V]) closeBatch(b *readBatch[K, V]) []*call[K, V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.detach(b)
	var required, optional []*call[K, V]
	for _, c := range b.calls {
		switch {
		case c.pending() && c.optional:
			optional = append(optional, c)
		case c.pending():
			required = append(required, c)
		}
	}
	room := 0
	if len(required) > 0 && !r.noFilter && !r.omitted {
		room = maxFilterValues - 1 - (len(required)-1)%maxFilterValues
	}
	room = min(room, len(optional))
	for _, c := range optional[room:] {
		c.finished, c.err = true, errNotListed
		close(c.done)
		r.remove(c)
	}
	return append(required, optional[:room]...)
}

// getOne resolves a call with a GET. Only such a GET can report that an object does not exist. If it returns more than a
// list did, later current Gets do not use lists.
func (r *reader[K, V]) getOne(ctx context.Context, b *readBatch[K, V], c *call[K, V]) {
	var none V
	if c.optional {
		r.finish(c, none, errNotListed)
		return
	}
	if ctx.Err() != nil {
		r.finish(c, none, r.canceledErr(ctx))
		return
	}
	object, err := r.get(ctx, c.key)
	if err == nil {
		r.store(b, c, object)
	}
	r.finish(c, object, err)
}

// store adds the result of a GET to the objects of its batch.
func (r *reader[K, V]) store(b *readBatch[K, V], c *call[K, V], object V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.omitted = r.omitted || b.current && r.filtered != nil && c.listed && r.complete(object, nil)
	if b.found.dropped {
		return
	}
	for _, cacheKey := range r.cacheKeys(object) {
		b.found.objects[cacheKey] = object
	}
}

// storeList adds the complete objects of a list to those of a batch, unless a GET or an earlier list has returned them. It
// reports whether any was new.
func (r *reader[K, V]) storeList(b *readBatch[K, V], list []V) (added bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b.found.dropped {
		return false
	}
	for _, object := range list {
		complete := r.complete(object, list)
		for _, cacheKey := range r.cacheKeys(object) {
			if !complete {
				b.found.incomplete[cacheKey] = true
			} else if _, ok := b.found.objects[cacheKey]; !ok {
				b.found.objects[cacheKey], added = object, true
			}
		}
	}
	return added
}

// finishFound finishes the calls whose objects have been found and returns the others for which callers still wait.
func (r *reader[K, V]) finishFound(b *readBatch[K, V], calls []*call[K, V]) (missing []*call[K, V]) {
	for _, c := range calls {
		cacheKey := r.cacheKey(c.key)
		r.mu.Lock()
		object, ok := b.found.objects[cacheKey]
		c.listed = c.listed || b.found.incomplete[cacheKey]
		pending := c.pending()
		r.mu.Unlock()
		switch {
		case ok:
			c.fromList = true
			r.finish(c, object, nil)
		case pending:
			missing = append(missing, c)
		}
	}
	return missing
}
