package planstate_test

import (
	"slices"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
)

// TestShared plans an API and a grant in the walks of one shared process. Each walk is compared only with itself.
func TestShared(t *testing.T) {
	s := planstate.NewShared()
	parent := planstate.Parent{Type: "timesheets_api", Key: identifier}
	plan := func(action planstate.Action, scope string) (conflicts []planstate.Conflict, contradictions []string) {
		conflicts = s.Claim("api", action)
		contradictions = texts(s.PlanMap(identifier, []string{"a"}, nil))
		conflicts = append(conflicts, s.Claim("grant", action)...)
		contradictions = append(contradictions, grant("c", scope, scope)(s)...)
		s.PlanDependent(parent, "grant")
		return conflicts, contradictions
	}
	read := func() {
		s.Read(api("a"))
		s.ReadKey("api", false)
	}
	check := func(walk string, conflicts []planstate.Conflict, contradictions, want []string) {
		t.Helper()
		if len(conflicts) > 0 || !slices.Equal(contradictions, want) {
			t.Errorf("%s: conflicts %v, contradictions %q, want none and %q", walk, conflicts, contradictions, want)
		}
	}
	conflicts, contradictions := plan(planstate.Create, "a")
	check("first plan", conflicts, contradictions, nil)
	check("its apply", s.Claim("grant", planstate.Create), nil, nil)
	read()
	conflicts, contradictions = plan(planstate.Keep, "x")
	check("misspelled scope", conflicts, contradictions, []string{"c: x unchanged false"})
	read()
	conflicts, contradictions = plan(planstate.Keep, "a")
	check("corrected scope", conflicts, contradictions, nil)
	if !slices.Equal(s.ReadScopes(identifier), []string{"a"}) {
		t.Error("what was read is forgotten")
	}
	conflicts = slices.Concat(s.Claim("grant", planstate.Delete), s.Claim("api", planstate.Delete))
	check("destroy", conflicts, s.PlanParentDelete(parent), nil)
}
