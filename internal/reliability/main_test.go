package reliability_test

import (
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the table of the reliability guide from what this run proves")

// outcomes contains the results of the tests of this run, by the number of the fault.
var outcomes struct {
	sync.Mutex
	proven  map[int]string // name of the test
	partial bool           // a part of the test was skipped
}

// proves registers the test of a fault, and its success at the end. The test runs in parallel with others.
func proves(t *testing.T, number int) {
	t.Helper()
	t.Parallel()
	t.Cleanup(func() {
		if t.Failed() || t.Skipped() {
			return
		}
		outcomes.Lock()
		defer outcomes.Unlock()
		if outcomes.proven == nil {
			outcomes.proven = map[int]string{}
		}
		outcomes.proven[number] = t.Name()
	})
}

// complete reports whether all tests ran to the end.
func complete() bool {
	for _, chosen := range []string{"test.run", "test.skip", "test.list"} {
		if flag.Lookup(chosen).Value.String() != "" {
			return false
		}
	}
	outcomes.Lock()
	defer outcomes.Unlock()
	return !outcomes.partial
}

// TestMain runs the tests, and compares the guide with their results if all of them ran.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "6"); err != nil { // they mostly wait for processes
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(binaries)
	if code == 0 && complete() {
		if err := guide(*update); err != nil {
			fmt.Fprintln(os.Stderr, "--- FAIL: the reliability guide:", err)
			code = 1
		}
	}
	os.Exit(code)
}
