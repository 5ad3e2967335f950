package planstate_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const identifier = "https://api.timesheets.example/v1"

// note is one entry a resource makes while it is read or planned.
type note func(*planstate.State)

func read(values ...string) note {
	api := tenant.API{ID: "6543", Identifier: identifier}
	for _, value := range values {
		api.Scopes = append(api.Scopes, tenant.Scope{Value: value})
	}
	return func(l *planstate.State) { l.Read(api) }
}

func owned(values ...string) note {
	return func(l *planstate.State) { l.PlanOwned(identifier, values) }
}

func single(value string) note { return func(l *planstate.State) { l.PlanSingle(identifier, value) } }
func remove(value string) note { return func(l *planstate.State) { l.PlanRemove(identifier, value) } }
func later(l *planstate.State) { l.PlanOwnedLater(identifier) }
func fresh(l *planstate.State) { l.PlanFresh(identifier) }

// TestWhatIsKnown makes the notes of each case in every order: Terraform promises none between resources that do not
// refer to one another, so the answers may not depend on it.
func TestWhatIsKnown(t *testing.T) {
	for name, want := range map[string]struct {
		notes  []note
		values []string
		known  planstate.Knowledge
		owners planstate.Owners
		fresh  bool
	}{
		"nothing":        {known: planstate.None},
		"read":           {notes: []note{read("b", "a")}, values: []string{"a", "b"}, known: planstate.Fully},
		"read, no scope": {notes: []note{read()}, known: planstate.Fully},
		"map alone": {
			notes: []note{owned("b", "a")}, values: []string{"a", "b"}, known: planstate.Fully,
			owners: planstate.Owners{Map: true},
		},
		"map replaces what was read": {
			notes: []note{read("old", "a"), owned("a", "new")}, values: []string{"a", "new"}, known: planstate.Fully,
			owners: planstate.Owners{Map: true},
		},
		"map of no scopes": {
			notes: []note{read("old"), owned()}, known: planstate.Fully, owners: planstate.Owners{Map: true},
		},
		"map known after apply": {
			notes: []note{read("old"), later}, known: planstate.Partly, owners: planstate.Owners{Map: true},
		},
		"singles alone": {
			notes: []note{single("b"), single("a")}, values: []string{"a", "b"}, known: planstate.Partly,
			owners: planstate.Owners{Singles: []string{"a", "b"}},
		},
		"single on an API that was read": {
			notes: []note{read("a"), single("b")}, values: []string{"a", "b"}, known: planstate.Fully,
			owners: planstate.Owners{Singles: []string{"b"}},
		},
		"single that leaves": {
			notes: []note{read("a", "b"), remove("b")}, values: []string{"a"}, known: planstate.Fully,
			owners: planstate.Owners{Leaving: []string{"b"}},
		},
		"single that leaves, nothing read": {
			notes: []note{remove("b")}, known: planstate.None, owners: planstate.Owners{Leaving: []string{"b"}},
		},
		"two singles exchange their values": {
			notes:  []note{read("a", "b"), remove("a"), single("b"), single("a")},
			values: []string{"a", "b"}, known: planstate.Fully,
			owners: planstate.Owners{Singles: []string{"a", "b"}},
		},
		"both forms": {
			notes: []note{owned("a"), single("b")}, values: []string{"a"}, known: planstate.Fully,
			owners: planstate.Owners{Map: true, Singles: []string{"b"}},
		},
		"map takes over from a single that leaves": {
			notes: []note{read("a"), owned("a"), remove("a")}, values: []string{"a"}, known: planstate.Fully,
			owners: planstate.Owners{Map: true, Leaving: []string{"a"}},
		},
		"fresh": {notes: []note{fresh}, known: planstate.Partly, fresh: true},
		"made again with its map": {
			notes: []note{read("old"), fresh, owned("a")}, values: []string{"a"}, known: planstate.Fully,
			owners: planstate.Owners{Map: true}, fresh: true,
		},
		"made again, singles": {
			notes: []note{read("old", "a"), fresh, single("a")}, values: []string{"a"}, known: planstate.Partly,
			owners: planstate.Owners{Singles: []string{"a"}}, fresh: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			for order := range orders(want.notes) {
				l := planstate.New()
				for _, note := range order {
					note(l)
				}
				values, known := l.Scopes(identifier)
				if !slices.Equal(values, want.values) || known != want.known {
					t.Errorf("Scopes() = %q, %v, want %q, %v", values, known, want.values, want.known)
				}
				if got := l.Owners(identifier); fmt.Sprint(got) != fmt.Sprint(want.owners) {
					t.Errorf("Owners() = %+v, want %+v", got, want.owners)
				}
				if got := l.Fresh(identifier); got != want.fresh {
					t.Errorf("Fresh() = %v, want %v", got, want.fresh)
				}
			}
		})
	}
}

