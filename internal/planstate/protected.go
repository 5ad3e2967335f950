package planstate

// ReadProtected notes that this process read a protected object with the given key, and why it is protected. A later
// plan that creates an object with this key replaces it: Terraform plans a tainted object without its prior state.
func (l *State) ReadProtected(key string, reason []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.protected[key] = reason
}

// Protected returns why the object with the given key is protected; nil if none was read.
func (l *State) Protected(key string) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.protected[key]
}

// PlanProtected notes that the object with the given key was planned with its prior state, so it is not tainted.
func (l *State) PlanProtected(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.protected, key)
}
