package coalesce

import (
	"context"
	"sync"
	"time"
)

const (
	gathering = 15 * time.Millisecond // how long nobody must have asked before a flush departs
	gathered  = 60 * time.Millisecond // how long it waits at most
)

// flush is a number of questions that are asked for together. The lock of reads guards it until it is closed, and live
// always.
type flush[K comparable, V any] struct {
	questions []*question[K, V]
	live      int           // questions that somebody waits for
	joined    chan struct{} // holds a token when somebody joined since the linger looked
	cancel    context.CancelFunc
}

func (f *flush[K, V]) add(asked *question[K, V]) {
	f.questions = append(f.questions, asked)
	f.live++
	select {
	case f.joined <- struct{}{}:
	default: // the linger has not looked since the last one joined
	}
}

// start opens a flush. Its context carries the values of the caller that opened it, but nobody's cancel: it ends when
// all who wait have gone. How long each request may take, its waits included, is for the tenant below to say.
func (r *reads[K, V]) start(ctx context.Context) *flush[K, V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	opened := &flush[K, V]{joined: make(chan struct{}, 1), cancel: cancel}
	go func() {
		defer cancel()
		r.serve(ctx, opened)
	}()
	return opened
}

// abandon ends a flush that nobody waits for. It is called under the lock.
func (r *reads[K, V]) abandon(f *flush[K, V]) {
	if r.open == f {
		r.open = nil
	}
	f.cancel()
}

// serve brings one flush from its opening to its last answer.
func (r *reads[K, V]) serve(ctx context.Context, f *flush[K, V]) {
	linger(ctx, f.joined, func() time.Duration { return gathering }, gathered)
	missing := r.close(f)
	select {
	case r.turn <- struct{}{}:
		missing = r.together(ctx, r.unknown(missing))
		<-r.turn
	case <-ctx.Done(): // what follows fails at once
	}
	var singles sync.WaitGroup
	for _, asked := range missing {
		singles.Go(func() { r.alone(ctx, asked) })
	}
	singles.Wait()
}

// close ends joining. What nobody waits for any more is dropped.
func (r *reads[K, V]) close(f *flush[K, V]) []*question[K, V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == f {
		r.open = nil
	}
	var awaited []*question[K, V]
	for _, asked := range f.questions {
		if r.asking[asked.key] == asked {
			awaited = append(awaited, asked)
		}
	}
	return awaited
}

// alone answers a question with a Get of its own. That something is not there is told on the word of a Get alone.
func (r *reads[K, V]) alone(ctx context.Context, asked *question[K, V]) {
	if ctx.Err() != nil {
		var none V
		r.settle(asked, none, r.left(ctx))
		return
	}
	answer, err := r.get(ctx, asked.key)
	if err == nil {
		r.keep(answer)
	}
	r.settle(asked, answer, err)
}
