package server

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"
)

// request is the context of a request of Terraform, which releases the values of the request after the response. The framework keeps
// the context of every request, to cancel it when the provider stops, and the loggers in these contexts would need most of the memory
// of a large plan.
type request struct {
	ended <-chan struct{}
	from  atomic.Pointer[context.Context]
}

func newRequest(ctx context.Context) *request {
	r := &request{ended: ctx.Done()}
	r.from.Store(&ctx)
	return r
}

// answered releases the values. Work that continues uses those of another request, so that it is logged.
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
