package conformance

import (
	"context"
	"slices"
)

// question is the check of one fact.
type question struct {
	fact, asks string
	ask        func(s *session, name string)
}

// Facts returns the numbers of the facts that are checked, in order.
func Facts() []string {
	var numbers []string
	for _, q := range questions() {
		numbers = append(numbers, q.fact)
	}
	return numbers
}

// Ask checks every fact and returns the differences between the tenant and FACTS.md. Created objects have the caller's
// prefix, and are deleted again.
func Ask(ctx context.Context, caller Caller) []Difference {
	var differences []Difference
	for _, q := range questions() {
		s := &session{ctx: ctx, caller: caller}
		q.ask(s, caller.Prefix+"_"+q.fact)
		s.clean()
		if s.failed != "" {
			differences = append(differences, Difference{Fact: q.fact, Asks: q.asks, Got: s.failed})
		}
	}
	return differences
}

func questions() []question {
	return slices.Concat(aboutAPIs(), aboutClients(), aboutObjects(), aboutGrants(), aboutOrganizations(), aboutTokens(), aboutProofs())
}
