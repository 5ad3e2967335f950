package conformance

import (
	"context"
	"slices"
)

// question is one fact as it can be asked.
type question struct {
	fact, asks string
	ask        func(s *session, name string)
}

// Facts are the numbers that are asked, in their order.
func Facts() []string {
	var numbers []string
	for _, q := range questions() {
		numbers = append(numbers, q.fact)
	}
	return numbers
}

// Ask asks every question and returns what differs; nothing when the tenant is as FACTS.md says. What a question makes
// carries the caller's prefix, and is gone afterwards.
func Ask(ctx context.Context, caller Caller) []Difference {
	var differences []Difference
	for _, q := range questions() {
		s := &session{ctx: ctx, caller: caller}
		q.ask(s, caller.Prefix+"-"+q.fact)
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
