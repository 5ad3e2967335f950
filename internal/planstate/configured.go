package planstate

// ConfigureScopes notes whether the configuration of an API sets `scopes`, as written. Terraform validates the written
// configuration before each plan; with ignore_changes the plan then receives the prior value in its place.
func (s *State) ConfigureScopes(identifier string, set bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.omits[identifier] = !set
}

// OmitsScopes reports whether the written configuration of an API leaves out `scopes`.
func (s *State) OmitsScopes(identifier string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.omits[identifier]
}
