package planstate_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const identifier = "https://api.timesheets.example/v1"

// fact is one call of a resource while it is read or planned. It returns what the resource would report.
type fact func(*planstate.State) []string

func quiet(record func(*planstate.State)) fact {
	return func(s *planstate.State) []string {
		record(s)
		return nil
	}
}

func api(values ...string) tenant.API {
	found := tenant.API{ID: "6543", Identifier: identifier}
	for _, value := range values {
		found.Scopes = append(found.Scopes, tenant.Scope{Value: value})
	}
	return found
}

// planMap is an API that is read, unless it is created, and then planned.
func planMap(created bool, values, removed string) fact {
	return func(s *planstate.State) []string {
		if created {
			s.PlanCreate(identifier)
		} else {
			s.Read(api(append(strings.Fields(values), strings.Fields(removed)...)...))
		}
		said := texts(s.PlanMap(identifier, strings.Fields(values), strings.Fields(removed)))
		managers := s.Managers(identifier)
		if len(managers.Singles) > 0 {
			said = append(said, "managed twice")
		}
		if len(managers.Deleted) > 0 {
			said = append(said, "manager changes")
		}
		return said
	}
}

func grant(client, scopes, added string) fact {
	return func(s *planstate.State) []string {
		return texts(s.PlanGrant(identifier, planstate.GrantScopes{Client: client, Key: client, Scopes: strings.Fields(scopes), Added: strings.Fields(added)}))
	}
}

func texts(found []planstate.Contradiction) []string {
	var said []string
	for _, one := range found {
		said = append(said, fmt.Sprintf("%s: %s unchanged %v", one.Client, one.Scope, one.Unchanged))
	}
	return said
}

func single(value string, created bool) fact {
	return func(s *planstate.State) []string {
		var said []string
		if s.PlanScope(identifier, value, created) {
			said = append(said, "exists")
		}
		if s.Managers(identifier).Map {
			said = append(said, "managed twice")
		}
		return said
	}
}

func singleDeleted(value string) fact {
	return func(s *planstate.State) []string {
		s.PlanScopeDelete(identifier, value)
		if s.Managers(identifier).Map {
			return []string{"manager changes"}
		}
		return nil
	}
}

func released(values ...string) fact {
	return func(s *planstate.State) []string {
		if len(s.PlanMapRelease(identifier, values)) > 0 {
			return []string{"exists"}
		}
		return nil
	}
}

// wantInEachOrder records facts in every order, after objects with the keys were read, and expects what is reported in total.
func wantInEachOrder(t *testing.T, facts []fact, want []string, read ...string) {
	t.Helper()
	for order := range orders(facts) {
		s, all := planstate.New(), map[string]bool{}
		for _, key := range read {
			s.ReadKey(key, false)
		}
		for _, record := range order {
			for _, reported := range record(s) {
				all[reported] = true
			}
		}
		if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, want) {
			t.Fatalf("reported %q, want %q", got, want)
		}
	}
}

// TestOrder records the facts of each plan in every order: Terraform promises none between resources that do not reference
// each other, so what is reported in total must not depend on it.
func TestOrder(t *testing.T) {
	for name, c := range map[string]struct {
		facts []fact
		want  []string
	}{
		"consistent":                  {facts: []fact{planMap(false, "a b", ""), grant("c", "a", "a"), grant("d", "b", "")}},
		"grant adds":                  {[]fact{planMap(false, "a", ""), grant("c", "a x", "x"), grant("d", "a", "a")}, []string{"c: x unchanged false"}},
		"map removes":                 {[]fact{planMap(false, "a", "x"), grant("c", "a x", ""), grant("d", "x", "")}, []string{"c: x unchanged false", "d: x unchanged false"}},
		"map removes, grant likewise": {facts: []fact{planMap(false, "a", "x"), grant("c", "a", "")}},
		"API is created":              {[]fact{planMap(true, "a", ""), grant("c", "x", "")}, []string{"c: x unchanged false"}},
		"unchanged":                   {[]fact{planMap(false, "a", ""), grant("c", "x", "")}, []string{"c: x unchanged true"}},
		"scope added to both":         {facts: []fact{planMap(false, "a new", ""), grant("c", "a new", "new")}},
		"map unknown":                 {facts: []fact{quiet(func(s *planstate.State) { s.PlanUnknownMap(identifier) }), grant("c", "x", "x")}},
		"no map": {facts: []fact{
			quiet(func(s *planstate.State) { s.Read(api("a")) }), grant("c", "a x", "x"), single("x", true), singleDeleted("a"),
		}},
		"map and single":         {[]fact{planMap(false, "a", ""), single("b", true)}, []string{"managed twice"}},
		"map and deleted single": {[]fact{planMap(false, "a", ""), singleDeleted("a")}, []string{"manager changes"}},
		"map and moved single": {
			[]fact{planMap(false, "a", ""), singleDeleted("a"), single("a", true)}, []string{"managed twice", "manager changes"},
		},
		"map to singles":            {[]fact{released("a", "b"), single("a", true)}, []string{"exists"}},
		"map to imported singles":   {facts: []fact{released("a", "b"), single("a", false), single("c", true)}},
		"map released, grant keeps": {facts: []fact{released("a"), grant("c", "a", "")}},
	} {
		t.Run(name, func(t *testing.T) { wantInEachOrder(t, c.facts, c.want) })
	}
}

