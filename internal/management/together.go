package management

import (
	"context"
	"sync"
)

// together shares the response to a request between concurrent callers. It caches nothing: a later call sends a new request.
type together[K comparable, T any] struct {
	mu    sync.Mutex
	under map[K]*asking[T] // in progress
}

// asking is a request in progress. All fields except done are written before done is closed, and read afterwards.
type asking[T any] struct {
	done      chan struct{}
	got       T
	err       error
	abandoned bool // the caller canceled, so the error does not apply to others
}

// ask returns the response, and whether this call sent the request: a shared response can be as old as the call that sent it. A caller
// that cancels does not fail the others: the next one sends the request.
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
	one = &asking[T]{done: make(chan struct{}), abandoned: true} // until do returns, which it does not after a panic
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

// part makes later calls send a new request, because the one in progress may be outdated.
func (t *together[K, T]) part(key K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.under, key)
}
