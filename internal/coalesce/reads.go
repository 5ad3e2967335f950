package coalesce

import (
	"context"
	"errors"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// reads answers the Gets of one kind of object from what was read already, and otherwise puts them together with those
// of others. Everything it knows it forgets with the first write.
type reads[K comparable, V any] struct {
	kind[K, V]
	all  *crowd
	turn chan struct{} // full while somebody reads lists, or decides to
	walk walk          // touched only by whoever has the turn

	mu      sync.Mutex
	written bool         // from then on every Get asks for itself
	known   map[string]V // by each of its names
	asking  map[K]*question[K, V]
	open    *flush[K, V] // nil: the next question opens one
}

// kind is what tells one kind of object from another.
type kind[K comparable, V any] struct {
	operation string // for errors
	get       func(context.Context, K) (V, error)
	page      func(ctx context.Context, from string) (tenant.Page[V], error)
	named     func(ctx context.Context, names []string) ([]V, error) // a list of what it names; nil: there is none
	listName  func(K) string                                         // what such a list calls the object of a key; "": nothing
	name      func(K) string                                         // the name that the object of a key must have; "": it may be another
	names     func(V) []string
	whole     func(one V, list []V) bool // whether an object of a list shows what a Get shows
	copy      func(V) V
}

func newReads[K comparable, V any](all *crowd, of kind[K, V]) *reads[K, V] {
	of.get, of.page = caught(of.get), caught(of.page)
	if of.named != nil {
		of.named = caught(of.named)
	}
	return &reads[K, V]{kind: of, all: all, turn: make(chan struct{}, 1), known: map[string]V{}, asking: map[K]*question[K, V]{}}
}

// question is a key that is being asked for, by one caller or by many. All of it is guarded by the lock of reads.
type question[K comparable, V any] struct {
	key     K
	flush   *flush[K, V]
	waiting int
	done    chan struct{} // closed when there is an answer
	answer  V
	err     error
}

// Get answers as the tenant below would: a key it cannot tell by name, and any key once something was written, is
// passed on. So is a look-up where nothing was refreshed: what is being applied may have been written meanwhile by
// others, who tell nobody here.
func (r *reads[K, V]) Get(ctx context.Context, key K) (V, error) {
	purpose := tenant.PurposeOf(ctx)
	if purpose == tenant.Refresh {
		r.all.refreshing.Store(true)
	}
	if purpose == tenant.LookUp && !r.all.refreshing.Load() {
		return r.get(ctx, key)
	}
	name := r.name(key)
	r.mu.Lock()
	if name == "" || r.written {
		r.mu.Unlock()
		return r.get(ctx, key)
	}
	if known, ok := r.known[name]; ok {
		r.mu.Unlock()
		return r.copy(known), nil
	}
	asked := r.join(ctx, key)
	r.mu.Unlock()
	select {
	case <-asked.done:
	case <-ctx.Done():
		r.leave(asked)
		var none V
		return none, r.left(ctx)
	}
	answer, current, err := r.take(asked)
	if !current {
		return r.get(ctx, key)
	}
	return answer, err
}

// wrote forgets what was read. It is called before a write is sent, so that whoever asks after it gets nothing older;
// those who wait for an answer by then ask by themselves.
func (r *reads[K, V]) wrote() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written, r.known = true, nil
	for _, asked := range r.asking {
		close(asked.done)
		r.abandon(asked.flush)
	}
	clear(r.asking)
}

// join is called under the lock.
func (r *reads[K, V]) join(ctx context.Context, key K) *question[K, V] {
	asked := r.asking[key]
	if asked == nil {
		if r.open == nil {
			r.open = r.start(ctx)
		}
		asked = &question[K, V]{key: key, flush: r.open, done: make(chan struct{})}
		r.asking[key] = asked
		r.all.Add(1)
		r.open.add(asked)
	}
	asked.waiting++
	return asked
}

// leave takes a caller away that was cancelled. What nobody waits for any more is not asked.
func (r *reads[K, V]) leave(asked *question[K, V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked.waiting--
	if asked.waiting > 0 || r.asking[asked.key] != asked {
		return
	}
	delete(r.asking, asked.key)
	asked.flush.live--
	if asked.flush.live == 0 {
		r.abandon(asked.flush)
	}
}

// settle answers a question that is still asked.
func (r *reads[K, V]) settle(asked *question[K, V], answer V, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asking[asked.key] != asked {
		return
	}
	delete(r.asking, asked.key)
	asked.flush.live--
	asked.answer, asked.err = answer, err
	close(asked.done)
}

// take is the answer for one caller, and whether nothing was written since it was asked.
func (r *reads[K, V]) take(asked *question[K, V]) (answer V, current bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err = asked.err
	if err != nil {
		asked.err = repeated(err)
	}
	return r.copy(asked.answer), !r.written, err
}

// keep remembers what a Get brought.
func (r *reads[K, V]) keep(read V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.written {
		return
	}
	for _, name := range r.names(read) {
		r.known[name] = read
	}
}

// keepListed remembers what a list brought, but for objects that lack something, and for those that a Get brought. It
// reports whether anything was new.
func (r *reads[K, V]) keepListed(items []V) (news bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.written {
		return false
	}
	for _, item := range items {
		if !r.whole(item, items) {
			continue
		}
		for _, name := range r.names(item) {
			if _, ok := r.known[name]; !ok {
				r.known[name], news = item, true
			}
		}
	}
	return news
}

// unknown settles the questions whose answer is known by now and returns the others, but for those that nobody waits for
// any more.
func (r *reads[K, V]) unknown(asked []*question[K, V]) []*question[K, V] {
	var missing []*question[K, V]
	for _, q := range asked {
		r.mu.Lock()
		answer, ok := r.known[r.name(q.key)]
		awaited := r.asking[q.key] == q
		r.mu.Unlock()
		switch {
		case ok:
			r.settle(q, answer, nil)
		case awaited:
			missing = append(missing, q)
		}
	}
	return missing
}

// left is the error of a caller that was cancelled before it had an answer.
func (r *reads[K, V]) left(ctx context.Context) error {
	return &tenant.Unavailable{Reply: tenant.Reply{Operation: r.operation}, Cause: context.Cause(ctx)}
}

func isThrottled(err error) bool {
	var throttled *tenant.Throttled
	return errors.As(err, &throttled)
}
