package clientgrant

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// left is what is taken of an auth0_client_grant. Whatever else it holds, the next read fills from the tenant.
type left struct {
	ID             string   `json:"id"`
	ClientID       string   `json:"client_id"`
	Audience       string   `json:"audience"`
	SubjectType    string   `json:"subject_type"`
	Scopes         []string `json:"scopes"`
	Scope          []string `json:"scope"` // the same, in versions before 1.0
	AllowAllScopes bool     `json:"allow_all_scopes"`
	IsSystem       bool     `json:"is_system"`
	DefaultFor     string   `json:"default_for"`

	OrganizationUsage string `json:"organization_usage"`
}

// MoveState takes over an auth0_client_grant.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	const source = "auth0_client_grant"
	return []resource.StateMover{modify.MovedFrom(source, func(ctx context.Context, state left, resp *resource.MoveStateResponse) {
		if state.DefaultFor != "" {
			diagnose.Refusal(&resp.Diagnostics, path.Empty(), "Client grant cannot be managed here",
				"The grant %s is not taken over: it belongs to no client, but is the default of a whole kind of clients (`default_for`).", state.ID)
			return
		}
		if modify.MissingMoved(&resp.Diagnostics, source, state.ID, state.ClientID, state.Audience) {
			return
		}
		resp.Diagnostics.Append(resp.TargetState.Set(ctx, newResourceModel(state.grant()))...)
	})}
}

// grant is what the state says.
func (l left) grant() tenant.Grant {
	scopes := l.Scopes
	if scopes == nil {
		scopes = l.Scope
	}
	return tenant.Grant{
		ID:             l.ID,
		ClientID:       l.ClientID,
		Audience:       l.Audience,
		SubjectType:    cmp.Or(l.SubjectType, tenant.SubjectClient),
		Scopes:         slices.Sorted(slices.Values(scopes)),
		AllowAllScopes: l.AllowAllScopes,
		IsSystem:       l.IsSystem,

		OrganizationUsage: cmp.Or(l.OrganizationUsage, tenant.DefaultOrganizationUsage),
	}
}
