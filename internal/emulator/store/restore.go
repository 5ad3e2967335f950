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
	switch rows := &s.rows; e.Table {
	case rows.resourceServers.name:
		return restoreRow(s, rows.resourceServers, e, func(r *ResourceServer) uint64 { return r.Order })
	case rows.clients.name:
		return restoreRow(s, rows.clients, e, func(c *Client) uint64 { return c.Order })
	case rows.grants.name:
		return restoreRow(s, rows.grants, e, func(*Grant) uint64 { return 0 })
	case rows.credentials.name:
		return restoreRow(s, rows.credentials, e, func(c *Credential) uint64 { return c.Order })
	case rows.organizations.name:
		return restoreRow(s, rows.organizations, e, func(o *Organization) uint64 { return o.Order })
	case rows.associations.name:
		return restoreRow(s, rows.associations, e, func(a *Association) uint64 { return a.Order })
	case rows.keys.name:
		return restoreRow(s, rows.keys, e, func(k *Key) uint64 { return k.Order })
	case rows.notes.name:
		return restoreRow(s, rows.notes, e, func(*Note) uint64 { return 0 })
	}
	return errors.New("no such table")
}

func restoreRow[R any](s *Store, t *table[R], e savedEdit, order func(*R) uint64) error {
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
	s.order = max(s.order, order(row))
	return nil
}

// size returns the number of all rows.
func (s *Store) size() int {
	return len(s.everyRow())
}

// everyRow returns the complete state as edits.
func (s *Store) everyRow() []edit {
	r := s.rows
	var all []edit
	for _, rows := range [][]edit{
		r.resourceServers.edits(), r.clients.edits(), r.grants.edits(), r.credentials.edits(),
		r.organizations.edits(), r.associations.edits(), r.keys.edits(), r.notes.edits(),
	} {
		all = append(all, rows...)
	}
	return all
}

func (t *table[R]) edits() []edit {
	all := make([]edit, 0, len(t.all.entries))
	for _, e := range t.all.entries {
		all = append(all, edit{table: t.name, id: t.id(e.row), row: e.row})
	}
	return all
}
