package transport

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// errBound ends what took longer than an operation may.
var errBound = errors.New("the request timeout of the provider has passed")

// bound limits an operation, with all its waits and retries, to a time.
type bound struct {
	next  Doer
	limit time.Duration
}

func (b *bound) Do(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(r.Context(), b.limit, errBound)
	defer cancel()
	waiting, stop := context.WithTimeoutCause(patience(r.Context()), b.limit, errBound)
	defer stop()
	return b.next.Do(r.WithContext(withPatience(ctx, waiting)))
}
