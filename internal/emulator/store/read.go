package store

import "math"

func get[R any](s *Store, t *table[R], id string) (*R, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := t.byID[id]
	return row, ok
}

func list[R any](s *Store, l *listing[R], q Query[R]) Page[R] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if l == nil {
		return Page[R]{}
	}
	return l.page(q)
}

func group[R any](s *Store, t *table[R], index int, name string, q Query[R]) Page[R] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	rows := t.byGroup[index][name]
	if rows == nil {
		return Page[R]{}
	}
	return rows.page(q)
}

// everything is a Query for all rows.
func everything[R any]() Query[R] { return Query[R]{Limit: math.MaxInt} }

// ResourceServer returns the row of that id.
func (s *Store) ResourceServer(id string) (*ResourceServer, bool) {
	return get(s, s.rows.resourceServers, id)
}

// ResourceServerByIdentifier returns the row of that identifier.
func (s *Store) ResourceServerByIdentifier(identifier string) (*ResourceServer, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := s.rows.resourceServers.byUnique[0][identifier]
	return row, ok
}

// ResourceServers lists rows in the order they were made.
func (s *Store) ResourceServers(q Query[ResourceServer]) Page[ResourceServer] {
	return list(s, s.rows.resourceServers.all, q)
}

// Client returns the row of that id.
func (s *Store) Client(id string) (*Client, bool) { return get(s, s.rows.clients, id) }

// Clients lists rows in the order they were made, global ones last.
func (s *Store) Clients(q Query[Client]) Page[Client] { return list(s, s.rows.clients.all, q) }

// Grant returns the row of that id.
func (s *Store) Grant(id string) (*Grant, bool) { return get(s, s.rows.grants, id) }

// GrantFor returns the row of that client, audience and subject type.
func (s *Store) GrantFor(clientID, audience, subjectType string) (*Grant, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := s.rows.grants.byUnique[0][grantKey(clientID, audience, subjectType)]
	return row, ok
}

// GrantScope narrows a list of grants to a client, an audience, or both; "" does not narrow.
type GrantScope struct{ ClientID, Audience string }

// Grants lists rows by id, byte by byte. It looks only at the rows of the client or the audience it is narrowed to.
func (s *Store) Grants(scope GrantScope, q Query[Grant]) Page[Grant] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	from := s.rows.grants.all
	switch {
	case scope.ClientID != "":
		from = s.rows.grants.byGroup[grantsOfClient][scope.ClientID]
	case scope.Audience != "":
		from = s.rows.grants.byGroup[grantsOfAudience][scope.Audience]
	}
	if from == nil {
		return Page[Grant]{}
	}
	if scope.ClientID != "" && scope.Audience != "" {
		match := q.Match
		q.Match = func(g *Grant) bool { return g.Audience == scope.Audience && (match == nil || match(g)) }
	}
	return from.page(q)
}

// Credential returns the row of that id.
func (s *Store) Credential(id string) (*Credential, bool) { return get(s, s.rows.credentials, id) }

// CredentialsOf lists a client's rows in the order they were made.
func (s *Store) CredentialsOf(clientID string) []*Credential {
	return group(s, s.rows.credentials, 0, clientID, everything[Credential]()).Rows
}

// Organization returns the row of that id.
func (s *Store) Organization(id string) (*Organization, bool) {
	return get(s, s.rows.organizations, id)
}

// OrganizationByName returns the row of that name.
func (s *Store) OrganizationByName(name string) (*Organization, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := s.rows.organizations.byUnique[0][name]
	return row, ok
}

// Organizations lists rows in the order they were created.
func (s *Store) Organizations(q Query[Organization]) Page[Organization] {
	return list(s, s.rows.organizations.all, q)
}

// Association returns the row of an organization and a grant.
func (s *Store) Association(organizationID, grantID string) (*Association, bool) {
	return get(s, s.rows.associations, (&Association{OrganizationID: organizationID, GrantID: grantID}).id())
}

// AssociationsOfOrganization lists an organization's rows in the order they were created.
func (s *Store) AssociationsOfOrganization(id string, q Query[Association]) Page[Association] {
	return group(s, s.rows.associations, associationsOfOrganization, id, q)
}

// AssociationsOfGrant lists a grant's rows in the order they were created.
func (s *Store) AssociationsOfGrant(id string, q Query[Association]) Page[Association] {
	return group(s, s.rows.associations, associationsOfGrant, id, q)
}

// Key returns the row of that key id.
func (s *Store) Key(id string) (*Key, bool) { return get(s, s.rows.keys, id) }

// Keys lists rows in the order they were made.
func (s *Store) Keys() []*Key { return list(s, s.rows.keys.all, everything[Key]()).Rows }

// Note returns a line of book-keeping, or "".
func (s *Store) Note(name string) string {
	if note, ok := get(s, s.rows.notes, name); ok {
		return note.Text
	}
	return ""
}

// Sizes tells how many rows of each kind there are.
type Sizes struct{ ResourceServers, Clients, Grants, Credentials int }

// Sizes counts the rows.
func (s *Store) Sizes() Sizes {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Sizes{
		ResourceServers: len(s.rows.resourceServers.byID), Clients: len(s.rows.clients.byID),
		Grants: len(s.rows.grants.byID), Credentials: len(s.rows.credentials.byID),
	}
}

// Freeze returns a copy of the lists as they are now; later changes do not show in it.
func (s *Store) Freeze() *Store {
	s.mu.RLock()
	defer s.mu.RUnlock()
	frozen := &Store{rows: newTables()}
	copyRows(frozen.rows.resourceServers, s.rows.resourceServers)
	copyRows(frozen.rows.clients, s.rows.clients)
	copyRows(frozen.rows.grants, s.rows.grants)
	copyRows(frozen.rows.credentials, s.rows.credentials)
	copyRows(frozen.rows.organizations, s.rows.organizations)
	copyRows(frozen.rows.associations, s.rows.associations)
	return frozen
}

func copyRows[R any](to, from *table[R]) {
	for _, e := range from.all.entries {
		to.put(e.row)
	}
}
