package acctest

import (
	"reflect"
	"testing"
)

// Departing is an object in a state of auth0/auth0 that is moved to this provider.
type Departing struct {
	Source string // type in auth0/auth0
	State  string // as that provider wrote it
	Type   string // type in this provider
	Config map[string]any
	Key    map[string]any // its natural key
}

// Unchanged moves the object from either registry, reads it and plans its configuration, which sets every value that is not
// a default. It expects an empty plan and no writes.
func (n *Tenant) Unchanged(t *testing.T, d Departing) {
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		t.Run(registry, func(t *testing.T) {
			n.Server.ResetJournal()
			moved, said := n.Unconfigured(t).Move(registry+"/auth0/auth0", d.Source, 0, d.State, d.Type)
			if said != nil {
				t.Fatal(said)
			}
			p := n.Protocol(t)
			read := p.Read(d.Type, moved)
			if !reflect.DeepEqual(read.Identity, d.Key) {
				t.Errorf("the identity is %v, not %v", read.Identity, d.Key)
			}
			planned := p.Plan(d.Type, read, d.Config)
			if !reflect.DeepEqual(planned.State, read.State) || planned.Replaces != nil || planned.Said != nil {
				t.Errorf("the plan is\n%v of\n%v, replaces it because of %v, and warns %v", planned.State, read.State, planned.Replaces, planned.Said)
			}
			if wrote := n.Writes(); len(wrote) > 0 {
				t.Errorf("the move writes %v", wrote)
			}
		})
	}
}
