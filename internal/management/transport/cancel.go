package transport

import (
	"context"
	"errors"
	"fmt"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// cancelled reports whether it was the caller who ended ctx, and not a limit of ours.
func cancelled(ctx context.Context) bool {
	return errors.Is(ctx.Err(), context.Canceled)
}

// ended is the error of a request that was not sent because ctx, by which it waited, ended.
func ended(ctx context.Context, operation string) *failure {
	if cancelled(ctx) {
		return &failure{err: fmt.Errorf("%s: %w", operation, ctx.Err()), unsent: true, final: true}
	}
	return &failure{
		err:    &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: context.Cause(ctx)},
		unsent: true, final: true, waited: true,
	}
}
