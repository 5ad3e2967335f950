package store

import (
	"cmp"
	"fmt"
	"slices"
)

// table contains the rows of one kind: by ID, by unique keys, in groups, and in the order of lists.
type table[R any] struct {
	name          string
	id            func(*R) string
	creationOrder func(*R) *uint64 // order of creation; nil if rows have none
	order         func(*R) string  // sort key of the list; unique; nil for the order of creation
	unique        []func(*R) string
	groups        []func(*R) string

	byID     map[string]*R
	byUnique []map[string]*R
	all      *listing[R]
	byGroup  []map[string]*listing[R]
}

// listing contains rows in the order of their sort keys.
type listing[R any] struct{ entries []entry[R] }

type entry[R any] struct {
	key string
	row *R
}

func newTable[R any](t table[R]) *table[R] {
	if t.order == nil {
		t.order = func(row *R) string { return fmt.Sprintf("%016x", *t.creationOrder(row)) }
	}
	t.byID, t.all = map[string]*R{}, &listing[R]{}
	t.byUnique, t.byGroup = make([]map[string]*R, len(t.unique)), make([]map[string]*listing[R], len(t.groups))
	for i := range t.unique {
		t.byUnique[i] = map[string]*R{}
	}
	for i := range t.groups {
		t.byGroup[i] = map[string]*listing[R]{}
	}
	return &t
}

// holder returns the ID of another row that has one of row's unique keys.
func (t *table[R]) holder(row *R) (string, bool) {
	for i, key := range t.unique {
		if other, taken := t.byUnique[i][key(row)]; taken && key(row) != "" && t.id(other) != t.id(row) {
			return t.id(other), true
		}
	}
	return "", false
}

func (t *table[R]) put(row *R) {
	t.remove(t.id(row))
	t.byID[t.id(row)] = row
	key := t.order(row)
	t.all.insert(key, row)
	for i, unique := range t.unique {
		if value := unique(row); value != "" {
			t.byUnique[i][value] = row
		}
	}
	for i, group := range t.groups {
		name := group(row)
		if t.byGroup[i][name] == nil {
			t.byGroup[i][name] = &listing[R]{}
		}
		t.byGroup[i][name].insert(key, row)
	}
}

func (t *table[R]) remove(id string) {
	row, ok := t.byID[id]
	if !ok {
		return
	}
	delete(t.byID, id)
	key := t.order(row)
	t.all.remove(key)
	for i, unique := range t.unique {
		delete(t.byUnique[i], unique(row))
	}
	for i, group := range t.groups {
		name := group(row)
		t.byGroup[i][name].remove(key)
		if len(t.byGroup[i][name].entries) == 0 {
			delete(t.byGroup[i], name)
		}
	}
}

func (l *listing[R]) find(key string) (int, bool) {
	return slices.BinarySearchFunc(l.entries, key, func(e entry[R], key string) int { return cmp.Compare(e.key, key) })
}

func (l *listing[R]) insert(key string, row *R) {
	if n := len(l.entries); n == 0 || l.entries[n-1].key < key { // usually a new row is the last one
		l.entries = append(l.entries, entry[R]{key, row})
		return
	}
	at, _ := l.find(key)
	l.entries = slices.Insert(l.entries, at, entry[R]{key, row})
}

func (l *listing[R]) remove(key string) {
	if at, ok := l.find(key); ok {
		l.entries = slices.Delete(l.entries, at, at+1)
	}
}

// Query selects a part of a list.
type Query[R any] struct {
	Match  func(*R) bool // nil: every row
	Offset int           // number of rows to skip
	After  string        // skip rows up to this position, a Page.Last
	Limit  int           // maximum number of rows
}

// Page is the result of a Query. Rows never change after they were stored, so reading them needs no lock.
type Page[R any] struct {
	Rows  []*R
	Total int    // number of all matching rows
	Last  string // position of the last row
	More  bool   // there are matching rows after the last one
}

func (l *listing[R]) page(q Query[R]) Page[R] {
	page := Page[R]{}
	entries := l.entries
	if q.After != "" {
		at, found := l.find(q.After)
		if found {
			at++
		}
		entries = entries[at:]
	}
	if q.Match == nil { // rows outside the page need not be read
		page.Total = len(l.entries)
		from := min(q.Offset, len(entries))
		to := min(from+q.Limit, len(entries))
		page.More = to < len(entries)
		for _, e := range entries[from:to] {
			page.Rows, page.Last = append(page.Rows, e.row), e.key
		}
		return page
	}
	for _, e := range entries {
		if !q.Match(e.row) {
			continue
		}
		page.Total++
		switch {
		case page.Total <= q.Offset:
		case len(page.Rows) < q.Limit:
			page.Rows, page.Last = append(page.Rows, e.row), e.key
		default:
			page.More = true
		}
	}
	return page
}
