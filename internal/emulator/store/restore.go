package store

import (
	"encoding/json"
	"fmt"
)

func (t *tables) names() []string {
	return []string{
		t.resourceServers.name, t.clients.name, t.grants.name, t.credentials.name, t.keys.name, t.notes.name,
	}
}

// restore puts a row read from the file into its table.
func (s *Store) restore(table string, data []byte) error {
	switch rows := &s.rows; table {
	case rows.resourceServers.name:
		return restoreRow(s, rows.resourceServers, data, func(r *ResourceServer) uint64 { return r.Order })
	case rows.clients.name:
		return restoreRow(s, rows.clients, data, func(c *Client) uint64 { return c.Order })
	case rows.grants.name:
		return restoreRow(s, rows.grants, data, func(*Grant) uint64 { return 0 })
	case rows.credentials.name:
		return restoreRow(s, rows.credentials, data, func(c *Credential) uint64 { return c.Order })
	case rows.keys.name:
		return restoreRow(s, rows.keys, data, func(k *Key) uint64 { return k.Order })
	case rows.notes.name:
		return restoreRow(s, rows.notes, data, func(*Note) uint64 { return 0 })
	}
	return fmt.Errorf("no table %q", table)
}

func restoreRow[R any](s *Store, t *table[R], data []byte, order func(*R) uint64) error {
	row := new(R)
	if err := json.Unmarshal(data, row); err != nil {
		return err
	}
	if holder, taken := t.holder(row); taken {
		return &TakenError{Holder: holder}
	}
	t.put(row)
	s.order = max(s.order, order(row))
	return nil
}
