package emulator

import (
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// field describes one top-level member of a collection's objects. The order of fields is that of the members in responses
// (GE008).
type field struct {
	name   string
	rule   rule
	patch  rule // for PATCH, if it differs; nil: rule
	when   when
	merges bool // the members of an object in PATCH replace those of the stored object one by one (GE010)
	flat   bool // objects inside it never merge
	deep   bool // objects inside it merge too (Switches.DeepMerge)
}

// when describes what a caller can do with a field.
type when int

const (
	onCreate   when = 1 << iota // allowed in POST
	onUpdate                    // allowed in PATCH
	required                    // required in POST
	clears                      // null is allowed in PATCH and removes the member
	clearsOnce                  // null is allowed in POST and omits the member
	settable        = onCreate | onUpdate
	answered   when = 0 // set by the tenant; never sent
)

type schema []field

func (s schema) find(name string) (field, bool) {
	i := slices.IndexFunc(s, func(f field) bool { return f.name == name })
	if i < 0 {
		return field{}, false
	}
	return s[i], true
}

// check applies the rules for POST (onCreate) or PATCH (onUpdate) to a body.
func (s schema) check(body store.Object, op when) *violation {
	return checkMembers(body, "", false, s.members(op))
}

// checkPatch applies the rules for PATCH to a body in collections that reject an empty one (GE015).
func (s schema) checkPatch(body store.Object) *violation {
	if len(body) == 0 {
		return violationf("", "Too few properties defined (0), minimum 1")
	}
	return s.check(body, onUpdate)
}

// members returns the fields that are allowed in POST or in PATCH.
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

// merging returns the schema for the switches of GE010: one that replaces all objects except metadata (CL008), or one that
// also merges objects inside objects.
func (s schema) merging(switches Switches) schema {
	table := slices.Clone(s)
	for i := range table {
		f := &table[i]
		f.merges = f.merges && (!switches.ReplaceObjects || f.name == "client_metadata")
		f.deep = switches.DeepMerge && !f.flat
	}
	return table
}

// apply writes the members of body to doc: null removes a member (GE009), objects of merging fields are merged with the
// stored object (GE010) unless they are empty (CL028), everything else is replaced.
func (s schema) apply(doc *store.Object, body store.Object) {
	for _, m := range body {
		f, _ := s.find(m.Name)
		now, isObject := m.Value.(store.Object)
		switch {
		case m.Value == nil:
			doc.Remove(m.Name)
		case f.merges && isObject && len(now) > 0:
			doc.Set(m.Name, merge(doc.Child(m.Name).Clone(), now, f.deep))
		case f.merges && isObject:
			doc.Set(m.Name, store.Object{})
		default:
			doc.Set(m.Name, m.Value)
		}
	}
	s.sort(*doc)
}

// merge sets the members of change in stored, objects as a whole unless deep; null removes a member.
func merge(stored, change store.Object, deep bool) store.Object {
	for _, m := range change {
		now, isObject := m.Value.(store.Object)
		switch {
		case m.Value == nil:
			stored.Remove(m.Name)
		case isObject && deep:
			stored.Set(m.Name, merge(stored.Child(m.Name).Clone(), now, deep))
		case isObject:
			stored.Set(m.Name, merge(store.Object{}, now, deep))
		default:
			stored.Set(m.Name, m.Value)
		}
	}
	return stored
}

// sort orders the members as the schema does.
func (s schema) sort(doc store.Object) {
	places := make(map[string]int, len(s))
	for i, f := range s {
		places[f.name] = i
	}
	slices.SortStableFunc(doc, func(a, b store.Member) int { return places[a.Name] - places[b.Name] })
}
