package management

import (
	sdk "github.com/auth0/go-auth0/v3/management"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// newGrant converts a response. Scopes are nil only if the grant allows all.
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

// grantDocument returns the members of an update. A grant that allows all scopes names none: the tenant rejects both together
// (CG006).
func grantDocument(grant tenant.Grant) document {
	body := &sdk.UpdateClientGrantRequestContent{
		AllowAllScopes:       &grant.AllowAllScopes,
		OrganizationUsage:    nonZero(sdk.ClientGrantOrganizationNullableUsageEnum(grant.OrganizationUsage)),
		AllowAnyOrganization: &grant.AllowAnyOrganization,
	}
	body.SetAuthorizationDetailsTypes(append([]string{}, grant.AuthorizationDetailsTypes...))
	if !grant.AllowAllScopes {
		body.SetScope(append([]string{}, grant.Scopes...))
	}
	return documentOf(body)
}

// newGrantDocument returns the members of a create. Defaults are not sent, because the tenant would store them permanently (CG002). The
// scopes are always sent, unless all are allowed.
func newGrantDocument(wanted tenant.Grant) document {
	assumed := grantDocument(newGrant(&sdk.ClientGrantResponseContent{})).without(memberScope) // what absent members mean
	return documentOf(&sdk.CreateClientGrantRequestContent{
		ClientID:    &wanted.ClientID,
		Audience:    wanted.Audience,
		SubjectType: new(sdk.ClientGrantSubjectTypeEnum(wanted.SubjectType)),
	}).with(changes(assumed, grantDocument(wanted)))
}

// grantChanges returns the members of an update that changes something. A grant that starts to allow all scopes does not
// remove those it has.
func grantChanges(update tenant.GrantUpdate) document {
	changed := changes(grantDocument(update.Prior), grantDocument(update.Planned))
	if update.Planned.AllowAllScopes {
		return changed.without(memberScope)
	}
	return changed
}
