package planstate

import (
	"cmp"
	"slices"
)

// scopeMap is the `scopes` of an API as this plan makes them.
type scopeMap struct {
	planned bool // the configuration sets `scopes`
	known   bool // their values are known in this plan
	values  []string
	removed []string // values that this plan removes
}

// GrantScopes is what this plan makes of the scopes of a client grant.
type GrantScopes struct {
	Client string   // id of the client; empty if it is not known yet
	Key    string   // distinguishes the grants of an API
	Scopes []string // all scopes
	Added  []string // those that this plan adds
}

// Contradiction is a scope of a grant that the `scopes` of its API do not define.
type Contradiction struct {
	Client    string
	Scope     string
	Unchanged bool // both sides were so before this plan, which must not be rejected for it
}

// PlanMap records that the `scopes` of an API shall be exactly these values, and which of its present scopes the plan
// removes.
func (s *State) PlanMap(identifier string, values, removed []string) []Contradiction {
	return query(s, identifier, func(a *apiState) []Contradiction {
		a.managed = scopeMap{planned: true, known: true, values: slices.Clone(values), removed: slices.Clone(removed)}
		var found []Contradiction
		for _, grant := range a.grants {
			found = append(found, a.contradictions(grant)...)
		}
		slices.SortFunc(found, func(x, y Contradiction) int {
			return cmp.Or(cmp.Compare(x.Scope, y.Scope), cmp.Compare(x.Client, y.Client))
		})
		return found
	})
}

// PlanUnknownMap records that the configuration sets the `scopes` of an API, whose values are not known in this plan.
func (s *State) PlanUnknownMap(identifier string) {
	s.update(identifier, func(a *apiState) { a.managed = scopeMap{planned: true} })
}

// PlanGrant records the scopes of a grant that exists after this plan. A second plan of the same grant replaces the first.
func (s *State) PlanGrant(identifier string, grant GrantScopes) []Contradiction {
	return query(s, identifier, func(a *apiState) []Contradiction {
		a.grants[grant.Key] = grant
		return a.contradictions(grant)
	})
}

// contradictions returns the scopes of a grant that the map does not define. Unchanged ones are returned once, and only
// in a process that reads: the apply has nothing to add to the plan.
func (a *apiState) contradictions(grant GrantScopes) []Contradiction {
	if !a.managed.known {
		return nil
	}
	var found []Contradiction
	for _, scope := range grant.Scopes {
		if slices.Contains(a.managed.values, scope) {
			continue
		}
		changed := a.created || slices.Contains(grant.Added, scope) || slices.Contains(a.managed.removed, scope)
		one := Contradiction{Client: grant.Client, Scope: scope, Unchanged: !changed}
		if one.Unchanged && (!a.wasRead || a.warned[one]) {
			continue
		}
		a.warned[one] = one.Unchanged
		found = append(found, one)
	}
	return found
}

// MapValues returns the values of the `scopes` of an API, and whether they are known.
func (s *State) MapValues(identifier string) (values []string, known bool) {
	found := query(s, identifier, func(a *apiState) scopeMap { return a.managed })
	return slices.Clone(found.values), found.known
}

// Undefined returns those of the scopes of which this process does not know that the API has them now or after the apply.
// In an apply that does not mean that the API lacks them.
func (s *State) Undefined(identifier string, scopes []string) []string {
	return query(s, identifier, func(a *apiState) []string {
		return slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool {
			return a.observed[scope] || a.single[scope] || slices.Contains(a.managed.values, scope)
		})
	})
}

// Managers says which resources manage the scopes of an API in this configuration. All lists are sorted.
type Managers struct {
	Map     bool     // the `scopes` of the API itself
	Singles []string // scopes that single-scope resources have after this plan
	Deleted []string // scopes whose single-scope resources this plan deletes
}

// Managers returns who manages the scopes of the API as far as it was planned until now. A map contradicts both lists.
func (s *State) Managers(identifier string) Managers {
	return query(s, identifier, func(a *apiState) Managers {
		return Managers{Map: a.managed.planned, Singles: sorted(a.single), Deleted: sorted(a.deleted)}
	})
}

// PlanScope records that a single-scope resource has the scope after this plan. If the plan creates it, PlanScope reports
// whether the plan releases the scope from the API's map, so that the scope exists and cannot be created.
func (s *State) PlanScope(identifier, value string, created bool) (exists bool) {
	return query(s, identifier, func(a *apiState) bool {
		a.single[value] = true
		if created {
			a.creating[value] = true
		}
		return created && slices.Contains(a.released, value)
	})
}

// PlanScopeDelete records that this plan deletes a single-scope resource.
func (s *State) PlanScopeDelete(identifier, value string) {
	s.update(identifier, func(a *apiState) { a.deleted[value] = true })
}

// DeletedScope records that this apply has deleted a single scope of an API.
func (s *State) DeletedScope(identifier string) {
	s.update(identifier, func(a *apiState) { a.unscoped = true })
}

// DeletesScope reports whether this apply has deleted a single scope of an API. If it then creates the API, it probably replaces it: an
// apply deletes what depends on a replaced object first, also if it creates the new object before it deletes the old one.
func (s *State) DeletesScope(identifier string) bool {
	return query(s, identifier, func(a *apiState) bool { return a.unscoped })
}

// PlanMapRelease records that the API's `scopes` stop to manage these scopes, which stay in the tenant. It returns those
// that single-scope resources are planned to create.
func (s *State) PlanMapRelease(identifier string, values []string) []string {
	return query(s, identifier, func(a *apiState) []string {
		a.released = slices.Clone(values)
		return slices.DeleteFunc(slices.Clone(values), func(value string) bool { return !a.creating[value] })
	})
}

// PlanDeniesClients records whether the plan of an API denies all clients, and reports whether that makes a client grant of
// the same configuration useless.
func (s *State) PlanDeniesClients(identifier string, denies bool) (useless bool) {
	return query(s, identifier, func(a *apiState) bool {
		a.deniesClients = denies
		return a.uselessGrant()
	})
}

// PlanClientGrant records a grant that lets a client request tokens for itself, and reports whether the plan of its API
// denies all clients.
func (s *State) PlanClientGrant(identifier string) (useless bool) {
	return query(s, identifier, func(a *apiState) bool {
		a.clientGrant = true
		return a.uselessGrant()
	})
}

// uselessGrant reports once that an API denies the clients of its grants.
func (a *apiState) uselessGrant() bool {
	if !a.deniesClients || !a.clientGrant || a.uselessReported {
		return false
	}
	a.uselessReported = true
	return true
}
