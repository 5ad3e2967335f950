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
	"slices"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func write(t *testing.T, s *store.Store, change func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(change); err != nil {
		t.Fatal(err)
	}
}

func fill(t *testing.T, s *store.Store) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(
			tx.PutResourceServer(&store.ResourceServer{ID: "r", Identifier: "urn:a", Body: []byte(`{"name":"<&> "}`)}),
			tx.PutClient(&store.Client{ID: "c", Secret: "s", Body: []byte(`{}`)}),
			tx.PutGrant(&store.Grant{ID: "g", ClientID: "c", Audience: "urn:a", SubjectType: "client", Body: []byte(`{}`)}),
			tx.PutCredential(&store.Credential{ID: "k", ClientID: "c", Body: []byte(`{}`)}),
			tx.PutKey(&store.Key{ID: "kid"}),
			tx.PutNote("n", "text"))
	})
}

// TestStore_keeps reads a store after it was closed and opened again.
func TestStore_keeps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	first := open(t, path)
	fill(t, first)
	write(t, first, func(tx *store.Tx) error { return tx.PutNote("n", "newer") })
	if _, err := store.Open(path); !errors.Is(err, store.ErrInUse) {
		t.Error("opened twice:", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, path)
	api, there := again.ResourceServerByIdentifier("urn:a")
	if !there || string(api.Body) != `{"name":"<&> "}` || again.Note("n") != "newer" {
		t.Error("different after opening it again:", api, again.Note("n"))
	}
	if _, there := again.GrantFor("c", "urn:a", "client"); !there || len(again.CredentialsOf("c")) != 1 || len(again.Keys()) != 1 {
		t.Error("rows are missing")
	}
	write(t, again, func(tx *store.Tx) error {
		if last := (&store.Key{ID: "last"}); tx.PutKey(last) != nil || last.Order != 5 {
			t.Error("the order restarts:", last.Order)
		}
		tx.DeleteClient("c")
		tx.DeleteGrant("g")
		tx.DeleteCredential("k")
		tx.DeleteResourceServer("r")
		return nil
	})
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if got := open(t, path).Sizes(); got != (store.Sizes{}) {
		t.Error("deleted rows exist again:", got)
	}
}

func TestStore_allOrNothing(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "state"))
	fill(t, s)
	failed := errors.New("no")
	err := s.Write(func(tx *store.Tx) error {
		tx.DeleteClient("c")
		return failed
	})
	if _, there := s.Client("c"); !there || !errors.Is(err, failed) {
		t.Error("an incomplete change was stored:", err)
	}
	err = s.Write(func(tx *store.Tx) error {
		return tx.PutResourceServer(&store.ResourceServer{ID: "other", Identifier: "urn:a"})
	})
	var taken *store.TakenError
	if !errors.Is(err, store.ErrTaken) || !errors.As(err, &taken) || taken.Holder != "r" {
		t.Error("an identifier twice:", err)
	}
}

