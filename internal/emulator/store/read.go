package store

import "math"

func get[R any](s *Store, t *table[R], id string) (*R, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := t.byID[id]
	return row, ok
}

// holding returns the row that has a unique key.
func holding[R any](s *Store, t *table[R], key string) (*R, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := t.byUnique[0][key]
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

// everything returns a Query for all rows.
func everything[R any]() Query[R] { return Query[R]{Limit: math.MaxInt} }

// ResourceServer returns the row with an ID.
func (s *Store) ResourceServer(id string) (*ResourceServer, bool) {
	return get(s, s.rows.resourceServers, id)
}

// ResourceServerByIdentifier returns the row with an identifier.
func (s *Store) ResourceServerByIdentifier(identifier string) (*ResourceServer, bool) {
	return holding(s, s.rows.resourceServers, identifier)
}

// ResourceServers returns rows in order of creation.
func (s *Store) ResourceServers(q Query[ResourceServer]) Page[ResourceServer] {
	return list(s, s.rows.resourceServers.all, q)
}

// Client returns the row with an ID.
func (s *Store) Client(id string) (*Client, bool) { return get(s, s.rows.clients, id) }

// Clients returns rows in order of creation, global ones last.
func (s *Store) Clients(q Query[Client]) Page[Client] { return list(s, s.rows.clients.all, q) }

// Grant returns the row with an ID.
func (s *Store) Grant(id string) (*Grant, bool) { return get(s, s.rows.grants, id) }

// GrantFor returns the row with a client, audience and subject type.
func (s *Store) GrantFor(clientID, audience, subjectType string) (*Grant, bool) {
	return holding(s, s.rows.grants, grantKey(clientID, audience, subjectType))
}

// GrantScope narrows a list of grants to a client, an audience, or both; "" does not narrow.
type GrantScope struct{ ClientID, Audience string }

// Grants returns rows in byte order of their IDs. It reads only the rows of the client or the audience in scope.
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

// Credential returns the row with an ID.
func (s *Store) Credential(id string) (*Credential, bool) { return get(s, s.rows.credentials, id) }

// CredentialsOf returns a client's rows in order of creation.
func (s *Store) CredentialsOf(clientID string) []*Credential {
	return group(s, s.rows.credentials, 0, clientID, everything[Credential]()).Rows
}

// Organization returns the row with an ID.
func (s *Store) Organization(id string) (*Organization, bool) {
	return get(s, s.rows.organizations, id)
}

// OrganizationByName returns the row with a name.
func (s *Store) OrganizationByName(name string) (*Organization, bool) {
	return holding(s, s.rows.organizations, name)
}

// Organizations returns rows in order of creation.
func (s *Store) Organizations(q Query[Organization]) Page[Organization] {
	return list(s, s.rows.organizations.all, q)
}

// Association returns the row of an organization and a grant.
func (s *Store) Association(organizationID, grantID string) (*Association, bool) {
	return get(s, s.rows.associations, (&Association{OrganizationID: organizationID, GrantID: grantID}).id())
}

// AssociationsOfOrganization returns an organization's rows in order of creation.
func (s *Store) AssociationsOfOrganization(id string, q Query[Association]) Page[Association] {
	return group(s, s.rows.associations, associationsOfOrganization, id, q)
}

// AssociationsOfGrant returns a grant's rows in order of creation.
func (s *Store) AssociationsOfGrant(id string, q Query[Association]) Page[Association] {
	return group(s, s.rows.associations, associationsOfGrant, id, q)
}

// Key returns the row with a key ID.
func (s *Store) Key(id string) (*Key, bool) { return get(s, s.rows.keys, id) }

// Keys returns rows in order of creation.
func (s *Store) Keys() []*Key { return list(s, s.rows.keys.all, everything[Key]()).Rows }

// Note returns the text of a note, or "".
func (s *Store) Note(name string) string {
	if note, ok := get(s, s.rows.notes, name); ok {
		return note.Text
	}
	return ""
}

// Sizes contains the number of rows of each kind.
type Sizes struct{ ResourceServers, Clients, Grants, Credentials int }

// Sizes returns the number of rows.
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
