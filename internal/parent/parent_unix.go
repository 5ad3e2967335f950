//go:build unix

package parent

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// interval is how often the parent is compared.
const interval = 500 * time.Millisecond

// newWait returns a function that waits until the parent is another process, and then reports true. The system gives a
// process without a parent to process 1 or to a subreaper. A parent that is process 1 from the beginning, as Terraform
// in a container can be, never changes. SIGPIPE is ignored, because a message to the log, which the parent no longer
// reads, would otherwise end this process at once.
func newWait() func() bool {
	first := os.Getppid()
	signal.Ignore(syscall.SIGPIPE)
	return func() bool {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for os.Getppid() == first {
			<-tick.C
		}
		return true
	}
}
