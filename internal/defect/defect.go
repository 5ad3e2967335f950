// Package defect is a panic of the provider as an error that shows no values.
package defect

import (
	"crypto/rand"
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"
)

// Error tells where the provider failed. The message of a panic is anybody's and may hold a secret, so it is not kept;
// that of the runtime names indices and types alone.
type Error struct {
	ID    string // finds the defect in the log again
	Place string // function, file and line
	Stack string // of the goroutine, without values
}

func (e *Error) Error() string { return "the provider failed at " + e.Place }

// Caught is the error of a panic. It is called with what recover returned, from the deferred function itself.
func Caught(cause any) *Error {
	place := origin()
	if fault, ok := cause.(runtime.Error); ok {
		place += " (" + fault.Error() + ")"
	}
	return &Error{ID: rand.Text()[:8], Place: place, Stack: string(debug.Stack())}
}

// origin is the function, file and line that panicked.
func origin() string {
	counters := make([]uintptr, 64)
	frames := runtime.CallersFrames(counters[:runtime.Callers(1, counters)])
	for panicking := false; ; {
		frame, more := frames.Next()
		if panicking && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s, %s:%d", path.Base(frame.Function), path.Base(frame.File), frame.Line)
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}
