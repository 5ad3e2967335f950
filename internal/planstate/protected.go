package planstate

// ReadProtected notes that this process read a protected object with the given key, and why it is protected. A later
// plan that creates an object with this key replaces it: Terraform plans a tainted object without its prior state.
func (s *State) ReadProtected(key string, reason []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.protected[key] = reason
}

// Protected returns why the object with the given key is protected; nil if none was read.
func (s *State) Protected(key string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.protected[key]
}

// PlanProtected notes that the object with the given key was planned with its prior state, so it is not tainted.
func (s *State) PlanProtected(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.protected, key)
}
