package transport

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// Call is what the chain must know of a request besides the request itself.
type Call struct {
	Operation  string         // for errors and the log, such as "create API"
	Secrets    []secret.Value // what the request carries and no error may show
	KeepSecret bool           // the answer's client_secret is wanted; everything else secret is taken out all the same
	Repeatable bool           // a POST that does no harm when it happens twice
	Once       bool           // a PATCH or DELETE that must not be sent again when it may have arrived
}

type (
	callKey     struct{}
	patienceKey struct{}
)

// Read is the context of a request that changes nothing.
func Read(ctx context.Context, call Call) context.Context {
	return context.WithValue(ctx, callKey{}, call)
}

// Write is the context of a request that changes something. Until it is sent it waits no longer than ctx; once sent, it
// is finished whatever becomes of ctx, so that what the tenant did is known.
func Write(ctx context.Context, call Call) context.Context {
	return withPatience(Read(context.WithoutCancel(ctx), call), ctx)
}

func callOf(ctx context.Context) Call {
	call, _ := ctx.Value(callKey{}).(Call)
	return call
}

// patience is the context that waiting, as opposed to sending, goes by.
func patience(ctx context.Context) context.Context {
	if waiting, ok := ctx.Value(patienceKey{}).(context.Context); ok {
		return waiting
	}
	return ctx
}

func withPatience(ctx, waiting context.Context) context.Context {
	return context.WithValue(ctx, patienceKey{}, waiting)
}

// upTo is a random part of most, so that many who fail together do not come back together.
func upTo(most time.Duration) time.Duration {
	return rand.N(most) //nolint:gosec // nothing depends on its secrecy
}

// Pause waits, unless ctx ends first. A wait that would outlast the deadline of ctx fails at once.
func Pause(ctx context.Context, wait time.Duration) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return context.DeadlineExceeded
	}
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
