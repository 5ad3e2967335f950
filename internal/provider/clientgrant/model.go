package clientgrant

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model contains the attributes of a client grant, except its organizations.
type Model struct {
	ID             types.String `tfsdk:"id"`
	ClientID       types.String `tfsdk:"client_id"`
	Audience       types.String `tfsdk:"audience"`
	SubjectType    types.String `tfsdk:"subject_type"`
	Scopes         types.Set    `tfsdk:"scopes"`
	AllowAllScopes types.Bool   `tfsdk:"allow_all_scopes"`
	IsSystem       types.Bool   `tfsdk:"is_system"`

	OrganizationUsage         types.String `tfsdk:"organization_usage"`
	AllowAnyOrganization      types.Bool   `tfsdk:"allow_any_organization"`
	AuthorizationDetailsTypes types.Set    `tfsdk:"authorization_details_types"`
}

// grant converts the model to a grant.
func (m Model) grant() tenant.Grant { return modify.Expand(m, tenant.Grant{}) }

// newModel converts a grant to a model. The scopes of a grant that allows all scopes are null.
func newModel(grant tenant.Grant) Model {
	m := modify.Flatten(grant, Model{})
	m.ClientID = types.StringValue(grant.ClientID) // empty if the grant belongs to no single client
	m.Scopes = types.SetNull(types.StringType)
	if !grant.AllowAllScopes {
		m.Scopes = modify.StringSet(grant.Scopes)
	}
	return m
}

// key returns the key with which the tenant finds the grant.
func (m Model) key() tenant.GrantKey {
	return tenant.GrantKey{
		ID:          m.ID.ValueString(),
		ClientID:    m.ClientID.ValueString(),
		Audience:    m.Audience.ValueString(),
		SubjectType: m.SubjectType.ValueString(),
	}
}
