package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// savedEdit is an edit as the file contains it. Without a row it is a deletion.
type savedEdit struct {
	Table string          `json:"table"`
	ID    string          `json:"id"`
	Row   json.RawMessage `json:"row,omitempty"`
}

// encodeEdits does not change the bytes of the bodies. json.Marshal would rewrite "<", ">" and "&".
func encodeEdits(edits []edit) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for _, e := range edits {
		line := struct {
			Table string `json:"table"`
			ID    string `json:"id"`
			Row   any    `json:"row,omitempty"`
		}{e.table, e.id, e.row}
		if err := encoder.Encode(line); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// replay applies the edits of one record, and returns their number.
func (s *Store) replay(text []byte) (int, error) {
	count := 0
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte{'\n'})
		var e savedEdit
		if err := json.Unmarshal(line, &e); err != nil {
			return count, err
		}
		if err := s.restore(e); err != nil {
			return count, fmt.Errorf("row %q of %q: %w", e.ID, e.Table, err)
		}
		text = rest
		count++
	}
	return count, nil
}

func (s *Store) restore(e savedEdit) error {
	for _, t := range s.rows.all() {
		if t.isNamed(e.Table) {
			return t.restore(s, e)
		}
	}
	return errors.New("no such table")
}

// size returns the number of all rows.
func (s *Store) size() int {
	return len(s.everyRow())
}

// everyRow returns the complete state as edits.
func (s *Store) everyRow() []edit {
	var all []edit
	for _, t := range s.rows.all() {
		all = append(all, t.edits()...)
	}
	return all
}

// storedTable is a table as the file contains it.
type storedTable interface {
	isNamed(name string) bool
	restore(s *Store, e savedEdit) error
	edits() []edit
}

// all returns the tables in the order of the file.
func (t tables) all() []storedTable {
	return []storedTable{t.resourceServers, t.clients, t.grants, t.credentials, t.organizations, t.associations, t.keys, t.notes}
}

func (t *table[R]) isNamed(name string) bool { return t.name == name }

func (t *table[R]) restore(s *Store, e savedEdit) error {
	if e.Row == nil {
		t.remove(e.ID)
		return nil
	}
	row := new(R)
	if err := json.Unmarshal(e.Row, row); err != nil {
		return err
	}
	if holder, taken := t.holder(row); taken {
		return &TakenError{Holder: holder}
	}
	t.put(row)
	if t.creationOrder != nil {
		s.order = max(s.order, *t.creationOrder(row))
	}
	return nil
}

func (t *table[R]) edits() []edit {
	all := make([]edit, 0, len(t.all.entries))
	for _, e := range t.all.entries {
		all = append(all, edit{table: t.name, id: t.id(e.row), row: e.row})
	}
	return all
}
