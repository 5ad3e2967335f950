package tenant

import (
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// What the tenant takes for a field of an API that was never set (RS004, RS005).
const (
	DefaultSigningAlg          = "RS256"
	DefaultTokenLifetime       = 86400
	DefaultTokenLifetimeForWeb = 7200
	DefaultTokenDialect        = "access_token"
)

// DefaultSubjectTypeAuthorization is what an API has that was never told otherwise (RS004).
func DefaultSubjectTypeAuthorization() SubjectTypeAuthorization {
	return SubjectTypeAuthorization{User: "allow_all", Client: "require_client_grant"}
}

// API is a protected service. Auth0 calls it an API or a resource server.
type API struct {
	ID                       string
	Identifier               string                   // immutable; the audience of its tokens
	Name                     string                   `auth0:"name"`
	SigningAlg               string                   `auth0:"signing_alg"`
	Scopes                   []Scope                  `auth0:"scopes"`                 // in the tenant's order; nil when the API never had any
	TokenLifetime            int64                    `auth0:"token_lifetime"`         // seconds
	TokenLifetimeForWeb      int64                    `auth0:"token_lifetime_for_web"` // seconds, at most TokenLifetime
	AllowOfflineAccess       bool                     `auth0:"allow_offline_access"`
	SkipConsent              bool                     `auth0:"skip_consent_for_verifiable_first_party_clients"` // for verifiable first-party clients
	EnforcePolicies          bool                     `auth0:"enforce_policies"`
	TokenDialect             string                   `auth0:"token_dialect"`
	SubjectTypeAuthorization SubjectTypeAuthorization `auth0:"subject_type_authorization"`
	IsSystem                 bool                     // made and owned by Auth0

	AllowOnlineAccess          bool              `auth0:"allow_online_access"`
	AllowOnlineAccessEphemeral bool              `auth0:"allow_online_access_with_ephemeral_sessions"` // with ephemeral sessions too
	ConsentPolicy              string            `auth0:"consent_policy"`                              // empty: none
	AuthorizationDetailsTypes  []string          `auth0:"authorization_details"`                       // sorted; nil: none
	AuthorizationPolicy        string            `auth0:"authorization_policy"`                        // id; empty: none
	ProofOfPossession          ProofOfPossession `auth0:"proof_of_possession"`                         // zero: none
	TokenEncryption            TokenEncryption   `auth0:"token_encryption"`                            // zero: tokens are not encrypted
}

// ProofOfPossession says how clients show that a token is theirs.
type ProofOfPossession struct {
	Mechanism   string
	Required    bool
	RequiredFor string // empty: not told
}

// TokenEncryption is the key with which tokens are encrypted for the API.
type TokenEncryption struct {
	Format    string
	KeyName   string // empty: none
	Algorithm string
	KeyID     string // empty: none
	PEM       string // sent, never answered (RS023)
}

// Same reports whether two encryptions are alike in all that the tenant answers.
func (e TokenEncryption) Same(other TokenEncryption) bool {
	e.PEM, other.PEM = "", ""
	return e == other
}

// SubjectTypeAuthorization says who may have tokens for an API: users, and clients by themselves.
type SubjectTypeAuthorization struct {
	User   string
	Client string
}

// NewAPI is an API to be created. ID and IsSystem are left out: the tenant decides them.
type NewAPI struct {
	API
	SigningSecret secret.Value // HS256 only; empty lets the tenant choose one

	// Preset is set for a system API, whose values the tenant determines (RS019): values that are not set are not sent, and
	// other values than were sent are no error.
	Preset bool
}

// APIKey names one API by its id, its identifier, or both.
type APIKey struct {
	ID         string
	Identifier string
}

// String is the key as a person would write it.
func (k APIKey) String() string { return firstOf(k.Identifier, k.ID) }

// Key names the API by id and identifier.
func (a API) Key() APIKey { return APIKey{ID: a.ID, Identifier: a.Identifier} }

// APIFilter narrows a list of APIs; empty lists all.
type APIFilter struct {
	Identifiers []string // ten at most (RS017)
}

// APIUpdate turns an API into the planned one. Only what differs is sent. Nil scopes in Planned leave those of the tenant
// alone; otherwise the scopes of Prior are those that the caller knows: a scope that is neither planned nor known stops the
// update with an *[Appeared], so that it is not deleted unseen.
type APIUpdate struct {
	Prior, Planned API
	SigningSecret  secret.Value // sent unless empty
}

// Effective returns u without what it does not change. Of a system API only one half of SubjectTypeAuthorization can be
// changed (RS021).
func (u APIUpdate) Effective() APIUpdate {
	if u.Prior.IsSystem {
		u.Prior.SubjectTypeAuthorization.Client, u.Planned.SubjectTypeAuthorization.Client = "", ""
	}
	if u.Planned.Scopes == nil || SameScopes(u.Prior.Scopes, u.Planned.Scopes) {
		u.Prior.Scopes, u.Planned.Scopes = nil, nil
	}
	return u
}

// ChangesScopes reports whether u sends a list of scopes.
func (u APIUpdate) ChangesScopes() bool { return u.Effective().Planned.Scopes != nil }

// Fields returns Auth0's names of what u changes, except for the secret.
func (u APIUpdate) Fields() []string {
	u = u.Effective()
	return differing(u.Prior, u.Planned)
}

// Empty reports whether u changes nothing.
func (u APIUpdate) Empty() bool { return len(u.Fields()) == 0 && u.SigningSecret.Empty() }

// Scope finds a scope of the API by its value.
func (a API) Scope(value string) (Scope, bool) {
	at := slices.IndexFunc(a.Scopes, func(s Scope) bool { return s.Value == value })
	if at < 0 {
		return Scope{}, false
	}
	return a.Scopes[at], true
}

func firstOf(candidates ...string) string {
	for _, candidate := range candidates {
		if candidate != "" {
			return candidate
		}
	}
	return ""
}
