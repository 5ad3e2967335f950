package management

import (
	"context"
	"errors"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// settling is how long it may take to find out what became of a create whose answer was lost. It does not end when the
// caller cancels: the write was started.
const settling = 30 * time.Second

// creation makes an object that has a natural key: exactly once, or the error tells what is known.
type creation[T any] struct {
	noun, key string
	post      func(ctx context.Context) (T, error)
	find      func(ctx context.Context) (T, error) // by the natural key
	differing func(got T) []string                 // what got has otherwise than it was to be created
	unsure    bool                                 // something was sent that cannot be read back and compared
	found     func(T) tenant.Found
}

// once sends the create. If the response is lost, it looks for the object: if the object exists and is equal in everything
// that was sent, it is the created one; otherwise the create is sent once more. A conflict of the first request is an error,
// because the object existed before.
func (c creation[T]) once(ctx context.Context) (T, error) {
	var none T
	lost := false
	for last := false; ; last = true {
		got, err := c.post(ctx)
		cause := asLost(err)
		lost = lost || cause != nil
		if !lost || cause == nil && !isConflict(err) {
			return got, named(err, c.noun, c.key)
		}
		there, missed := c.look(ctx)
		switch {
		case missed == nil:
			return c.judge(there, err)
		case isNotFound(missed) && cause != nil && !last:
			continue
		}
		return none, named(err, c.noun, c.key)
	}
}

// judge decides about an object that is there after a create that failed with err.
func (c creation[T]) judge(there T, err error) (T, error) {
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
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	return c.find(ctx)
}

// asLost is the error of a request that may have been carried out all the same; nil for any other.
func asLost(err error) *tenant.Unavailable {
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

// replyIn is what the tenant said in a lost answer or a conflict.
func replyIn(err error) tenant.Reply {
	var conflict *tenant.Conflict
	if errors.As(err, &conflict) {
		return conflict.Reply
	}
	if away := asLost(err); away != nil {
		return away.Reply
	}
	return tenant.Reply{}
}
