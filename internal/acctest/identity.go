package acctest

import (
	"reflect"
	"testing"
)

// Identified makes an object, reads it, changes it and reads it again, and checks that its identity is its whole natural
// key each time. It returns the object as it is in the end.
func (p *Protocol) Identified(t *testing.T, typeName string, config, changed map[string]any, key func(state map[string]any) map[string]any) Held {
	t.Helper()
	made := p.Apply(typeName, Held{}, config)
	read := p.Read(typeName, made)
	updated := p.Apply(typeName, read, changed)
	again := p.Read(typeName, updated)
	if reflect.DeepEqual(read.State, updated.State) {
		t.Error("the update changes nothing")
	}
	for when, held := range map[string]Held{"create": made, "read": read, "update": updated, "read after the update": again} {
		if want := key(held.State); !reflect.DeepEqual(held.Identity, want) {
			t.Errorf("the identity after %s is %v, not %v", when, held.Identity, want)
		}
	}
	return again
}

// Imports checks that an object is taken over as it is, whichever of these import ids and identities names it.
func (p *Protocol) Imports(t *testing.T, typeName string, as Held, ids []string, identities ...map[string]any) {
	t.Helper()
	check := func(by any, got Held, said []string) {
		t.Helper()
		if said != nil || !reflect.DeepEqual(got.State, as.State) || !reflect.DeepEqual(got.Identity, as.Identity) {
			t.Errorf("by %v: %v, %v %v\nnot %v %v", by, said, got.Identity, got.State, as.Identity, as.State)
		}
	}
	for _, id := range ids {
		got, said := p.Import(typeName, id, nil)
		check(id, got, said)
	}
	for _, identity := range identities {
		got, said := p.Import(typeName, "", identity)
		check(identity, got, said)
	}
}
