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
	}
	if from.Scope != nil || !grant.AllowAllScopes {
		grant.Scopes = append([]string{}, sortedSet(from.Scope)...)
	}
	return grant
}

// newGrantRequest names the scopes, or that all are allowed: the tenant does not take both.
func newGrantRequest(wanted tenant.Grant) *sdk.CreateClientGrantRequestContent {
	body := &sdk.CreateClientGrantRequestContent{
		ClientID:    &wanted.ClientID,
		Audience:    wanted.Audience,
		SubjectType: new(sdk.ClientGrantSubjectTypeEnum(wanted.SubjectType)),
	}
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
		field{"scope", sent.AllowAllScopes || sameSet(sent.Scopes, got.Scopes)},
	)
}

func grantChangeDifferences(change tenant.GrantChange, got tenant.Grant) []string {
	scopes, changed := change.Scopes.Value()
	all, _ := change.AllowAllScopes.Value()
	return fields(
		field{"allow_all_scopes", stays(change.AllowAllScopes, got.AllowAllScopes)},
		field{"scope", !changed || all || sameSet(scopes, got.Scopes)},
	)
}
