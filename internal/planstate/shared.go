package planstate

// NewShared returns a state for a process that several walks use one after another, as newer Terraform does in "terraform
// test". No call reports that a walk ends. A walk reads an object before it plans it, so the next one has begun when an
// object is read again whose key was claimed.
func NewShared() *State {
	s := New()
	s.shared = true
	return s
}

// startWalk forgets what the earlier walks of a shared process planned, if one of them claimed the key. What was read stays.
// The caller has the lock.
func (s *State) startWalk(key string) {
	if !s.shared || len(s.claims[key]) == 0 {
		return
	}
	read := s.apis
	fresh := New()
	s.claims, s.ungranted, s.apis = fresh.claims, fresh.ungranted, fresh.apis
	for identifier, before := range read {
		now := s.api(identifier)
		now.wasRead, now.read, now.observed = before.wasRead, before.read, before.observed
	}
}
