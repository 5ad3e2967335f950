package client

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// warnDeletion warns that a client cannot be restored, and of the client grants that Auth0 deletes with it (CL020). It lists
// them unless the plan deletes a grant of the client: a plan that deletes the whole setup sends no request for the warning.
// There is no warning of a forced replacement, because Terraform prints only errors of its second plan.
func (r *Resource) warnDeletion(ctx context.Context, clientID string, diags *diag.Diagnostics) {
	var deleted strings.Builder
	if !r.PlanState.DeletesGrantOf(clientID) {
		for _, grant := range r.Grants(ctx, tenant.GrantFilter{ClientID: clientID}, fmt.Sprintf("client %q", clientID), diags) {
			fmt.Fprintf(&deleted, "\n  - %s for the API %s", grant.ID, grant.Audience)
		}
	}
	detail := fmt.Sprintf("This plan deletes the client %q. Auth0 cannot restore it, and a new client gets another client ID and another secret.", clientID)
	if deleted.Len() > 0 {
		detail += " Auth0 deletes its client grants with it:" + deleted.String()
	}
	diagnose.Warn(diags, path.Empty(), "Client cannot be restored", "%s", detail)
}
