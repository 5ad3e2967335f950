package planstate

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
