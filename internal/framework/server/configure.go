// Package server contains what all resource types share: configuration, read, import, delete, list, move from auth0/auth0, and
// data sources. It also converts panics to errors and shortens generated configuration.
package server

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

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

// Resource is embedded by every resource.
type Resource struct{ Data }

// Configure stores the data of the provider. There is none if Terraform only validates.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.set(req.ProviderData, &resp.Diagnostics)
}

// DataSource is embedded by every data source.
type DataSource struct{ Data }

// Configure stores the data of the provider. There is none if Terraform only validates.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.set(req.ProviderData, &resp.Diagnostics)
}

// EphemeralResource is embedded by every ephemeral resource.
type EphemeralResource struct{ Data }

// Configure stores the data of the provider. There is none if Terraform only validates.
func (e *EphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.set(req.ProviderData, &resp.Diagnostics)
}

// ListResource is embedded by every list resource.
type ListResource struct{ Data }

// Configure stores the data of the provider. There is none if Terraform only validates.
func (l *ListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.set(req.ProviderData, &resp.Diagnostics)
}

// Action is embedded by every action.
type Action struct{ Data }

// Configure stores the data of the provider. There is none if Terraform only validates.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.set(req.ProviderData, &resp.Diagnostics)
}

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
