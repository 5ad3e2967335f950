package coalesce

import (
	"context"
	"sync"
	"time"
)

const (
	readIdleTimeout = 15 * time.Millisecond // how long a batch of reads stays open after the last caller joined
	readMaxWait     = 60 * time.Millisecond // how long it stays open at most
)

// readBatch is a number of calls that are resolved together. The lock of the reader guards calls while the batch is open,
// and pending always.
type readBatch[K comparable, V any] struct {
	calls   []*call[K, V]
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
// waits any more. The tenant below limits the time of each request, including its waits.
func (r *reader[K, V]) openBatch(ctx context.Context) *readBatch[K, V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	opened := &readBatch[K, V]{joined: make(chan struct{}, 1), cancel: cancel}
	go func() {
		defer cancel()
		r.execute(ctx, opened)
	}()
	return opened
}

// cancel ends a batch for which no caller waits. The caller must lock r.mu.
func (r *reader[K, V]) cancel(b *readBatch[K, V]) {
	if r.open == b {
		r.open = nil
	}
	b.cancel()
}

// execute waits for callers to join the batch, and resolves its calls: from lists first, one batch at a time, and the
// remaining ones with concurrent GETs.
func (r *reader[K, V]) execute(ctx context.Context, b *readBatch[K, V]) {
	waitForMore(ctx, b.joined, func() time.Duration { return readIdleTimeout }, readMaxWait)
	missing := r.closeBatch(b)
	select {
	case r.listing <- struct{}{}:
		missing = r.resolveFromLists(ctx, r.finishCached(missing))
		<-r.listing
	case <-ctx.Done(): // getOne returns the error to those who still wait
	}
	var gets sync.WaitGroup
	for _, c := range missing {
		gets.Go(func() { r.getOne(ctx, c) })
	}
	gets.Wait()
}

// closeBatch ends joining and returns the calls for which callers wait.
func (r *reader[K, V]) closeBatch(b *readBatch[K, V]) (pending []*call[K, V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == b {
		r.open = nil
	}
	for _, c := range b.calls {
		if r.calls[c.key] == c {
			pending = append(pending, c)
		}
	}
	return pending
}

// getOne resolves a call with a GET. Only such a GET can report that an object does not exist.
func (r *reader[K, V]) getOne(ctx context.Context, c *call[K, V]) {
	if ctx.Err() != nil {
		var none V
		r.finish(c, none, r.canceledErr(ctx))
		return
	}
	object, err := r.get(ctx, c.key)
	if err == nil {
		r.store(object)
	}
	r.finish(c, object, err)
}