// orders are all permutations of notes.
func orders(notes []note) func(yield func([]note) bool) {
	return func(yield func([]note) bool) {
		var extend func(done, rest []note) bool
		extend = func(done, rest []note) bool {
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
		extend(nil, notes)
	}
}

func TestTheLastReadCounts(t *testing.T) {
	l := planstate.New()
	read("old", "a")(l)
	read("a")(l)
	if values, known := l.Scopes(identifier); !slices.Equal(values, []string{"a"}) || known != planstate.Fully {
		t.Errorf("Scopes() = %q, %v after a second read, want [a], fully known", values, known)
	}
}

func TestAPIsAreKeptApart(t *testing.T) {
	l := planstate.New()
	owned("a")(l)
	fresh(l)
	other := identifier + "/"
	if values, known := l.Scopes(other); len(values) != 0 || known != planstate.None || l.Owners(other).Map || l.Fresh(other) {
		t.Errorf("an identifier that nobody noted has scopes %q, known %v, owners %+v", values, known, l.Owners(other))
	}
}

func TestCallersKeepTheirSlices(t *testing.T) {
	l, given := planstate.New(), []string{"a"}
	l.PlanOwned(identifier, given)
	given[0] = "changed by the caller"
	got, _ := l.Scopes(identifier)
	got[0] = "changed by the asker"
	if values, _ := l.Scopes(identifier); !slices.Equal(values, []string{"a"}) {
		t.Errorf("Scopes() = %q: the state shares a slice with its callers", values)
	}
}

// TestConcurrentPlans is for the race detector, and for both forms on one API planned at the same moment: one of the
// two must see the other.
func TestConcurrentPlans(t *testing.T) {
	for range 200 {
		l := planstate.New()
		var wg sync.WaitGroup
		var mapSaw, singleSaw bool
		wg.Go(func() { owned("a")(l); mapSaw = len(l.Owners(identifier).Singles) > 0 })
		wg.Go(func() { single("b")(l); singleSaw = l.Owners(identifier).Map })
		wg.Go(func() { read("a")(l); l.Scopes(identifier) })
		wg.Wait()
		if !mapSaw && !singleSaw {
			t.Fatal("both forms were planned and neither plan saw the other")
		}
	}
}

func TestReadsAndLeavingGrants(t *testing.T) {
	l := planstate.New()
	l.PlanOwned("urn:a", []string{"x"})
	if l.WasRead("urn:a") || l.GrantLeaves("urn:a") {
		t.Error("what was only planned counts as read, or as leaving")
	}
	l.Read(tenant.API{Identifier: "urn:a"})
	l.PlanGrantRemove("urn:a")
	if !l.WasRead("urn:a") || !l.GrantLeaves("urn:a") {
		t.Error("a read, or a grant that leaves, is forgotten")
	}
	if l.WasRead("urn:b") || l.GrantLeaves("urn:b") {
		t.Error("another API is taken for it")
	}
}

func TestLookAlike(t *testing.T) {
	l := planstate.New()
	l.Read(tenant.API{ID: "1", Identifier: "https://api.example/v1"})
	l.PlanFresh("urn:Sheets")
	l.PlanGrantRemove("https://gone.example")
	for identifier, want := range map[string]string{
		"https://api.example/v1/": "https://api.example/v1",
		"https://API.example/v1":  "https://api.example/v1",
		"urn:sheets":              "urn:Sheets",
		"https://api.example/v1":  "",
		"https://api.example/v2":  "",
		"https://gone.example/":   "",
	} {
		if got := l.LookAlike(identifier); got != want {
			t.Errorf("%s looks like %q, want %q", identifier, got, want)
		}
	}
}
