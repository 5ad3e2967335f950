package convergence_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// tally counts what scripts did, so that a test can show that it tries what it is about.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (t *tally) add(events ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	for _, event := range events {
		t.counts[event]++
	}
}

// String lists the counts.
func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var text strings.Builder
	for _, event := range slices.Sorted(maps.Keys(t.counts)) {
		fmt.Fprintf(&text, "%6d %s\n", t.counts[event], event)
	}
	return text.String()
}

// count counts a plan and its apply, which is nil if the plan was rejected.
func (t *tally) count(made *plan, applied *outcome) {
	t.add("plans")
	for _, c := range made.changes {
		t.add("change: " + c.action + " " + kindOf(c.address))
	}
	for _, one := range made.errors {
		t.add("plan error: " + one.summary)
	}
	if applied == nil {
		return
	}
	t.add("applies")
	if applied.errors != nil {
		t.add("applies that fail")
	}
	for _, one := range applied.errors {
		t.add("apply error: " + one.address[:strings.Index(one.address, ".")] + ": " + one.summary + ": " + strings.SplitN(one.detail, "\n", 2)[0])
	}
}
