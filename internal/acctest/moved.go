package acctest

import (
	"reflect"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// MovedObject is an object in a state of auth0/auth0 that is moved to this provider.
type MovedObject struct {
	Source string // type in auth0/auth0
	State  string // as that provider wrote it
	Type   string // type in this provider
	Config map[string]any
	Key    map[string]any // its natural key
}

// ExpectUnchangedMove moves the object from either registry, reads it and plans its configuration, which sets every value
// that is not a default. It expects an empty plan and no writes.
func (n *Tenant) ExpectUnchangedMove(t *testing.T, object MovedObject) {
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		t.Run(registry, func(t *testing.T) {
			n.Server.ResetJournal()
			moved, diags := n.Unconfigured(t).Move(registry+"/auth0/auth0", object.Source, 0, object.State, object.Type)
			if diags != nil {
				t.Fatal(diags)
			}
			p := n.Protocol(t)
			read := p.Read(object.Type, moved)
			if !reflect.DeepEqual(read.Identity, object.Key) {
				t.Errorf("the identity is %v, not %v", read.Identity, object.Key)
			}
			planned := p.Plan(object.Type, read, object.Config)
			if !reflect.DeepEqual(planned.State, read.State) || planned.Action != core.Noop || planned.Warnings != nil {
				t.Errorf("the plan is %s\n%v of\n%v, and warns %v", planned.Action, planned.State, read.State, planned.Warnings)
			}
			if writes := n.Writes(); len(writes) > 0 {
				t.Errorf("the move writes %v", writes)
			}
		})
	}
}
