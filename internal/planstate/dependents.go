package planstate

import "slices"

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
