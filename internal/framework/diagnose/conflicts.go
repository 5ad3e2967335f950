package diagnose

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
)

// AddUndefinedScope rejects a plan in which a client grant contains a scope that the `scopes` of its API do not define. If the
// plan changes neither side, it warns. hint is a sentence that says what the API defines; it may be empty.
func AddUndefinedScope(diags *diag.Diagnostics, at path.Path, identifier string, found planstate.Contradiction, hint string) {
	client := "a client"
	if found.Client != "" {
		client = fmt.Sprintf("the client %q", found.Client)
	}
	detail := fmt.Sprintf("The API %q does not define the scope %q, which the client grant of %s contains.%s Auth0 would accept it, and issue tokens with it. "+
		"Add the scope to the `scopes` of the API, or remove it from the grant.", identifier, found.Scope, client, hint)
	if found.Unchanged {
		Warn(diags, at, "Grant contains an undefined scope", "%s", detail)
		return
	}
	Reject(diags, at, "Scope does not exist", "%s\n\n`terraform destroy` plans the configuration first: add `-refresh=false` if this error stops it.", detail)
}

// AddScopesExist rejects a plan that creates single-scope resources for scopes that the API's `scopes` managed until now.
func AddScopesExist(diags *diag.Diagnostics, at path.Path, identifier string, values []string) {
	blocks := make([]string, 0, len(values))
	for _, value := range values {
		blocks = append(blocks, ImportBlock("timesheets_api_scope", identifier+" "+value))
	}
	Reject(diags, at, "Scopes exist already", "`scopes` of the API %q managed %s until now. They stay in the tenant, so timesheets_api_scope cannot create them. "+
		"Add these blocks and plan again:\n\n%s", identifier, quoted(values), strings.Join(blocks, "\n\n"))
}

// AddUselessGrant warns of a client grant for an API that denies all clients.
func AddUselessGrant(diags *diag.Diagnostics, at path.Path, identifier string) {
	Warn(diags, at, "Client grant has no effect", "The API %q sets `subject_type_authorization.client = \"deny_all\"`, so Auth0 rejects every token request of "+
		"a client for itself, also of clients with a timesheets_client_grant. Set it to \"require_client_grant\", or remove the grant.", identifier)
}

// AddDependents rejects a plan that deletes an API or a client and keeps resources that depend on it. It adds
// nothing if there are none.
func AddDependents(diags *diag.Diagnostics, at path.Path, parent planstate.Parent, dependents ...string) {
	if len(dependents) == 0 {
		return
	}
	noun := map[string]string{"timesheets_api": "API", "timesheets_client": "client"}[parent.Type]
	Reject(diags, at, fmt.Sprintf("Resource of a deleted %s", noun), "This plan deletes the %s %q, and keeps resources that depend on it:\n  - %s\n\n"+
		"Remove them from the configuration too, or keep the %s. If a resource shall move to another %s, reference that one, and do not ignore changes of this attribute.\n\n"+
		"`terraform destroy` plans the configuration first: add `-refresh=false` if this error stops it.",
		noun, parent.Key, strings.Join(dependents, "\n  - "), noun, noun)
}
