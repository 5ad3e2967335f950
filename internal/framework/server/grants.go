package server

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Grants returns the client grants of an object, which a plan lists to warn of what a deletion deletes with it. If they
// cannot be listed it warns and returns none, because nothing depends on them. object is such as `API "https://api.example"`.
func (d Data) Grants(ctx context.Context, filter tenant.GrantFilter, object string, diags *diag.Diagnostics) []tenant.Grant {
	var found []tenant.Grant
	for grant, err := range d.Tenant.Grants.List(ctx, filter) {
		if err != nil {
			diagnose.Warn(diags, path.Empty(), "Client grants are not known", "The client grants of the %s could not be listed: %s.",
				object, strings.TrimSuffix(diagnose.Cause(err), "."))
			return nil
		}
		found = append(found, grant)
	}
	return found
}
