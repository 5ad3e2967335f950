package planstate

import (
	"slices"
)

// Action is what a plan does to an object with a natural key.
type Action uint8

// What a plan does to an object with a natural key.
const (
	Create      Action = iota + 1 // the object is new
	Keep                          // the object has the key before and after the plan
	Delete                        // the object is deleted
	ReplaceFrom                   // the object is replaced by one with another key
	ReplaceTo                     // the object that replaces it
)

// Conflict is what two objects with one natural key do to each other.
type Conflict uint8

// What two objects with one natural key do to each other.
const (
	Duplicate Conflict = iota + 1 // both would have the key because of this plan
	Shared                        // both have had the key before this plan
	Lost                          // one is kept, and the deletion of the other deletes the same object
	Moved                         // one is deleted and the other is created
	Exchanged                     // the same, and at least one of them is replaced
)

type claim struct {
	action   Action
	imported bool
}

// ReadKey records that a process read the object with a type and a natural key, and whether that is new to the state.
func (s *State) ReadKey(key string, imported bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.startWalk(key)
	s.read[key] = true
	if imported {
		s.imported[key] = true
	}
}

// Claim records what a plan does to the object with a type and a natural key, and returns the conflicts with what it does
// to other objects with that key, each once. The two plans of one replacement are one claim. In a shared process there are no
// conflicts: the tenant rejects duplicates.
func (s *State) Claim(key string, action Action) []Conflict {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shared {
		delete(s.claims, key) // the apply plans again what the plan has planned
	}
	current := claim{action, action == Keep && s.imported[key]}
	var found []Conflict
	for _, other := range s.claims[key] {
		conflict := conflictOf(current, other)
		if conflict == 0 || conflict == Shared && !s.read[key] { // the apply has nothing to add to the plan
			continue
		}
		found = append(found, conflict)
	}
	s.claims[key] = append(s.claims[key], current)
	slices.Sort(found)
	return slices.Compact(found)
}

func conflictOf(a, b claim) Conflict {
	switch {
	case a.has() && b.has():
		if a.action == Keep && b.action == Keep && !a.imported && !b.imported {
			return Shared
		}
		return Duplicate
	case !a.has() && !b.has():
		return 0
	case a.action == Keep || b.action == Keep:
		return Lost
	case a.action == Delete && b.action == Create, a.action == Create && b.action == Delete:
		return Moved
	}
	return Exchanged
}

// has reports whether the object has the key after the plan.
func (c claim) has() bool { return c.action == Create || c.action == Keep || c.action == ReplaceTo }

// Parent is an object whose deletion also deletes others: an API by its identifier, or a client by its ID.
type Parent struct {
	Type string // of the resource, such as timesheets_api
	Key  string
}

// PlanParentDelete records that this plan deletes an object, and returns the resources that end with it and that the plan
// keeps, sorted. It returns none if the plan also creates the API, because they may belong to the new one, and none in a
// shared process, where an earlier walk can have planned them.
func (s *State) PlanParentDelete(parent Parent) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deleted[parent] = true
	if s.shared || s.recreated(parent) {
		return nil
	}
	kept := slices.Clone(s.kept[parent])
	slices.Sort(kept)
	return slices.Compact(kept)
}

// PlanDependent records a resource that exists after this plan and ends with its parent, and reports whether the plan
// deletes the parent. The description of the resource is for the error of a parent that is planned later.
func (s *State) PlanDependent(parent Parent, description string) (deleted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[parent] = append(s.kept[parent], description)
	return s.deleted[parent] && !s.shared && !s.recreated(parent)
}

// recreated reports whether this plan creates an API with the identifier of the parent. The caller has the lock.
func (s *State) recreated(parent Parent) bool {
	return parent.Type == "timesheets_api" && s.api(parent.Key).created
}
