package coalesce

import (
	"context"

	"github.com/timesheets/terraform-provider-timesheets/internal/defect"
)

// caught is ask with its panics made errors for all who wait for the answer: what is asked for together runs apart from
// any request of Terraform, where a panic would end the process.
func caught[Q, A any](ask func(context.Context, Q) (A, error)) func(context.Context, Q) (A, error) {
	return func(ctx context.Context, question Q) (answer A, err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = defect.Caught(cause)
			}
		}()
		return ask(ctx, question)
	}
}
