package client

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var _ resource.ResourceWithMoveState = (*Resource)(nil)

// left is what is taken of an auth0_client. Whatever else it holds, the next read fills from the tenant; a secret is left
// behind.
type left struct {
	ClientID                string            `json:"client_id"`
	Name                    string            `json:"name"`
	Description             string            `json:"description"`
	AppType                 string            `json:"app_type"`
	GrantTypes              []string          `json:"grant_types"`
	Metadata                map[string]string `json:"client_metadata"`
	TokenEndpointAuthMethod string            `json:"token_endpoint_auth_method"` // of versions before 1.0
	IsFirstParty            *bool             `json:"is_first_party"`

	OrganizationUsage string `json:"organization_usage"`
}

// MoveState takes over an auth0_client, if it is one of machine to machine.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	const source = "auth0_client"
	return []resource.StateMover{modify.MovedFrom(source, func(ctx context.Context, state left, resp *resource.MoveStateResponse) {
		if modify.MissingMoved(&resp.Diagnostics, source, state.ClientID) {
			return
		}
		client := state.client()
		if manageable(client, true, &resp.Diagnostics) {
			resp.Diagnostics.Append(resp.TargetState.Set(ctx, newModel(client, Model{}))...)
		}
	})}
}

// client is what the state says, with the tenant's default where it says nothing.
func (l left) client() tenant.Client {
	return tenant.Client{
		ClientID:                l.ClientID,
		Name:                    l.Name,
		Description:             l.Description,
		AppType:                 l.AppType,
		GrantTypes:              l.GrantTypes,
		TokenEndpointAuthMethod: cmp.Or(l.TokenEndpointAuthMethod, tenant.DefaultTokenEndpointAuthMethod),
		Metadata:                l.Metadata,
		OrganizationUsage:       cmp.Or(l.OrganizationUsage, tenant.DefaultOrganizationUsage),
		IsThirdParty:            l.IsFirstParty != nil && !*l.IsFirstParty,
	}
}
