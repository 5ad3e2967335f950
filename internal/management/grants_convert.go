package management

import (
	sdk "github.com/auth0/go-auth0/v3/management"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newGrant reads an answer. Scopes are nil only where the tenant holds none because the grant allows all.
func newGrant(from *sdk.ClientGrantResponseContent) tenant.Grant {
	grant := tenant.Grant{
		ID:             from.GetID(),
		ClientID:       from.GetClientID(),
		Audience:       from.GetAudience(),
		SubjectType:    string(valueOr(from.SubjectType, tenant.SubjectClient)),
		AllowAllScopes: from.GetAllowAllScopes(),
		IsSystem:       from.GetIsSystem(),

		OrganizationUsage:    string(valueOr(from.OrganizationUsage, tenant.DefaultOrganizationUsage)),
		AllowAnyOrganization: from.GetAllowAnyOrganization(),
	}
	if len(from.AuthorizationDetailsTypes) > 0 {
		grant.AuthorizationDetailsTypes = sortedSet(from.AuthorizationDetailsTypes)
	}
	if from.Scope != nil || !grant.AllowAllScopes {
		grant.Scopes = append([]string{}, sortedSet(from.Scope)...)
	}
	return grant
}

// newGrantRequest names the scopes, or that all are allowed: the tenant does not take both. What the tenant takes for
// granted when it is absent is left out where it is wanted like that: once sent, it is there to stay (CG002).
func newGrantRequest(wanted tenant.Grant) *sdk.CreateClientGrantRequestContent {
	body := &sdk.CreateClientGrantRequestContent{
		ClientID:    &wanted.ClientID,
		Audience:    wanted.Audience,
		SubjectType: new(sdk.ClientGrantSubjectTypeEnum(wanted.SubjectType)),
	}
	if wanted.OrganizationUsage != tenant.DefaultOrganizationUsage {
		body.OrganizationUsage = given(sdk.ClientGrantOrganizationUsageEnum(wanted.OrganizationUsage))
	}
	body.AllowAnyOrganization = given(wanted.AllowAnyOrganization)
	body.AuthorizationDetailsTypes = wanted.AuthorizationDetailsTypes
	if wanted.AllowAllScopes {
		body.AllowAllScopes = new(true)
	} else {
		body.SetScope(append([]string{}, wanted.Scopes...))
	}
	return body
}

// grantChangeRequest is an update: the changed fields alone. A grant that starts to allow all scopes names none.
func grantChangeRequest(change tenant.GrantChange) *sdk.UpdateClientGrantRequestContent {
	body := &sdk.UpdateClientGrantRequestContent{}
	put(change.AllowAllScopes, body.SetAllowAllScopes, pointer)
	put(change.OrganizationUsage, body.SetOrganizationUsage, func(usage string) *sdk.ClientGrantOrganizationNullableUsageEnum {
		return new(sdk.ClientGrantOrganizationNullableUsageEnum(usage))
	})
	put(change.AllowAnyOrganization, body.SetAllowAnyOrganization, pointer)
	put(change.AuthorizationDetailsTypes, body.SetAuthorizationDetailsTypes, func(kinds []string) []string { return append([]string{}, kinds...) })
	if all, _ := change.AllowAllScopes.Value(); !all {
		put(change.Scopes, body.SetScope, func(scopes []string) []string { return append([]string{}, scopes...) })
	}
	return body
}

// grantDifferences are Auth0's names of what the tenant has otherwise than it was sent.
func grantDifferences(sent, got tenant.Grant) []string {
	return fields(
		field{"client_id", sent.ClientID == got.ClientID},
		field{"audience", sent.Audience == got.Audience},
		field{"subject_type", sent.SubjectType == got.SubjectType},
		field{"allow_all_scopes", sent.AllowAllScopes == got.AllowAllScopes},
		field{"organization_usage", sent.OrganizationUsage == "" || sent.OrganizationUsage == got.OrganizationUsage},
		field{"allow_any_organization", sent.AllowAnyOrganization == got.AllowAnyOrganization},
		field{"authorization_details_types", sameSet(sent.AuthorizationDetailsTypes, got.AuthorizationDetailsTypes)},
		field{"scope", sent.AllowAllScopes || sameSet(sent.Scopes, got.Scopes)},
	)
}

func grantChangeDifferences(change tenant.GrantChange, got tenant.Grant) []string {
	scopes, changed := change.Scopes.Value()
	all, _ := change.AllowAllScopes.Value()
	kinds, kindsChanged := change.AuthorizationDetailsTypes.Value()
	return fields(
		field{"organization_usage", stays(change.OrganizationUsage, got.OrganizationUsage)},
		field{"allow_any_organization", stays(change.AllowAnyOrganization, got.AllowAnyOrganization)},
		field{"authorization_details_types", !kindsChanged || sameSet(kinds, got.AuthorizationDetailsTypes)},
		field{"allow_all_scopes", stays(change.AllowAllScopes, got.AllowAllScopes)},
		field{"scope", !changed || all || sameSet(scopes, got.Scopes)},
	)
}
