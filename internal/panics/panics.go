// Package panics converts a panic of the provider to an error that contains no values.
package panics

import (
	"crypto/rand"
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"
)

// Error describes where the provider failed. It does not contain the message of a panic, which can contain a secret, except
// messages of the Go runtime, which contain only indices and types.
type Error struct {
	ID    string // identifies the panic in the log
	Place string // function, file and line
	Stack string // of the goroutine, without values
}

func (e *Error) Error() string { return "the provider failed at " + e.Place }

// Caught returns the error of a panic. The deferred function must call it directly with the result of recover.
func Caught(cause any) *Error {
	place := origin()
	if fault, ok := cause.(runtime.Error); ok {
		place += " (" + fault.Error() + ")"
	}
	return &Error{ID: rand.Text()[:8], Place: place, Stack: string(debug.Stack())}
}

// origin returns the function, file and line that panicked.
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
