// Package store stores the state of an emulated tenant: its objects as ordered JSON documents with indexes, in memory and
// optionally in a file. It does not depend on HTTP.
package store

import (
	"errors"
	"fmt"
	"sync"
)

// ErrTaken is the error of Put if another row has the same unique key. TakenError contains the ID of that row.
var ErrTaken = errors.New("another row holds this key")

// TakenError contains the ID of the row that has a unique key. It is an ErrTaken.
type TakenError struct{ Holder string }

func (e *TakenError) Error() string { return fmt.Sprintf("%v: %s", ErrTaken, e.Holder) }

// Is reports whether target is ErrTaken.
func (e *TakenError) Is(target error) bool { return target == ErrTaken }

// Store is the state of a tenant. It is safe for concurrent use.
type Store struct {
	writing sync.Mutex // serializes changes, so that file and memory agree
	mu      sync.RWMutex
	rows    tables
	order   uint64
	file    *file // nil: in memory only
}

type tables struct {
	resourceServers *table[ResourceServer]
	clients         *table[Client]
	grants          *table[Grant]
	credentials     *table[Credential]
	organizations   *table[Organization]
	associations    *table[Association]
	keys            *table[Key]
	notes           *table[Note]
}

func newTables() tables {
	return tables{
		resourceServers: resourceServers(), clients: clients(), grants: grants(), credentials: credentials(),
		organizations: organizations(), associations: associations(), keys: keys(), notes: notes(),
	}
}

// Open returns an empty store in memory if path is "", otherwise the store in that file, which it creates if necessary. It
// rejects a file that is damaged (ErrDamaged), is not a state of this version (ErrForeign), or is open in another process
// (ErrInUse), and does not change it.
func Open(path string) (*Store, error) {
	s := &Store{rows: newTables()}
	if path == "" {
		return s, nil
	}
	var err error
	s.file, err = openFile(path, s)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Close releases the file. All confirmed changes are already in it.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.file == nil {
		return nil
	}
	err := s.file.close()
	s.file = nil
	return err
}

// Write runs change and applies all of its edits atomically, or none if change or the file fails. When Write returns nil,
// the change is on disk if the store has a file. Within change, reads of the store return the state before it.
func (s *Store) Write(change func(*Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	tx := &Tx{store: s, order: s.order}
	if err := change(tx); err != nil {
		return err
	}
	if s.file != nil {
		if err := s.file.commit(tx.edits); err != nil {
			return fmt.Errorf("saving the state: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order = tx.order
	for _, edit := range tx.edits {
		edit.apply()
	}
	return nil
}

// Tx collects the edits of one change.
type Tx struct {
	store *Store
	order uint64
	edits []edit
}

// edit is one row that is stored, or deleted if row is nil.
type edit struct {
	table, id string
	row       any
	apply     func()
}

// put stores a row. A row whose creation order is 0 is new and becomes the last one.
func put[R any](tx *Tx, t *table[R], row *R) error {
	tx.store.mu.RLock()
	holder, taken := t.holder(row)
	tx.store.mu.RUnlock()
	if taken {
		return &TakenError{Holder: holder}
	}
	if t.creationOrder != nil && *t.creationOrder(row) == 0 {
		tx.order++
		*t.creationOrder(row) = tx.order
	}
	tx.edits = append(tx.edits, edit{table: t.name, id: t.id(row), row: row, apply: func() { t.put(row) }})
	return nil
}

func remove[R any](tx *Tx, t *table[R], id string) {
	tx.edits = append(tx.edits, edit{table: t.name, id: id, apply: func() { t.remove(id) }})
}

// PutResourceServer stores a row. Its identifier must be unique.
func (tx *Tx) PutResourceServer(row *ResourceServer) error {
	return put(tx, tx.store.rows.resourceServers, row)
}

// PutClient stores a row.
func (tx *Tx) PutClient(row *Client) error { return put(tx, tx.store.rows.clients, row) }

// PutGrant stores a row. Its combination of client, audience and subject type must be unique.
func (tx *Tx) PutGrant(row *Grant) error { return put(tx, tx.store.rows.grants, row) }

// PutCredential stores a row.
func (tx *Tx) PutCredential(row *Credential) error { return put(tx, tx.store.rows.credentials, row) }

// PutOrganization stores a row. Its name must be unique.
func (tx *Tx) PutOrganization(row *Organization) error {
	return put(tx, tx.store.rows.organizations, row)
}

// PutAssociation stores a row.
func (tx *Tx) PutAssociation(row *Association) error { return put(tx, tx.store.rows.associations, row) }

// PutKey stores a row.
func (tx *Tx) PutKey(row *Key) error { return put(tx, tx.store.rows.keys, row) }

// PutNote stores a note.
func (tx *Tx) PutNote(name, text string) error {
	return put(tx, tx.store.rows.notes, &Note{Name: name, Text: text})
}

// DeleteResourceServer deletes a row if it exists.
func (tx *Tx) DeleteResourceServer(id string) { remove(tx, tx.store.rows.resourceServers, id) }

// DeleteClient deletes a row if it exists.
func (tx *Tx) DeleteClient(id string) { remove(tx, tx.store.rows.clients, id) }

// DeleteGrant deletes a row and its associations with organizations, if it exists.
func (tx *Tx) DeleteGrant(id string) {
	remove(tx, tx.store.rows.grants, id)
	for _, row := range tx.store.AssociationsOfGrant(id, everything[Association]()).Rows {
		tx.DeleteAssociation(row)
	}
}

// DeleteCredential deletes a row if it exists.
func (tx *Tx) DeleteCredential(id string) { remove(tx, tx.store.rows.credentials, id) }

// DeleteOrganization deletes a row and its associations with grants, if it exists.
func (tx *Tx) DeleteOrganization(id string) {
	remove(tx, tx.store.rows.organizations, id)
	for _, row := range tx.store.AssociationsOfOrganization(id, everything[Association]()).Rows {
		tx.DeleteAssociation(row)
	}
}

// DeleteAssociation deletes a row, if it exists.
func (tx *Tx) DeleteAssociation(row *Association) { remove(tx, tx.store.rows.associations, row.id()) }
