// Package prefix names the objects that tests create in a tenant, so that leftovers of an interrupted run can be found: Auth0's
// objects have no creation time.
package prefix

import (
	"crypto/rand"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

// RunVariable is the environment variable with the ID of a run, which all its test processes share: 1 to 20 lower-case letters
// and digits. Without it, each process is a run of its own.
const RunVariable = "TIMESHEETS_TEST_RUN"

const layout = "0601021504" // UTC, to the minute

// run returns the start of a run, as a test process sees it, and its ID.
var run = sync.OnceValues(func() (time.Time, string) {
	id := os.Getenv(RunVariable)
	if !idPattern.MatchString(id) {
		id = random()
	}
	return time.Now().UTC(), id
})

var (
	idPattern = regexp.MustCompile(`^[a-z0-9]{1,20}$`)
	pattern   = regexp.MustCompile(`^acc-(\d{10})-([a-z0-9]{1,20})-[a-z2-7]{8}(?:[^a-z0-9-]|$)`)
)

// New returns a prefix for the objects of one test, such as acc-2611300222-k3f9qx2a-b7xq2wze: the start of the run, the ID of the
// run and a random part. It consists of characters that can be part of a host name.
func New() string {
	start, id := run()
	return "acc-" + start.Format(layout) + "-" + id + "-" + random()
}

func random() string { return strings.ToLower(rand.Text()[:8]) }

// Parse returns the start and the ID of the run that created an object with this name or identifier. The prefix must be at the
// beginning, or follow https:// or urn: in an identifier.
func Parse(name string) (start time.Time, id string, ok bool) {
	for _, scheme := range []string{"https://", "urn:"} {
		if rest, found := strings.CutPrefix(name, scheme); found {
			name = rest
			break
		}
	}
	match := pattern.FindStringSubmatch(name)
	if match == nil {
		return time.Time{}, "", false
	}
	start, err := time.Parse(layout, match[1])
	return start, match[2], err == nil
}
