package clientgrant

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

// Identity contains the resource identity of a grant.
type Identity struct {
	ClientID    types.String `tfsdk:"client_id"`
	Audience    types.String `tfsdk:"audience"`
	SubjectType types.String `tfsdk:"subject_type"`
}

// grant converts the model to a grant.
func (m Model) grant(ctx context.Context) tenant.Grant {
	g := tenant.Grant{
		ID:             m.ID.ValueString(),
		ClientID:       m.ClientID.ValueString(),
		Audience:       m.Audience.ValueString(),
		SubjectType:    m.SubjectType.ValueString(),
		AllowAllScopes: m.AllowAllScopes.ValueBool(),
		IsSystem:       m.IsSystem.ValueBool(),

		OrganizationUsage:    m.OrganizationUsage.ValueString(),
		AllowAnyOrganization: m.AllowAnyOrganization.ValueBool(),
	}
	if !m.AuthorizationDetailsTypes.IsNull() && !m.AuthorizationDetailsTypes.IsUnknown() {
		m.AuthorizationDetailsTypes.ElementsAs(ctx, &g.AuthorizationDetailsTypes, false)
		slices.Sort(g.AuthorizationDetailsTypes)
	}
	if !m.Scopes.IsNull() && !m.Scopes.IsUnknown() {
		g.Scopes = []string{}
		m.Scopes.ElementsAs(ctx, &g.Scopes, false)
		slices.Sort(g.Scopes)
	}
	return g
}

// newModel converts a grant to a model. The scopes of a grant that allows all scopes are null.
func newModel(grant tenant.Grant) Model {
	m := Model{
		ID:             types.StringValue(grant.ID),
		ClientID:       types.StringValue(grant.ClientID),
		Audience:       types.StringValue(grant.Audience),
		SubjectType:    types.StringValue(grant.SubjectType),
		Scopes:         types.SetNull(types.StringType),
		AllowAllScopes: types.BoolValue(grant.AllowAllScopes),
		IsSystem:       types.BoolValue(grant.IsSystem),

		OrganizationUsage:         types.StringValue(grant.OrganizationUsage),
		AllowAnyOrganization:      types.BoolValue(grant.AllowAnyOrganization),
		AuthorizationDetailsTypes: types.SetNull(types.StringType),
	}
	if len(grant.AuthorizationDetailsTypes) > 0 {
		m.AuthorizationDetailsTypes = stringSet(grant.AuthorizationDetailsTypes)
	}
	if !grant.AllowAllScopes {
		m.Scopes = stringSet(grant.Scopes)
	}
	return m
}

func stringSet(values []string) types.Set {
	elements := make([]attr.Value, 0, len(values))
	for _, value := range values {
		elements = append(elements, types.StringValue(value))
	}
	return types.SetValueMust(types.StringType, elements)
}

// identity returns the resource identity of the grant.
func (m Model) identity() Identity {
	return Identity{ClientID: m.ClientID, Audience: m.Audience, SubjectType: m.SubjectType}
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
