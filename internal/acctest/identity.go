package acctest

import (
	"reflect"
	"testing"
)

// ExpectIdentity creates an object, reads it, changes it and reads it again. It checks that the identity is the complete
// natural key each time, and returns the final object.
func (p *Protocol) ExpectIdentity(t *testing.T, typeName string, config, changed map[string]any, key func(state map[string]any) map[string]any) Stored {
	t.Helper()
	created := p.Apply(typeName, Stored{}, config)
	read := p.Read(typeName, created)
	updated := p.Apply(typeName, read, changed)
	again := p.Read(typeName, updated)
	if reflect.DeepEqual(read.State, updated.State) {
		t.Error("the update changes nothing")
	}
	for when, stored := range map[string]Stored{"create": created, "read": read, "update": updated, "read after the update": again} {
		if want := key(stored.State); !reflect.DeepEqual(stored.Identity, want) {
			t.Errorf("the identity after %s is %v, want %v", when, stored.Identity, want)
		}
	}
	return again
}

// ExpectImports checks that every import ID and identity imports the object unchanged.
func (p *Protocol) ExpectImports(t *testing.T, typeName string, want Stored, ids []string, identities ...map[string]any) {
	t.Helper()
	check := func(by any, got Stored, diags []string) {
		t.Helper()
		if diags != nil || !reflect.DeepEqual(got.State, want.State) || !reflect.DeepEqual(got.Identity, want.Identity) {
			t.Errorf("import by %v: %v, %v %v\nwant %v %v", by, diags, got.Identity, got.State, want.Identity, want.State)
		}
	}
	for _, id := range ids {
		got, diags := p.Import(typeName, id, nil)
		check(id, got, diags)
	}
	for _, identity := range identities {
		got, diags := p.Import(typeName, "", identity)
		check(identity, got, diags)
	}
}
