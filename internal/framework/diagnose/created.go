package diagnose

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// AddCreateError reports whether a create left an object that belongs in the state. Other values than were sent are a warning:
// after an error Terraform would taint the object, and replace it in the next apply.
func AddCreateError(diags *diag.Diagnostics, o Operation, err error) bool {
	differs := new(tenant.Differs)
	if err == nil {
		return true
	}
	if accepted := new(tenant.Unverified); errors.As(err, &accepted) {
		diags.AddWarning(capitalized(o.Noun)+" is not verified", o.unverified(accepted))
		return true
	}
	if conflict := new(tenant.Conflict); o.Replaces && errors.As(err, &conflict) {
		diags.AddError(o.summary(), o.conflictOfReplacement(conflict))
		return false
	}
	if !errors.As(err, &differs) {
		AddOperationError(diags, o, err)
		return false
	}
	if len(differs.Wider) > 0 {
		why := "Auth0 accepted a second request to correct them, and kept them all the same."
		if differs.Cause != nil {
			_, detail := o.explain(differs.Cause)
			why = "A second request to correct them failed: " + detail
		}
		Warn(diags, o.place(differs.Wider), "Access is wider than the configuration",
			"Auth0 created the %s %q and kept other values than were sent for %s, which give more access than the configuration. %s\n\n"+
				"The state holds the configuration. Plan again: the refresh reads what the tenant has, and the plan corrects it in place. "+
				"Until then, check the object in the dashboard.", o.Noun, o.Key, quoted(differs.Wider), why)
	}
	others := slices.DeleteFunc(slices.Clone(differs.Fields), func(name string) bool { return slices.Contains(differs.Wider, name) })
	if len(others) > 0 {
		diags.AddAttributeWarning(o.place(others), capitalized(o.Noun)+" differs from the configuration", fmt.Sprintf("Auth0 created the %s %q and did not keep what was sent for %s. The state holds the configuration. "+
			"Plan again: the refresh reads what the tenant has, and the plan updates it in place. If the difference stays, "+
			"the subscription plan of the tenant may lack the feature: write what the tenant has.", o.Noun, o.Key, quoted(others)))
	}
	return true
}

// conflictOfReplacement describes the conflict of a create that probably replaces an object of the state, which cannot be imported.
func (o Operation) conflictOfReplacement(e *tenant.Conflict) string {
	return withReply(e.Reply, fmt.Sprintf("The tenant already has the %[1]s %[2]q, and this apply has deleted what depends on it. If the apply replaces the %[1]s, it is in the state, "+
		"and the tenant cannot have the old and the new one at once: remove `create_before_destroy` from the resource and from those that depend on it, and apply again. "+
		"That also creates what this apply has deleted.\n\nOtherwise, to manage the existing %[1]s, add this block and plan again:\n\n%[3]s", e.Noun, e.Key, ImportBlock(o.Type, e.Key)))
}

// AddIncomplete adds a warning that a created object lacks what a second request should have set: why, and what to do next.
func AddIncomplete(diags *diag.Diagnostics, o Operation, at path.Path, summary string, err error, next string) {
	_, why := o.explain(err)
	diags.AddAttributeWarning(at, summary, fmt.Sprintf("%s: %s\n\n%s", o.summary(), why, next))
}

// replaceEntry returns how to replace the entry that a create with an unknown result left in the state. Terraform ignores
// an import block for an address that is in the state.
func (o Operation) replaceEntry(id string) string {
	again := ""
	if o.Verb == "create" {
		again = fmt.Sprintf(" This list can be a few seconds old, so plan again before you decide: the plan looks for the %s by name again.", o.Noun)
	}
	return fmt.Sprintf("\n\nThe state contains an entry for it without an id.%s If one of them is the %s of this configuration, remove the entry from the state, "+
		"add the import block, and plan again:\n\n  terraform state rm %s.NAME\n\n%s\n\n"+
		"Otherwise run `terraform state rm` alone: the next apply then creates a new %s.", again, o.Noun, o.Type, ImportBlock(o.Type, id), o.Noun)
}

// place is the attribute that the first known of Auth0's field names comes from; empty where none does.
func (o Operation) place(fields []string) path.Path {
	if where := o.attribute(fields...); where != nil {
		return *where
	}
	return path.Empty()
}
