package acctest

import (
	"reflect"
	"testing"
)

// Identified creates an object, reads it, changes it and reads it again. It checks that the identity is the complete natural
// key each time, and returns the final object.
func (p *Protocol) Identified(t *testing.T, typeName string, config, changed map[string]any, key func(state map[string]any) map[string]any) Stored {
	t.Helper()
	made := p.Apply(typeName, Stored{}, config)
	read := p.Read(typeName, made)
	updated := p.Apply(typeName, read, changed)
	again := p.Read(typeName, updated)
	if reflect.DeepEqual(read.State, updated.State) {
		t.Error("the update changes nothing")
	}
	for when, stored := range map[string]Stored{"create": made, "read": read, "update": updated, "read after the update": again} {
		if want := key(stored.State); !reflect.DeepEqual(stored.Identity, want) {
			t.Errorf("the identity after %s is %v, not %v", when, stored.Identity, want)
		}
	}
	return again
}

// Imports checks that every import ID and identity imports the object unchanged.
func (p *Protocol) Imports(t *testing.T, typeName string, as Stored, ids []string, identities ...map[string]any) {
	t.Helper()
	check := func(by any, got Stored, said []string) {
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
