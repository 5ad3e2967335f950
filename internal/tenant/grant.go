package tenant

// The subjects a grant may speak for (CG002).
const (
	SubjectClient = "client"
	SubjectUser   = "user"
)

// Grant is the right of a client to ask for tokens for an API.
type Grant struct {
	ID             string
	ClientID       string
	Audience       string // the API's identifier
	SubjectType    string
	Scopes         []string // sorted; nil where the tenant holds none because AllowAllScopes is set
	AllowAllScopes bool
	IsSystem       bool // made by Auth0, not changeable

	OrganizationUsage         string
	AllowAnyOrganization      bool
	AuthorizationDetailsTypes []string // sorted; nil: none
}

// GrantKey names one grant by its id, by client, audience and subject type, or by both.
type GrantKey struct {
	ID          string
	ClientID    string
	Audience    string
	SubjectType string // empty: SubjectClient
}

// String is the key as a person would write it, in the form an import takes.
func (k GrantKey) String() string {
	if k.ClientID == "" || k.Audience == "" {
		return k.ID
	}
	if k.SubjectType == "" || k.SubjectType == SubjectClient {
		return k.ClientID + " " + k.Audience
	}
	return k.ClientID + " " + k.Audience + " " + k.SubjectType
}

// Key names the grant by id and natural key.
func (g Grant) Key() GrantKey {
	return GrantKey{ID: g.ID, ClientID: g.ClientID, Audience: g.Audience, SubjectType: g.SubjectType}
}

// GrantFilter narrows a list of grants; empty fields do not.
type GrantFilter struct {
	ClientID    string
	Audience    string
	SubjectType string
}

// GrantChange is what an update of a grant changes.
type GrantChange struct {
	Scopes         Change[[]string]
	AllowAllScopes Change[bool]

	OrganizationUsage         Change[string]
	AllowAnyOrganization      Change[bool]
	AuthorizationDetailsTypes Change[[]string]
}

// Empty reports whether the update changes nothing.
func (c GrantChange) Empty() bool {
	return !(c.Scopes.Touched() || c.AllowAllScopes.Touched() || c.OrganizationUsage.Touched() ||
		c.AllowAnyOrganization.Touched() || c.AuthorizationDetailsTypes.Touched())
}

// ChangeTo is what turns g into planned: the changed fields alone. A grant that stops allowing all scopes names its
// scopes in the same change, and one that starts does not (CG006).
func (g Grant) ChangeTo(planned Grant) GrantChange {
	change := GrantChange{
		AllowAllScopes:       differing(g.AllowAllScopes, planned.AllowAllScopes),
		OrganizationUsage:    differing(g.OrganizationUsage, planned.OrganizationUsage),
		AllowAnyOrganization: differing(g.AllowAnyOrganization, planned.AllowAnyOrganization),
	}
	if !sameStrings(g.AuthorizationDetailsTypes, planned.AuthorizationDetailsTypes) {
		change.AuthorizationDetailsTypes = Set(planned.AuthorizationDetailsTypes)
	}
	if !planned.AllowAllScopes && (change.AllowAllScopes.Touched() || !sameStrings(g.Scopes, planned.Scopes)) {
		change.Scopes = Set(planned.Scopes)
	}
	return change
}