// TestClaims does the same with what plans do to one key.
func TestClaims(t *testing.T) {
	const create, keep, remove, from, to = planstate.Create, planstate.Keep, planstate.Delete, planstate.ReplaceFrom, planstate.ReplaceTo
	for name, c := range map[string]struct {
		actions []planstate.Action
		want    []planstate.Conflict
	}{
		"one":                        {actions: []planstate.Action{keep}},
		"two are created":            {[]planstate.Action{create, create}, []planstate.Conflict{planstate.Duplicate}},
		"one is there":               {[]planstate.Action{keep, create}, []planstate.Conflict{planstate.Duplicate}},
		"replaced by one there is":   {[]planstate.Action{keep, to}, []planstate.Conflict{planstate.Duplicate}},
		"both are there":             {[]planstate.Action{keep, keep}, []planstate.Conflict{planstate.Shared}},
		"one of two is deleted":      {[]planstate.Action{keep, remove}, []planstate.Conflict{planstate.Lost}},
		"one of two is replaced":     {[]planstate.Action{keep, from}, []planstate.Conflict{planstate.Lost}},
		"both are deleted":           {actions: []planstate.Action{remove, remove}},
		"moved":                      {[]planstate.Action{remove, create}, []planstate.Conflict{planstate.Moved}},
		"shifted to the left":        {[]planstate.Action{remove, to}, []planstate.Conflict{planstate.Exchanged}},
		"shifted to the right":       {[]planstate.Action{from, create}, []planstate.Conflict{planstate.Exchanged}},
		"swapped":                    {[]planstate.Action{from, to}, []planstate.Conflict{planstate.Exchanged}},
		"moved, and created besides": {[]planstate.Action{remove, create, create}, []planstate.Conflict{planstate.Duplicate, planstate.Moved}},
	} {
		t.Run(name, func(t *testing.T) {
			var facts []fact
			for _, action := range c.actions {
				facts = append(facts, func(s *planstate.State) []string {
					var said []string
					for _, conflict := range s.Claim("api a", action) {
						said = append(said, fmt.Sprint(conflict))
					}
					return said
				})
			}
			var want []string
			for _, conflict := range c.want {
				want = append(want, fmt.Sprint(conflict))
			}
			wantInEachOrder(t, facts, want, "api a")
		})
	}
}

// TestImportedTwice: an object that is imported under a second address is a duplicate because of this plan.
func TestImportedTwice(t *testing.T) {
	s := planstate.New()
	s.ReadKey("api a", true)
	if got := append(s.Claim("api a", planstate.Keep), s.Claim("api a", planstate.Keep)...); !slices.Equal(got, []planstate.Conflict{planstate.Duplicate}) {
		t.Errorf("conflicts %v, want a duplicate", got)
	}
}

// TestTheApplyAddsNothing: a process that reads nothing does not repeat the warnings of the plan.
func TestTheApplyAddsNothing(t *testing.T) {
	s := planstate.New()
	s.PlanMap(identifier, []string{"a"}, nil)
	if got := s.PlanGrant(identifier, planstate.GrantScopes{Scopes: []string{"x"}}); len(got) > 0 {
		t.Errorf("an unchanged contradiction is reported: %v", got)
	}
	if got := append(s.Claim("api a", planstate.Keep), s.Claim("api a", planstate.Keep)...); len(got) > 0 {
		t.Errorf("a shared object is reported: %v", got)
	}
	if got := s.PlanGrant(identifier, planstate.GrantScopes{Scopes: []string{"x"}, Added: []string{"x"}}); len(got) != 1 {
		t.Errorf("a value that the plan did not know is not checked: %v", got)
	}
}

