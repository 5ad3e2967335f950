package tenant

import "context"

// Purpose is what a read is for. Who shares reads needs it to know how long an answer is good.
type Purpose int

// The purposes.
const (
	Anything Purpose = iota // of a read that says nothing of itself
	Refresh                 // what a state holds is compared with the tenant: nobody is writing yet
	LookUp                  // somebody wants to know how things are now, maybe after others wrote
)

type purposeKey struct{}

// ReadFor returns a context whose reads have a purpose.
func ReadFor(ctx context.Context, purpose Purpose) context.Context {
	return context.WithValue(ctx, purposeKey{}, purpose)
}

// PurposeOf is what the reads of a context are for.
func PurposeOf(ctx context.Context) Purpose {
	purpose, _ := ctx.Value(purposeKey{}).(Purpose)
	return purpose
}
