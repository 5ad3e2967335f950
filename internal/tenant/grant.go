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
	Scopes         []string `auth0:"scope"` // sorted; nil where the tenant holds none because AllowAllScopes is set
	AllowAllScopes bool     `auth0:"allow_all_scopes"`
	IsSystem       bool     // made by Auth0, not changeable

	OrganizationUsage         string   `auth0:"organization_usage"`
	AllowAnyOrganization      bool     `auth0:"allow_any_organization"`
	AuthorizationDetailsTypes []string `auth0:"authorization_details_types"` // sorted; nil: none
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

// GrantUpdate turns a grant into the planned one. Only what differs is sent.
type GrantUpdate struct {
	Prior, Planned Grant
}

// Fields returns Auth0's names of what the update changes.
func (u GrantUpdate) Fields() []string { return differing(u.Prior, u.Planned) }
