package acctest

import (
	"reflect"
	"testing"
)

// Departing is an object under auth0/auth0, on its way here.
type Departing struct {
	Source string // type over there
	State  string // as that provider wrote it
	Type   string // type here
	Config map[string]any
	Key    map[string]any // its natural key
}

// Unchanged moves the object from either registry, reads it and plans its configuration, which names all that is not
// usual: there must be nothing to do, and nothing written.
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
				t.Errorf("the plan makes\n%v of\n%v, replaces it because of %v, and says %v", planned.State, read.State, planned.Replaces, planned.Said)
			}
			if wrote := n.Writes(); len(wrote) > 0 {
				t.Errorf("the move writes %v", wrote)
			}
		})
	}
}
