package emulator

import (
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// field is a row of a collection's table: one top-level member of its objects. The rows stand in the order the members
// have in answers (GE008).
type field struct {
	name   string
	rule   rule
	patch  rule // for PATCH, where it differs; nil: rule
	when   when
	merges bool // an object sent by PATCH is laid over the one that is there (GE010)
}

// when says what a caller may do with a field.
type when int

const (
	onCreate   when = 1 << iota // may be sent by POST
	onUpdate                    // may be sent by PATCH
	required                    // must be sent by POST
	clears                      // may be null in PATCH, which takes the member away
	clearsOnce                  // may be null in POST, which leaves the member out
	settable        = onCreate | onUpdate
	answered   when = 0 // filled by the tenant; never sent
)

type schema []field

func (s schema) find(name string) (field, bool) {
	i := slices.IndexFunc(s, func(f field) bool { return f.name == name })
	if i < 0 {
		return field{}, false
	}
	return s[i], true
}

// check holds a body against the rules for POST (onCreate) or PATCH (onUpdate).
func (s schema) check(body store.Object, op when) *flaw {
	return checkMembers(body, "", false, s.members(op))
}

// members are the fields that may be sent by POST or by PATCH.
func (s schema) members(op when) []member {
	var members []member
	for _, f := range s {
		if f.when&op == 0 {
			continue
		}
		r := f.rule
		if op == onUpdate && f.patch != nil {
			r = f.patch
		}
		if op == onUpdate && f.when&clears != 0 || op == onCreate && f.when&clearsOnce != 0 {
			r = nullable(r)
		}
		members = append(members, member{name: f.name, rule: r, required: op == onCreate && f.when&required != 0})
	}
	return members
}

// replacing returns the table of a tenant that replaces objects where the default is to merge them (GE010). Metadata
// always merge (CL008).
func (s schema) replacing(on bool) schema {
	if !on {
		return s
	}
	table := slices.Clone(s)
	for i := range table {
		table[i].merges = table[i].merges && table[i].name == "client_metadata"
	}
	return table
}

// apply lays the members of body over doc: null takes a member away (GE009), objects of merging fields are laid over what
// is there (GE010) unless they are empty (CL028), everything else is replaced whole.
func (s schema) apply(doc *store.Object, body store.Object) {
	for _, m := range body {
		f, _ := s.find(m.Name)
		was := doc.Child(m.Name)
		now, isObject := m.Value.(store.Object)
		switch {
		case m.Value == nil:
			doc.Remove(m.Name)
		case f.merges && isObject && was != nil && len(now) > 0:
			doc.Set(m.Name, merge(was.Clone(), now))
		case f.merges && isObject:
			doc.Set(m.Name, merge(store.Object{}, now))
		default:
			doc.Set(m.Name, m.Value)
		}
	}
	s.sort(*doc)
}

// merge lays over onto was, at every depth; null takes a member away.
func merge(was, over store.Object) store.Object {
	for _, m := range over {
		now, isObject := m.Value.(store.Object)
		switch child := was.Child(m.Name); {
		case m.Value == nil:
			was.Remove(m.Name)
		case isObject:
			was.Set(m.Name, merge(child, now))
		default:
			was.Set(m.Name, m.Value)
		}
	}
	return was
}

// sort puts the members into the order of the table.
func (s schema) sort(doc store.Object) {
	places := make(map[string]int, len(s))
	for i, f := range s {
		places[f.name] = i
	}
	slices.SortStableFunc(doc, func(a, b store.Member) int { return places[a.Name] - places[b.Name] })
}
