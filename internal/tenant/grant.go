package tenant

// Subject types of a grant (CG002).
const (
	SubjectClient = "client"
	SubjectUser   = "user"
)

// Grant is a client grant: the permission of a client to get tokens for an API.
type Grant struct {
	ID             string
	ClientID       string
	Audience       string // the API's identifier
	SubjectType    string
	Scopes         []string `auth0:"scope"` // sorted; nil if AllowAllScopes is set
	AllowAllScopes bool     `auth0:"allow_all_scopes"`
	IsSystem       bool     // created by Auth0; cannot be changed

	OrganizationUsage         string   `auth0:"organization_usage"`
	AllowAnyOrganization      bool     `auth0:"allow_any_organization"`
	AuthorizationDetailsTypes []string `auth0:"authorization_details_types"` // sorted; nil if there are none
}

// GrantKey identifies a grant by its ID, by client, audience and subject type, or by both.
type GrantKey struct {
	ID          string
	ClientID    string
	Audience    string
	SubjectType string // empty: SubjectClient
}

// String returns the key in the form of an import ID.
func (k GrantKey) String() string {
	if k.ClientID == "" || k.Audience == "" {
		return k.ID
	}
	if k.SubjectType == "" || k.SubjectType == SubjectClient {
		return k.ClientID + " " + k.Audience
	}
	return k.ClientID + " " + k.Audience + " " + k.SubjectType
}

// Key returns the key of the grant, with ID and natural key.
func (g Grant) Key() GrantKey {
	return GrantKey{ID: g.ID, ClientID: g.ClientID, Audience: g.Audience, SubjectType: g.SubjectType}
}

// GrantFilter selects the grants of a list. Empty fields select all.
type GrantFilter struct {
	ClientID    string
	Audience    string
	SubjectType string
}

// GrantUpdate changes a grant from Prior to Planned. Only differences are sent.
type GrantUpdate struct {
	Prior, Planned Grant
}

// Fields returns Auth0's names of the fields that the update changes.
func (u GrantUpdate) Fields() []string { return differing(u.Prior, u.Planned) }
