package planstate_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
)

// TestDependents records the deletion of an object, resources that stay and an API that is created, in every order in which
// a scope that references the API can be planned.
func TestDependents(t *testing.T) {
	parent := planstate.Parent{Type: "timesheets_api", Key: identifier}
	deletion := func(s *planstate.State) []string { return s.PlanParentDelete(parent) }
	kept := func(of planstate.Parent, description string) fact {
		return func(s *planstate.State) []string {
			if s.PlanDependent(of, description) {
				return []string{description}
			}
			return nil
		}
	}
	one, two := kept(parent, "one"), kept(parent, "two")
	for name, c := range map[string]struct {
		facts []fact
		want  []string
	}{
		"deleted alone":               {facts: []fact{deletion}},
		"kept alone":                  {facts: []fact{one, two}},
		"scope is kept":               {[]fact{deletion, one}, []string{"one"}},
		"two are kept":                {[]fact{deletion, one, two}, []string{"one", "two"}},
		"of another API":              {facts: []fact{deletion, kept(planstate.Parent{Type: "timesheets_api", Key: "other"}, "one")}},
		"of a client of the same key": {facts: []fact{deletion, kept(planstate.Parent{Type: "timesheets_client", Key: identifier}, "one")}},
	} {
		t.Run(name, func(t *testing.T) {
			for order := range orders(c.facts) {
				s, all := planstate.New(), map[string]bool{}
				for _, record := range order {
					for _, reported := range record(s) {
						all[reported] = true
					}
				}
				if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, c.want) {
					t.Fatalf("reported %q, want %q", got, c.want)
				}
			}
		})
	}
	s := planstate.New()
	s.PlanCreate(identifier)
	if got := append(one(s), deletion(s)...); len(got) > 0 {
		t.Errorf("reported %q of an API that is created again", got)
	}
}
