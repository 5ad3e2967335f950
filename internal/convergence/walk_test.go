package convergence_test

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// node is a step of a walk of Terraform through its graph.
type node struct {
	after []string    // nodes that must have ended, if there are such
	run   func() bool // reports success
}

// walk runs the nodes in a random order that respects their dependencies, several at the same time. A node whose
// dependency failed is not run.
func walk(nodes map[string]node, parallelism int, random *rand.Rand) {
	type end struct {
		name string
		ok   bool
	}
	waiting, failed, ended := slices.Sorted(maps.Keys(nodes)), map[string]bool{}, make(chan end)
	pending := map[string]bool{} // not ended
	for _, name := range waiting {
		pending[name] = true
	}
	for running := 0; ; {
		var ready []string
		for _, name := range slices.Clone(waiting) {
			after := nodes[name].after
			if slices.ContainsFunc(after, func(other string) bool { return failed[other] }) {
				failed[name], pending[name] = true, false
				waiting = slices.DeleteFunc(waiting, func(other string) bool { return other == name })
			} else if !slices.ContainsFunc(after, func(other string) bool { return pending[other] }) {
				ready = append(ready, name)
			}
		}
		for ; running < parallelism && len(ready) > 0; running++ {
			at := random.IntN(len(ready))
			name := ready[at]
			ready = slices.Delete(ready, at, at+1)
			waiting = slices.DeleteFunc(waiting, func(other string) bool { return other == name })
			go func() { ended <- end{name, nodes[name].run()} }()
		}
		if running == 0 && !slices.ContainsFunc(waiting, func(name string) bool {
			return slices.ContainsFunc(nodes[name].after, func(other string) bool { return failed[other] })
		}) {
			return
		}
		if running > 0 {
			one := <-ended
			running--
			pending[one.name], failed[one.name] = false, !one.ok
		}
	}
}
