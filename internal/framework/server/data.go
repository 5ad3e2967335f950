package server

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/planstate"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Data contains what the provider passes to its resources. Each configured provider has its own.
type Data struct {
	Tenant    tenant.Tenant
	PlanState *planstate.State // nil in an unconfigured process
	Self      Self
}

// Self contains what the provider knows about its own access to the tenant, so that no plan removes it.
type Self struct {
	Domain   string // of the tenant, as configured, without scheme
	ClientID string // of the client whose credentials the provider uses; empty if unknown
	Audience string // identifier of the Management API
	KeyID    string // thumbprint of the private key with which the provider authenticates; empty if it uses none
}

// IsOwnGrant reports whether a grant is the provider's own one for the Management API.
func (s Self) IsOwnGrant(clientID, audience, subjectType string) bool {
	return s.ClientID != "" && clientID == s.ClientID && audience == s.Audience && subjectType == tenant.SubjectClient
}

// IsSystemAPI reports whether the identifier is that of a system API (RS019, RS020).
func (s Self) IsSystemAPI(identifier string) bool {
	tenant, found := strings.CutSuffix(s.Audience, "api/v2/")
	return identifier != "" && identifier == s.Audience || found && identifier == tenant+"me/" || identifier == "urn:auth0:express-configure"
}

// set stores the data of the provider. There is none if Terraform only validates.
func (d *Data) set(from any, diags *diag.Diagnostics) {
	if from == nil {
		return
	}
	data, ok := from.(Data)
	if !ok {
		diagnose.AddProviderBug(diags, "the provider passed data of type %T", from)
		return
	}
	*d = data
}

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
