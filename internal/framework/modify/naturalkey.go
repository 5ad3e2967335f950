package modify

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/privatestate"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
)

// NaturalKey rejects plans in which two objects of one resource type claim the same natural key, for example because an
// address changed without a `moved` block.
type NaturalKey struct {
	Guard
	Noun string // such as "client grant"
	// Exchange permits a plan to replace one object by another and to give its key to a third one, as a list with `count`
	// does when its elements move.
	Exchange bool
}

// Read records the key of an object that was read, and whether it is new to the state.
func (k NaturalKey) Read(noted *planstate.State, imported bool, resp *resource.ReadResponse) {
	if key, ok := k.key(resp.State.Raw); ok {
		noted.ReadKey(key, imported)
	}
}

// Plan records what a plan does to the keys before and after it, and rejects conflicts with other objects.
func (k NaturalKey) Plan(ctx context.Context, noted *planstate.State, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	before, had := k.key(req.State.Raw)
	after, has := k.key(req.Plan.Raw)
	if req.State.Raw.IsNull() {
		if _, second := privatestate.PlannedAt(ctx, req.Private, &resp.Diagnostics); second { // the first plan of this replacement claimed the keys
			return
		}
	} else {
		privatestate.MarkPlanned(ctx, resp.Private, &resp.Diagnostics)
	}
	at := path.Empty()
	if !req.Plan.Raw.IsNull() {
		at = path.Root(k.Key[0])
	}
	claim := func(key string, action planstate.Action) {
		for _, conflict := range noted.Claim(key, action) {
			k.report(&resp.Diagnostics, at, key[len(k.Type)+1:], conflict)
		}
	}
	switch {
	case req.State.Raw.IsNull():
		if has {
			claim(after, planstate.Create)
		}
	case req.Plan.Raw.IsNull():
		if had {
			claim(before, planstate.Delete)
		}
	case before == after:
		claim(before, planstate.Keep)
	default:
		claim(before, planstate.ReplaceFrom)
		if has {
			claim(after, planstate.ReplaceTo)
		}
	}
}

func (k NaturalKey) report(diags *diag.Diagnostics, at path.Path, key string, conflict planstate.Conflict) {
	removed := fmt.Sprintf("In place of the one you do not keep, write `removed { from = %s.NAME` with `lifecycle { destroy = false } }`.", k.Type)
	refresh := "\n\n`terraform destroy` plans the configuration first: add `-refresh=false` if this error stops it."
	switch conflict {
	case planstate.Duplicate:
		diagnose.Reject(diags, at, "Object is configured twice", "Two %s resources of this configuration have the key %q. "+
			"Auth0 has one %s of that key, and each resource would undo what the other does. Remove one of the two resources.%s", k.Type, key, k.Noun, refresh)
	case planstate.Shared:
		diagnose.Warn(diags, at, "Object is managed twice", "Two %s resources in the state are the same %s %q, so each undoes what the other does, and deleting one deletes "+
			"the object of both. %s", k.Type, k.Noun, key, removed)
	case planstate.Lost:
		diagnose.Reject(diags, at, "Object is deleted and kept", "Two %s resources in the state are the same %s %q. This plan deletes one of them and keeps the other, "+
			"which would lose the object. %s%s", k.Type, k.Noun, key, removed, refresh)
	case planstate.Moved, planstate.Exchanged:
		if conflict == planstate.Exchanged && k.Exchange {
			return
		}
		diagnose.Reject(diags, at, "Object changes its address", "This plan deletes the %s %q at one address and creates it at another, in no fixed order. "+
			"If its address in the configuration changed, such as its name or its key in `for_each`, declare that:\n\n"+
			"moved {\n  from = %s.OLD\n  to   = %s.NEW\n}\n\n"+
			"If two objects exchange their keys, which no `moved` block can express, remove one and apply first.%s", k.Noun, key, k.Type, k.Type, refresh)
	}
}
