package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// sealed returns a state file with one record, in the format of file.go.
func sealed(text []byte) []byte {
	out := make([]byte, 96)
	copy(out, "timesheets-emulator 1\n")
	out = binary.BigEndian.AppendUint32(out, uint32(len(text)))
	out = append(binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(text)), text...)
	slot := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, 1), uint64(len(out)))
	copy(out[64:], binary.BigEndian.AppendUint32(slot, crc32.ChecksumIEEE(slot)))
	return out
}

func contents(s *store.Store) string {
	var out bytes.Buffer
	for _, r := range s.ResourceServers(store.Query[store.ResourceServer]{Limit: math.MaxInt}).Rows {
		fmt.Fprintf(&out, "%+v %s\n", *r, r.Body)
	}
	for _, c := range s.Clients(store.Query[store.Client]{Limit: math.MaxInt}).Rows {
		fmt.Fprintf(&out, "%+v %s\n", *c, c.Body)
	}
	for _, g := range s.Grants(store.GrantScope{}, store.Query[store.Grant]{Limit: math.MaxInt}).Rows {
		fmt.Fprintf(&out, "%+v %s\n", *g, g.Body)
	}
	for _, k := range s.Keys() {
		fmt.Fprintf(&out, "%+v\n", *k)
	}
	return out.String() + s.Note("n")
}

// FuzzOpen expects that a rejected file is not changed, and that a file has the same content when it is opened again, also
// after a change.
func FuzzOpen(f *testing.F) {
	lines := []string{
		`{"table":"clients","id":"c","row":{"id":"c","order":1,"secret":"s","body":{"a":1}}}`, `{"table":"notes","id":"n","row":{"name":"n","text":"t"}}`,
		`{"table":"grants","id":"g","row":{"id":"g","client_id":"c","audience":"a","subject_type":"client","body":{}}}`, `{"table":"grants","id":"g"}`,
		`{"table":"keys","id":"","row":null}`, `{"table":"attic","id":"x"}`, `{`,
	}
	for _, line := range lines {
		f.Add([]byte(line+"\n"), true)
		f.Add(sealed([]byte(line)), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, seal bool) {
		if seal {
			data = sealed(data)
		}
		path := filepath.Join(t.TempDir(), "state")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(path)
		if err != nil {
			if now, readErr := os.ReadFile(path); readErr != nil || !bytes.Equal(now, data) {
				t.Fatalf("rejected with %v, and changed: %v", err, readErr)
			}
			if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrForeign) {
				t.Fatal(err)
			}
			return
		}
		before := contents(s)
		for _, note := range []string{"", "changed"} {
			if note != "" {
				write(t, s, func(tx *store.Tx) error { return tx.PutNote("n", note) })
				before = contents(s)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = store.Open(path); err != nil {
				t.Fatal("opened once, but not again:", err)
			}
			if after := contents(s); after != before {
				t.Fatalf("%q after %q", after, before)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