func TestStore_lists(t *testing.T) {
	s := open(t, "")
	write(t, s, func(tx *store.Tx) error {
		for _, id := range []string{"cgr_b", "cgr_A", "cgr_a", "cgr_B"} {
			if err := tx.PutGrant(&store.Grant{ID: id, ClientID: id, Audience: "urn:" + id[4:], SubjectType: "client"}); err != nil {
				return err
			}
		}
		return tx.PutGrant(&store.Grant{ID: "cgr_0", ClientID: "cgr_a", Audience: "urn:0", SubjectType: "client"})
	})
	ids := func(p store.Page[store.Grant]) (all []string) {
		for _, g := range p.Rows {
			all = append(all, g.ID)
		}
		return all
	}
	page := s.Grants(store.GrantScope{}, store.Query[store.Grant]{Limit: 3})
	if got := ids(page); !slices.Equal(got, []string{"cgr_0", "cgr_A", "cgr_B"}) || !page.More || page.Total != 5 {
		t.Error("first page:", got, page.Total)
	}
	rest := s.Grants(store.GrantScope{}, store.Query[store.Grant]{Limit: 3, After: page.Last})
	if got := ids(rest); !slices.Equal(got, []string{"cgr_a", "cgr_b"}) || rest.More {
		t.Error("the rest:", got)
	}
	odd := s.Grants(store.GrantScope{ClientID: "cgr_a"}, store.Query[store.Grant]{Limit: 1, Match: func(g *store.Grant) bool { return g.Audience == "urn:a" }})
	if got := ids(odd); !slices.Equal(got, []string{"cgr_a"}) || odd.Total != 1 {
		t.Error("filtered:", got)
	}
	frozen := s.Freeze()
	write(t, s, func(tx *store.Tx) error { tx.DeleteGrant("cgr_a"); return nil })
	if got := frozen.Grants(store.GrantScope{Audience: "urn:a"}, store.Query[store.Grant]{Limit: 9}); len(got.Rows) != 1 {
		t.Error("a frozen list changes")
	}
}

// TestStore_damage changes and truncates a state file. A rejected file must not change, and an accepted one must be complete.
func TestStore_damage(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	s := open(t, path)
	for i := range 60 {
		write(t, s, func(tx *store.Tx) error {
			return tx.PutNote(fmt.Sprint(i), string(bytes.Repeat([]byte{'x'}, 300)))
		})
	}
	fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	try := func(name string, data []byte) {
		t.Helper()
		damaged := filepath.Join(dir, "damaged")
		if err := os.WriteFile(damaged, data, 0o600); err != nil {
			t.Fatal(err)
		}
		opened, err := store.Open(damaged)
		if err == nil {
			if opened.Sizes() != (store.Sizes{ResourceServers: 1, Clients: 1, Grants: 1, Credentials: 1}) || opened.Note("7") == "" || opened.Note("n") != "text" {
				t.Errorf("%s: accepted and incomplete", name)
			}
			if err := opened.Close(); err != nil {
				t.Error(err)
			}
			return
		}
		refused++
		if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrForeign) {
			t.Errorf("%s: rejected with %v", name, err)
		}
		if after, err := os.ReadFile(damaged); err != nil || !bytes.Equal(after, data) {
			t.Errorf("%s: the rejected file was changed: %v", name, err)
		}
	}
	step := max(1, len(whole)/400)
	for at := 0; at < len(whole); at += step {
		flipped := slices.Clone(whole)
		flipped[at] ^= 0x5a
		try(fmt.Sprintf("byte %d flipped", at), flipped)
	}
	for _, size := range []int{0, 1, 5000, len(whole) / 2, len(whole) - 1} {
		try(fmt.Sprintf("cut to %d bytes", size), whole[:size])
	}
	try("another kind of file", bytes.Repeat([]byte("text\n"), 5000))
	if refused < 400 {
		t.Errorf("only %d damaged files were rejected", refused)
	}
}

// TestDeleteAssociations deletes a grant and an organization, and expects no association of them.
func TestDeleteAssociations(t *testing.T) {
	s := open(t, "")
	everything := store.Query[store.Association]{Limit: 10}
	put := func(tx *store.Tx) error {
		return errors.Join(tx.PutAssociation(&store.Association{OrganizationID: "o", GrantID: "g"}),
			tx.PutAssociation(&store.Association{OrganizationID: "p", GrantID: "h"}))
	}
	remove := func(tx *store.Tx) error {
		tx.DeleteGrant("g")
		tx.DeleteOrganization("p")
		return nil
	}
	if err := errors.Join(s.Write(put), s.Write(remove)); err != nil {
		t.Fatal(err)
	}
	if len(s.AssociationsOfOrganization("o", everything).Rows)+len(s.AssociationsOfGrant("h", everything).Rows) != 0 {
		t.Error("an association is left")
	}
}

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
