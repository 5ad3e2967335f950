// Package diagnose is the one place where errors of the tenant become what a user reads: what failed, on which
// attribute, why in Auth0's own words, and what to do next.
package diagnose

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Operation is what was tried, in the words a user knows.
type Operation struct {
	Verb   string               // "create", "read", "update", "delete", "import"
	Noun   string               // "API", "client", "client grant"
	Type   string               // the resource type, such as "timesheets_api", for import blocks; empty where there is none
	Key    string               // the object, as a person would name it
	Fields map[string]path.Path // Auth0's names of fields, and the attributes they come from
	Saved  bool                 // a create with an unknown result leaves an entry in the state

	// Replaces is set on a create if this apply has deleted what depends on an object with the same key, so that it probably
	// replaces that object.
	Replaces bool

	Moves bool // another resource of the configuration can have released the key in the same apply
}

// summary is the first line of every diagnostic.
func (o Operation) summary() string { return "Unable to " + o.Verb + " " + o.Noun }

// AddOperationError adds err to diags.
func AddOperationError(diags *diag.Diagnostics, o Operation, err error) {
	AddOperationErrorAt(diags, path.Empty(), o, err)
}

// AddOperationErrorAt adds err to diags, at an attribute unless err is about another one.
func AddOperationErrorAt(diags *diag.Diagnostics, at path.Path, o Operation, err error) {
	where, detail := o.explain(err)
	if where != nil {
		at = *where
	}
	Reject(diags, at, o.summary(), "%s", detail)
}

// AddWriteError reports whether a write left an object that belongs into state: it succeeded, or the tenant kept other values
// than were sent. Either way err is in diags afterwards if there was one.
func AddWriteError(diags *diag.Diagnostics, o Operation, err error) bool {
	if err == nil {
		return true
	}
	AddOperationError(diags, o, err)
	var differs *tenant.Differs
	return errors.As(err, &differs)
}

// Reject adds the reason why a plan or an import is refused before anything happens.
func Reject(diags *diag.Diagnostics, at path.Path, summary, detail string, args ...any) {
	add(diags, at, diag.NewErrorDiagnostic(summary, fmt.Sprintf(detail, args...)))
}

// Warn adds a warning.
func Warn(diags *diag.Diagnostics, at path.Path, summary, detail string, args ...any) {
	add(diags, at, diag.NewWarningDiagnostic(summary, fmt.Sprintf(detail, args...)))
}

func add(diags *diag.Diagnostics, at path.Path, d diag.Diagnostic) {
	if !at.Equal(path.Empty()) {
		d = diag.WithPath(at, d)
	}
	diags.Append(d)
}

// AddProviderBug adds an error that only a mistake in the provider can cause.
func AddProviderBug(diags *diag.Diagnostics, detail string, args ...any) {
	diags.AddError("Bug in the provider", fmt.Sprintf(detail, args...)+"\n\nPlease report it with the steps that lead to it.")
}

// AddMissing warns that an object is not in the tenant any more, and that the next plan creates it again. That it was deleted outside
// Terraform is not certain: the last apply can have deleted or replaced an object on which it depends.
func AddMissing(diags *diag.Diagnostics, o Operation) {
	ended := map[string]string{"timesheets_api_scope": " or with its API,", "timesheets_client_grant": " or with its client or API,"}[o.Type]
	diags.AddWarning(fmt.Sprintf("%s is no longer in the tenant", capitalized(o.Noun)), fmt.Sprintf(
		"The %s %q is no longer in the tenant: it was deleted outside Terraform,%s or the provider is configured for another tenant. "+
			"It was removed from the state, and the next apply creates it again.", o.Noun, o.Key, ended))
}

// AddRecreated warns that an object was deleted and created again with the same key.
func AddRecreated(diags *diag.Diagnostics, o Operation, before, after string) {
	diags.AddWarning(fmt.Sprintf("%s was re-created", capitalized(o.Noun)), fmt.Sprintf(
		"The %s %q was deleted and re-created outside Terraform: its ID was %s and is %s now. "+
			"The state now contains the new ID; nothing is replaced.", o.Noun, o.Key, before, after))
}

// AddRecreatedSincePlan rejects the deletion of an object that was deleted and created again with the same key after the plan.
func AddRecreatedSincePlan(diags *diag.Diagnostics, o Operation, planned, current string) {
	diags.AddError(fmt.Sprintf("Unable to delete %s", o.Noun), fmt.Sprintf("The %s %q was deleted and re-created after this plan was made: "+
		"its ID was %s and is %s now. Nothing was changed. Plan again, with a refresh: the plan then shows the new object.", o.Noun, o.Key, planned, current))
}

func capitalized(noun string) string { return strings.ToUpper(noun[:1]) + noun[1:] }

// AddScopesMoved rejects a plan in which `scopes` of an API contains a scope that a timesheets_api_scope deletes in the same plan, because
// the result would depend on the order of the writes.
func AddScopesMoved(diags *diag.Diagnostics, at path.Path, identifier string, values []string) {
	Reject(diags, at, "Scopes move into the map of the API", "The API %q sets `scopes` now, while timesheets_api_scope deletes %s of the same API. "+
		"Remove them from the state instead: in place of each timesheets_api_scope write `removed { from = timesheets_api_scope.NAME` with `lifecycle { destroy = false } }`. "+
		"If it manages a scope of another API now, give it another address in the configuration.", identifier, quoted(values))
}

// AddConflictingScopes rejects a plan in which `scopes` of an API and timesheets_api_scope both manage scopes of the API.
func AddConflictingScopes(diags *diag.Diagnostics, at path.Path, identifier string, values []string) {
	Reject(diags, at, "Conflicting scope management", "The API %q sets `scopes`, and timesheets_api_scope manages %s of the same API: each would undo the other. "+
		"Either move the scope into the API's `scopes` and remove the timesheets_api_scope, or omit `scopes` in the timesheets_api.", identifier, quoted(values))
}
