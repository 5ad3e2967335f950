package diagnose

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
)

// AddDependents rejects a plan that deletes an API or a client and keeps resources that Auth0 deletes with it. It adds
// nothing if there are none.
func AddDependents(diags *diag.Diagnostics, at path.Path, parent planstate.Parent, dependents ...string) {
	if len(dependents) == 0 {
		return
	}
	noun := map[string]string{"timesheets_api": "API", "timesheets_client": "client"}[parent.Type]
	Reject(diags, at, fmt.Sprintf("Resource of a deleted %s", noun), "This plan deletes the %s %q, and keeps resources that Auth0 deletes with it:\n  - %s\n\n"+
		"Remove them from the configuration too, or keep the %s. If a resource shall move to another %s, reference that one, and do not ignore changes of this attribute.\n\n"+
		"`terraform destroy` plans the configuration first: add `-refresh=false` if this error stops it.",
		noun, parent.Key, strings.Join(dependents, "\n  - "), noun, noun)
}
