package management

import (
	"context"
	"sync"
)

// together lets those who ask the same at the same time share one answer. Nothing is kept: whoever asks later asks anew.
type together[K comparable, T any] struct {
	mu    sync.Mutex
	under map[K]*asking[T] // way
}

// asking is a question under way. All but done is written before done is closed, and read afterwards.
type asking[T any] struct {
	done      chan struct{}
	got       T
	err       error
	abandoned bool // whoever asked has cancelled, so that the error is nobody else's
}

// ask is the answer, and whether it was asked for by this very call: an answer that is shared may be as old as the first
// who wanted it. One who cancels fails nobody else: the next of those who wait asks then.
func (t *together[K, T]) ask(ctx context.Context, key K, do func(context.Context) (T, error)) (got T, own bool, err error) {
	for {
		one, leads := t.join(key)
		if leads {
			t.lead(ctx, key, one, do)
			return one.got, true, one.err
		}
		select {
		case <-ctx.Done():
			return got, false, ctx.Err()
		case <-one.done:
		}
		if !one.abandoned {
			return one.got, false, one.err
		}
	}
}

func (t *together[K, T]) join(key K) (one *asking[T], leads bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one, there := t.under[key]; there {
		return one, false
	}
	if t.under == nil {
		t.under = map[K]*asking[T]{}
	}
	one = &asking[T]{done: make(chan struct{}), abandoned: true} // until do returns, which it does not where it panics
	t.under[key] = one
	return one, true
}

func (t *together[K, T]) lead(ctx context.Context, key K, one *asking[T], do func(context.Context) (T, error)) {
	defer close(one.done)
	defer t.leave(key, one)
	one.got, one.err = do(ctx)
	one.abandoned = one.err != nil && ctx.Err() != nil
}

func (t *together[K, T]) leave(key K, one *asking[T]) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.under[key] == one {
		delete(t.under, key)
	}
}

// part makes all who ask from now on ask anew, because what is under way may be out of date.
func (t *together[K, T]) part(key K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.under, key)
}