// TestUnchangedOnce: Terraform plans a replacement twice.
func TestUnchangedOnce(t *testing.T) {
	s := planstate.New()
	s.Read(api("a"))
	s.PlanMap(identifier, []string{"a"}, nil)
	unchanged := planstate.GrantScopes{Client: "c", Key: "c", Scopes: []string{"x"}}
	if first, second := s.PlanGrant(identifier, unchanged), s.PlanGrant(identifier, unchanged); len(first) != 1 || len(second) != 0 {
		t.Errorf("reported %v, then %v", first, second)
	}
}

func TestUndefined(t *testing.T) {
	s := planstate.New()
	s.Observe(api("observed"))
	s.PlanScope(identifier, "single", true)
	s.PlanMap(identifier, []string{"mapped"}, nil)
	if got := s.Undefined(identifier, []string{"mapped", "observed", "other", "single"}); !slices.Equal(got, []string{"other"}) {
		t.Errorf("undefined: %q", got)
	}
}

// TestConcurrentPlans is for the race detector, and for two facts that are recorded at the same moment: exactly one of the
// two calls reports the contradiction.
func TestConcurrentPlans(t *testing.T) {
	for range 200 {
		s := planstate.New()
		var wg sync.WaitGroup
		var byMap, byGrant []planstate.Contradiction
		wg.Go(func() { byMap = s.PlanMap(identifier, []string{"a"}, nil) })
		wg.Go(func() {
			byGrant = s.PlanGrant(identifier, planstate.GrantScopes{Scopes: []string{"x"}, Added: []string{"x"}})
		})
		wg.Go(func() { s.Read(api("a")) })
		wg.Wait()
		if len(byMap)+len(byGrant) != 1 {
			t.Fatalf("reported %v and %v", byMap, byGrant)
		}
	}
}

func TestLookAlike(t *testing.T) {
	s := planstate.New()
	s.Read(tenant.API{ID: "1", Identifier: "https://api.example/v1"})
	s.PlanCreate("urn:Sheets")
	s.PlanGrantDelete("c", "https://gone.example")
	for identifier, want := range map[string]string{
		"https://api.example/v1/": "https://api.example/v1",
		"https://API.example/v1":  "https://api.example/v1",
		"urn:sheets":              "urn:Sheets",
		"https://api.example/v1":  "",
		"https://api.example/v2":  "",
		"https://gone.example/":   "",
	} {
		if got := s.LookAlike(identifier); got != want {
			t.Errorf("%s looks like %q, want %q", identifier, got, want)
		}
	}
}

// orders are all permutations of facts.
func orders(facts []fact) func(yield func([]fact) bool) {
	return func(yield func([]fact) bool) {
		var extend func(done, rest []fact) bool
		extend = func(done, rest []fact) bool {
			if len(rest) == 0 {
				return yield(done)
			}
			for i := range rest {
				if !extend(append(slices.Clone(done), rest[i]), slices.Delete(slices.Clone(rest), i, i+1)) {
					return false
				}
			}
			return true
		}
		extend(nil, facts)
	}
}

// TestUselessGrant records an API that denies clients and its grants in every order.
func TestUselessGrant(t *testing.T) {
	const identifier = "https://api.example"
	for order := range orders([]fact{
		quiet(func(s *planstate.State) { s.PlanDeniesClients("https://other.example", true) }),
		quiet(func(s *planstate.State) { s.PlanClientGrant("https://third.example") }),
	}) {
		state := planstate.New()
		for _, one := range order {
			one(state)
		}
		first, second, third := state.PlanClientGrant(identifier), state.PlanDeniesClients(identifier, true), state.PlanClientGrant(identifier)
		if first || !second || third {
			t.Errorf("grant first: %v, %v, %v; want one report, of the API", first, second, third)
		}
	}
	state := planstate.New()
	if state.PlanDeniesClients(identifier, true) || !state.PlanClientGrant(identifier) || state.PlanClientGrant(identifier) {
		t.Error("API first: want one report, of the first grant")
	}
	if open := planstate.New(); open.PlanDeniesClients(identifier, false) || open.PlanClientGrant(identifier) {
		t.Error("an API that is open to clients was reported")
	}
}

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
		t.Run(name, func(t *testing.T) { wantInEachOrder(t, c.facts, c.want) })
	}
	s := planstate.New()
	s.PlanCreate(identifier)
	if got := append(one(s), deletion(s)...); len(got) > 0 {
		t.Errorf("reported %q of an API that is created again", got)
	}
}

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
