package tenant

import (
	"cmp"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// Defaults of an API: what Auth0 assumes for fields that were never set (RS004, RS005).
const (
	DefaultSigningAlg          = "RS256"
	DefaultTokenLifetime       = 86400
	DefaultTokenLifetimeForWeb = 7200
	DefaultTokenDialect        = "access_token"
)

// DefaultSubjectTypeAuthorization returns the access policies of an API for which none were set (RS004).
func DefaultSubjectTypeAuthorization() SubjectTypeAuthorization {
	return SubjectTypeAuthorization{User: "allow_all", Client: "require_client_grant"}
}

// API is an API of the tenant. The Management API calls it a resource server.
type API struct {
	ID                       string
	Identifier               string                   // immutable; the audience of its tokens
	Name                     string                   `auth0:"name"`
	SigningAlg               string                   `auth0:"signing_alg"`
	Scopes                   []Scope                  `auth0:"scopes"`                 // in the tenant's order; nil when the API never had any
	TokenLifetime            int64                    `auth0:"token_lifetime"`         // seconds
	TokenLifetimeForWeb      int64                    `auth0:"token_lifetime_for_web"` // seconds, at most TokenLifetime
	AllowOfflineAccess       bool                     `auth0:"allow_offline_access"`
	SkipConsent              bool                     `auth0:"skip_consent_for_verifiable_first_party_clients"`
	EnforcePolicies          bool                     `auth0:"enforce_policies"`
	TokenDialect             string                   `auth0:"token_dialect"`
	SubjectTypeAuthorization SubjectTypeAuthorization `auth0:"subject_type_authorization"`
	IsSystem                 bool                     // created by Auth0

	AllowOnlineAccess          bool              `auth0:"allow_online_access"`
	AllowOnlineAccessEphemeral bool              `auth0:"allow_online_access_with_ephemeral_sessions"`
	ConsentPolicy              string            `auth0:"consent_policy"`        // empty: none
	AuthorizationDetailsTypes  []string          `auth0:"authorization_details"` // sorted; nil if there are none
	AuthorizationPolicy        string            `auth0:"authorization_policy"`  // id; empty: none
	ProofOfPossession          ProofOfPossession `auth0:"proof_of_possession"`   // zero: none
	TokenEncryption            TokenEncryption   `auth0:"token_encryption"`      // zero: tokens are not encrypted
}

// ProofOfPossession describes how clients prove possession of the key to which a token is bound.
type ProofOfPossession struct {
	Mechanism   string
	Required    bool
	RequiredFor string // empty if it was not set
}

// TokenEncryption contains the key with which Auth0 encrypts access tokens for the API.
type TokenEncryption struct {
	Format    string
	KeyName   string // empty: none
	Algorithm string
	KeyID     string // empty: none
	PEM       string // sent, never returned (RS023)
}

// Same reports whether two encryptions are equal in everything that the tenant returns.
func (e TokenEncryption) Same(other TokenEncryption) bool {
	e.PEM, other.PEM = "", ""
	return e == other
}

// SubjectTypeAuthorization contains the access policies of an API, for users and for clients on their own behalf.
type SubjectTypeAuthorization struct {
	User   string
	Client string
}

// NewAPI is an API to create. ID and IsSystem are ignored, because the tenant determines them.
type NewAPI struct {
	API
	SigningSecret secret.Value // HS256 only; if empty, the tenant generates one

	// Preset is set for a system API, whose values the tenant determines (RS019): values that are not set are not sent, and
	// other values than those sent are not an error.
	Preset bool
}

// APIKey identifies an API by its ID, its identifier, or both.
type APIKey struct {
	ID         string
	Identifier string
}

// String returns the key for messages.
func (k APIKey) String() string { return cmp.Or(k.Identifier, k.ID) }

// Key returns the key of the API, with ID and identifier.
func (a API) Key() APIKey { return APIKey{ID: a.ID, Identifier: a.Identifier} }

// APIFilter selects the APIs of a list. The zero value selects all.
type APIFilter struct {
	Identifiers []string // at most ten (RS017)
}

// APIUpdate changes an API from Prior to Planned. Only differences are sent. If Planned.Scopes is nil, the scopes do not change.
// Otherwise Prior.Scopes contains the scopes that the caller knows. A scope of the tenant that is neither known nor planned, and one that
// is kept and that the tenant does not have as it is known, end the update with a *[ScopesChanged].
type APIUpdate struct {
	Prior, Planned API
	SigningSecret  secret.Value // sent unless empty
}

// Effective returns u without fields that cannot change: a system API accepts only one half of SubjectTypeAuthorization
// (RS021).
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

// Fields returns Auth0's names of the fields that u changes, without the secret.
func (u APIUpdate) Fields() []string {
	u = u.Effective()
	return differing(u.Prior, u.Planned)
}

// Empty reports whether u changes nothing.
func (u APIUpdate) Empty() bool { return len(u.Fields()) == 0 && u.SigningSecret.Empty() }

// Scope returns the scope of the API with the given value.
func (a API) Scope(value string) (Scope, bool) {
	at := slices.IndexFunc(a.Scopes, func(s Scope) bool { return s.Value == value })
	if at < 0 {
		return Scope{}, false
	}
	return a.Scopes[at], true
}
