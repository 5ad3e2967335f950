package tenant

import "context"

// Purpose is the purpose of a read. It decides how long a shared response can be used.
type Purpose int

// Purposes of reads.
const (
	Anything Purpose = iota // not specified
	Refresh                 // refreshes the state before this process writes
	LookUp                  // reads the current values, possibly after other writes
)

type purposeKey struct{}

// ReadFor returns a context whose reads have the purpose.
func ReadFor(ctx context.Context, purpose Purpose) context.Context {
	return context.WithValue(ctx, purposeKey{}, purpose)
}

// PurposeOf returns the purpose of the reads of a context.
func PurposeOf(ctx context.Context) Purpose {
	purpose, _ := ctx.Value(purposeKey{}).(Purpose)
	return purpose
}
