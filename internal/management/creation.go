package management

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// findLostTimeout is the time limit for determining the result of a create whose response was lost. It does not end if the caller cancels,
// because the write was sent.
const findLostTimeout = 30 * time.Second

// creation creates an object with a natural key exactly once; otherwise its error describes what is known.
type creation[T any] struct {
	noun, key string
	post      func(ctx context.Context) (T, error)
	find      func(ctx context.Context) (T, error) // by the natural key
	differing func(got T) []string                 // names of the members of got whose values differ from the create
	unsure    bool                                 // the request contains something that cannot be read and compared
	found     func(T) tenant.Found
}

// once sends the create. If the response is lost, it looks for the object: if the object exists and is equal in everything
// that was sent, it is the created one; otherwise the create is sent once more. A conflict of the first request is an error,
// because the object existed before.
func (c creation[T]) once(ctx context.Context) (T, error) {
	var none T
	var first error // of the request whose response was lost
	for last := false; ; last = true {
		got, err := c.post(ctx)
		cause := outcomeUnknown(err)
		if cause != nil && first == nil {
			first = err
		}
		if first == nil || cause == nil && !isConflict(err) {
			return got, withObject(stillUnknown(first, err), c.noun, c.key)
		}
		there, missed := c.look(ctx)
		switch {
		case missed == nil:
			return c.resolve(there, err)
		case isNotFound(missed) && cause != nil && !last:
			continue
		}
		return none, withObject(err, c.noun, c.key)
	}
}

// resolve decides whether an object that exists after a failed create is the created one.
func (c creation[T]) resolve(there T, err error) (T, error) {
	var none T
	if len(c.differing(there)) > 0 {
		return none, &tenant.Conflict{Reply: replyIn(err), Noun: c.noun, Key: c.key}
	}
	if c.unsure {
		return none, &tenant.Ambiguous{Reply: replyIn(err), Noun: c.noun, Key: c.key, Found: []tenant.Found{c.found(there)}, Lost: true}
	}
	return there, nil
}

func (c creation[T]) look(ctx context.Context) (T, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), findLostTimeout)
	defer cancel()
	return c.find(ctx)
}

// stillUnknown returns the error of a create that was sent again after its response was lost. If the tenant did not process the second
// request, the first one can still have taken effect after the look-up: its error is returned.
func stillUnknown(first, second error) error {
	var throttled *tenant.Throttled
	var unsent *tenant.Unavailable
	if first != nil && (errors.As(second, &throttled) || errors.As(second, &unsent)) {
		return first
	}
	return second
}

// outcomeUnknown returns the error of a request that may have taken effect, or nil for any other error.
func outcomeUnknown(err error) *tenant.Unavailable {
	var away *tenant.Unavailable
	if errors.As(err, &away) && away.Unsettled {
		return away
	}
	return nil
}

func isConflict(err error) bool {
	var conflict *tenant.Conflict
	return errors.As(err, &conflict)
}

// replyIn returns the reply of a lost response or a conflict.
func replyIn(err error) tenant.Reply {
	var conflict *tenant.Conflict
	if errors.As(err, &conflict) {
		return conflict.Reply
	}
	if away := outcomeUnknown(err); away != nil {
		return away.Reply
	}
	return tenant.Reply{}
}

// propagationDelay is how long a new object can be invisible to parts of the tenant.
const propagationDelay = time.Minute

// recent records what this process has just created.
type recent struct {
	mu   sync.Mutex
	made map[string]time.Time
}

func newRecent() *recent { return &recent{made: map[string]time.Time{}} }

func (r *recent) note(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made[key] = time.Now()
}

func (r *recent) any(keys ...string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range keys {
		if made, ok := r.made[key]; ok && time.Since(made) < propagationDelay {
			return true
		}
	}
	return false
}
