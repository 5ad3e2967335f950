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
	proven map[int]string // name of the test
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
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" {
		if err := guide(*update); err != nil {
			fmt.Fprintln(os.Stderr, "--- FAIL: the reliability guide:", err)
			code = 1
		}
	}
	os.Exit(code)
}
