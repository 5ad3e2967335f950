// Package planstate records what one configured provider has read and planned about the APIs of its tenant: which scopes each
// of them has, how completely those are known, and who owns them. Plans ask it instead of the tenant.
package planstate

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// State keeps one account per API, by identifier. It makes no calls and is safe for concurrent use.
type State struct {
	mu        sync.Mutex
	accounts  map[string]*account
	protected map[string][]byte
}

// Knowledge says how completely the scopes of an API are known.
type Knowledge uint8

// How completely the scopes of an API are known.
const (
	None   Knowledge = iota // nothing was read or planned
	Partly                  // the values are a part, or out of date: others may exist or come
	Fully                   // the values were read from the tenant, or planned by the map that owns them all
)

// Owners says who manages the scopes of an API in this configuration. All lists are sorted.
type Owners struct {
	Map     bool     // the `scopes` of the API itself
	Singles []string // single-scope resources that stay or come, by the value of their scope
	Leaving []string // scopes that a single-scope resource plans to remove and no other plans to have
}

// account is what is known of one API. Planned facts and read facts are kept apart, because Terraform reads some
// resources after it planned others: what a plan said must survive a later read.
type account struct {
	fresh    bool
	leaving  bool // a grant on the API is planned to go
	read     []string
	wasRead  bool
	owner    ownership
	owned    []string
	singles  map[string]bool // planned to be there
	removals map[string]bool // planned to go
}

type ownership uint8

const (
	notOwned ownership = iota
	ownedLater
	ownedNow
)

// New returns an empty state.
func New() *State { return &State{accounts: map[string]*account{}, protected: map[string][]byte{}} }

// Read notes an API as the tenant has it. It does not override a plan: the scopes of an API that is planned to be made
// again are not those of its predecessor, which other resources may still read.
func (l *State) Read(api tenant.API) {
	l.note(api.Identifier, func(a *account) {
		a.read, a.wasRead = tenant.ScopeValues(api.Scopes), true
	})
}

// PlanOwned notes that the API's own map shall hold exactly the scopes of these values.
func (l *State) PlanOwned(identifier string, values []string) {
	l.note(identifier, func(a *account) { a.owner, a.owned = ownedNow, slices.Clone(values) })
}

// PlanOwnedLater notes that the API's own map owns the scopes, but is known only when the plan is applied.
func (l *State) PlanOwnedLater(identifier string) {
	l.note(identifier, func(a *account) { a.owner, a.owned = ownedLater, nil })
}

// PlanSingle notes that a single-scope resource shall have the scope of this value, new or as it is.
func (l *State) PlanSingle(identifier, value string) {
	l.note(identifier, func(a *account) { a.singles[value] = true })
}

// PlanRemove notes that a single-scope resource shall remove its scope. A resource that plans to have the same scope
// outweighs it, in whatever order the two are planned: so two resources may exchange their values.
func (l *State) PlanRemove(identifier, value string) {
	l.note(identifier, func(a *account) { a.removals[value] = true })
}

// PlanFresh notes that the API is made, or made again, by this plan and starts without any scope read so far.
func (l *State) PlanFresh(identifier string) {
	l.note(identifier, func(a *account) { a.fresh = true })
}

// WasRead reports whether this process read the API. One that only carries out a plan reads nothing.
func (l *State) WasRead(identifier string) bool {
	return ask(l, identifier, func(a *account) bool { return a.wasRead })
}

// PlanGrantRemove notes that a grant on the API is planned to go.
func (l *State) PlanGrantRemove(identifier string) {
	l.note(identifier, func(a *account) { a.leaving = true })
}

// GrantLeaves reports whether a grant on the API is planned to go.
func (l *State) GrantLeaves(identifier string) bool {
	return ask(l, identifier, func(a *account) bool { return a.leaving })
}

// Fresh reports whether this plan makes the API, so that its single scopes have to be made again too.
func (l *State) Fresh(identifier string) bool {
	return ask(l, identifier, func(a *account) bool { return a.fresh })
}

// LookAlike is an API that was read or planned and whose identifier differs from the given one only in letter case or in
// slashes at its end; empty where there is none. The tenant takes the two for different ones.
func (l *State) LookAlike(identifier string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	plain := func(text string) string { return strings.ToLower(strings.TrimRight(text, "/")) }
	for _, other := range slices.Sorted(maps.Keys(l.accounts)) {
		known := l.accounts[other].wasRead || l.accounts[other].fresh
		if known && other != identifier && plain(other) == plain(identifier) {
			return other
		}
	}
	return ""
}

// Owners tells who manages the scopes of the API, as far as was planned until now. A map and singles on one API, or a
// map and a scope that leaves, contradict each other; whichever is planned second sees both.
func (l *State) Owners(identifier string) Owners {
	return ask(l, identifier, func(a *account) Owners {
		return Owners{
			Map:     a.owner != notOwned,
			Singles: sorted(a.singles),
			Leaving: slices.DeleteFunc(sorted(a.removals), func(value string) bool { return a.singles[value] }),
		}
	})
}

// Scopes are the values that the API is known to have once this plan is applied, sorted, and how completely. With
// [Fully] a value that is missing does not exist, except where a single-scope resource is planned only later: who
// refuses a value tells the user to refer to that resource, which makes Terraform plan it first.
func (l *State) Scopes(identifier string) ([]string, Knowledge) {
	type scopes struct {
		values []string
		known  Knowledge
	}
	found := ask(l, identifier, func(a *account) scopes {
		values, known := a.scopes()
		return scopes{values, known}
	})
	return found.values, found.known
}

func (a *account) scopes() ([]string, Knowledge) {
	values, known := map[string]bool{}, None
	switch {
	case a.owner == ownedNow:
		for _, value := range a.owned {
			values[value] = true
		}
		return sorted(values), Fully
	case a.owner == ownedLater, a.fresh, len(a.singles) > 0 && !a.wasRead:
		known = Partly
	case a.wasRead:
		known = Fully
	}
	if a.wasRead && !a.fresh && a.owner == notOwned {
		for _, value := range a.read {
			values[value] = !a.removals[value]
		}
	}
	maps.Copy(values, a.singles)
	maps.DeleteFunc(values, func(_ string, there bool) bool { return !there })
	return sorted(values), known
}

func (l *State) note(identifier string, write func(*account)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.accounts[identifier]
	if found == nil {
		found = &account{singles: map[string]bool{}, removals: map[string]bool{}}
		l.accounts[identifier] = found
	}
	write(found)
}

func ask[T any](l *State, identifier string, read func(*account) T) T {
	l.mu.Lock()
	defer l.mu.Unlock()
	if found := l.accounts[identifier]; found != nil {
		return read(found)
	}
	return read(&account{})
}

func sorted(values map[string]bool) []string { return slices.Sorted(maps.Keys(values)) }
