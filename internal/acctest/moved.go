package acctest

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
)

// MovedObject is an object in a state of auth0/auth0 that is moved to this provider.
type MovedObject struct {
	From   string // address of that provider; that in Terraform's registry if empty
	Source string // type in auth0/auth0
	State  string // as that provider wrote it
	Type   string // type in this provider
	Config map[string]any
	Key    map[string]any // its natural key
}

// ExpectMove moves the object without a tenant, compares attributes of the result, and expects that it contains no secret.
func (n *Tenant) ExpectMove(t *testing.T, object MovedObject, want map[string]any) Stored {
	t.Helper()
	moved, errs := object.move(t, n)
	if errs != nil {
		t.Fatal(errs)
	}
	for attribute, value := range want {
		if !reflect.DeepEqual(moved.State[attribute], value) {
			t.Errorf("%s is %v, want %v", attribute, moved.State[attribute], value)
		}
	}
	if strings.Contains(fmt.Sprint(moved.State, string(moved.Private)), secretInState) {
		t.Errorf("the state contains a secret: %v", moved.State)
	}
	return moved
}

// ExpectMoveRejected moves the object without a tenant, and expects one error that contains want and no secret.
func (n *Tenant) ExpectMoveRejected(t *testing.T, object MovedObject, want string) {
	t.Helper()
	_, errs := object.move(t, n)
	if len(errs) != 1 || !strings.Contains(errs[0], want) || strings.Contains(errs[0], secretInState) {
		t.Errorf("errors %q, want %q", errs, want)
	}
}

// secretInState is part of every secret in these states.
const secretInState = "canary"

func (o MovedObject) move(t *testing.T, n *Tenant) (Stored, []string) {
	t.Helper()
	return n.Unconfigured(t).Move(cmp.Or(o.From, "registry.terraform.io/auth0/auth0"), o.Source, 0, o.State, o.Type)
}

// ExpectUnchangedMove moves the object from either registry, reads it and plans its configuration, which sets every value
// that is not a default. It expects an empty plan and no writes.
func (n *Tenant) ExpectUnchangedMove(t *testing.T, object MovedObject) {
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		t.Run(registry, func(t *testing.T) {
			n.Server.ResetJournal()
			object.From = registry + "/auth0/auth0"
			moved, diags := object.move(t, n)
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
