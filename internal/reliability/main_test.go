package reliability_test

import (
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the table of the reliability guide from what this run proves")

// outcomes are what the tests of this run proved, by the number of the fault.
var outcomes struct {
	sync.Mutex
	proven  map[int]string // name of the test
	partial bool           // something could not be tried here
}

// proves notes that a test is the one of a fault, and, once it has passed, that it proved it. It runs beside others.
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

// whole reports whether all tests ran, to the end.
func whole() bool {
	for _, chosen := range []string{"test.run", "test.skip", "test.list"} {
		if flag.Lookup(chosen).Value.String() != "" {
			return false
		}
	}
	outcomes.Lock()
	defer outcomes.Unlock()
	return !outcomes.partial
}

// TestMain runs the tests, and holds the guide against what they proved when all of them ran.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "6"); err != nil { // they mostly wait for processes
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if box, err := provide(); err == nil {
		_ = os.RemoveAll(box.folder)
	}
	if code == 0 && whole() {
		if err := guide(*update); err != nil {
			fmt.Fprintln(os.Stderr, "--- FAIL: the reliability guide:", err)
			code = 1
		}
	}
	os.Exit(code)
}
