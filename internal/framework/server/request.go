package server

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"
)

// request is the context of a request of Terraform that lets go of all that came with it once it is answered. The
// framework keeps the contexts of all that it has served, to cancel them when it is stopped, and with each context its
// loggers: of a large plan they would be most of what is held.
type request struct {
	ended <-chan struct{}
	from  atomic.Pointer[context.Context]
}

func newRequest(ctx context.Context) *request {
	r := &request{ended: ctx.Done()}
	r.from.Store(&ctx)
	return r
}

// answered lets go. What goes on for others from then on has the values of another request, so that it is logged.
func (r *request) answered(other *context.Context) { r.from.Store(other) }

// Deadline implements context.Context.
func (r *request) Deadline() (time.Time, bool) { return (*r.from.Load()).Deadline() }

// Done implements context.Context.
func (r *request) Done() <-chan struct{} { return r.ended }

// Err implements context.Context.
func (r *request) Err() error {
	select {
	case <-r.ended:
		return cmp.Or((*r.from.Load()).Err(), context.Canceled)
	default:
		return nil
	}
}

// Value implements context.Context.
func (r *request) Value(key any) any { return (*r.from.Load()).Value(key) }
