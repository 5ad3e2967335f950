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
	Identifier               string // immutable; the audience of its tokens
	Name                     string
	SigningAlg               string
	Scopes                   []Scope // in the tenant's order; nil when the API never had any
	TokenLifetime            int64   // seconds
	TokenLifetimeForWeb      int64   // seconds, at most TokenLifetime
	AllowOfflineAccess       bool
	SkipConsent              bool // for verifiable first-party clients
	EnforcePolicies          bool
	TokenDialect             string
	SubjectTypeAuthorization SubjectTypeAuthorization
	IsSystem                 bool // made and owned by Auth0

	AllowOnlineAccess          bool
	AllowOnlineAccessEphemeral bool              // with ephemeral sessions too
	ConsentPolicy              string            // empty: none
	AuthorizationDetailsTypes  []string          // sorted; nil: none
	AuthorizationPolicy        string            // id; empty: none
	ProofOfPossession          ProofOfPossession // zero: none
	TokenEncryption            TokenEncryption   // zero: tokens are not encrypted
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

// APIChange is what an update of an API changes.
type APIChange struct {
	Name                     Change[string]
	SigningAlg               Change[string]
	SigningSecret            Change[secret.Value]
	Lifetimes                Change[Lifetimes]
	AllowOfflineAccess       Change[bool]
	SkipConsent              Change[bool]
	EnforcePolicies          Change[bool]
	TokenDialect             Change[string]
	SubjectTypeAuthorization Change[SubjectTypeAuthorization]
	Scopes                   Change[ScopeList]

	AllowOnlineAccess          Change[bool]
	AllowOnlineAccessEphemeral Change[bool]
	ConsentPolicy              Change[string]
	AuthorizationDetailsTypes  Change[[]string]
	AuthorizationPolicy        Change[string]
	ProofOfPossession          Change[ProofOfPossession]
	TokenEncryption            Change[TokenEncryption]
}

// Lifetimes are the two lifetimes of an API's tokens in seconds. They travel together, because the tenant holds one
// against the other (RS007).
type Lifetimes struct {
	Token int64
	Web   int64
}

// ScopeList is all scopes an API shall have. Known are the values the caller has seen so far: a scope that is neither
// wanted nor known stops the update with an *[Appeared] instead of being deleted unseen.
type ScopeList struct {
	Wanted []Scope
	Known  []string
}

// Fields are Auth0's names of what the update changes.
func (c APIChange) Fields() []string {
	var names []string
	for _, field := range []struct {
		name    string
		touched bool
	}{
		{"name", c.Name.Touched()},
		{"signing_alg", c.SigningAlg.Touched()},
		{"signing_secret", c.SigningSecret.Touched()},
		{"token_lifetime", c.Lifetimes.Touched()},
		{"allow_offline_access", c.AllowOfflineAccess.Touched()},
		{"skip_consent_for_verifiable_first_party_clients", c.SkipConsent.Touched()},
		{"enforce_policies", c.EnforcePolicies.Touched()},
		{"token_dialect", c.TokenDialect.Touched()},
		{"subject_type_authorization", c.SubjectTypeAuthorization.Touched()},
		{"scopes", c.Scopes.Touched()},
		{"allow_online_access", c.AllowOnlineAccess.Touched()},
		{"allow_online_access_with_ephemeral_sessions", c.AllowOnlineAccessEphemeral.Touched()},
		{"consent_policy", c.ConsentPolicy.Touched()},
		{"authorization_details", c.AuthorizationDetailsTypes.Touched()},
		{"authorization_policy", c.AuthorizationPolicy.Touched()},
		{"proof_of_possession", c.ProofOfPossession.Touched()},
		{"token_encryption", c.TokenEncryption.Touched()},
	} {
		if field.touched {
			names = append(names, field.name)
		}
	}
	return names
}

// Empty reports whether the update changes nothing.
func (c APIChange) Empty() bool { return len(c.Fields()) == 0 }

// ChangeTo is what turns a into planned: the changed fields alone. Scopes change when planned has a list that differs,
// order apart; a nil list leaves them alone.
func (a API) ChangeTo(planned API) APIChange {
	change := APIChange{
		Name:                     differing(a.Name, planned.Name),
		SigningAlg:               differing(a.SigningAlg, planned.SigningAlg),
		Lifetimes:                differing(a.lifetimes(), planned.lifetimes()),
		AllowOfflineAccess:       differing(a.AllowOfflineAccess, planned.AllowOfflineAccess),
		SkipConsent:              differing(a.SkipConsent, planned.SkipConsent),
		EnforcePolicies:          differing(a.EnforcePolicies, planned.EnforcePolicies),
		TokenDialect:             differing(a.TokenDialect, planned.TokenDialect),
		SubjectTypeAuthorization: differing(a.SubjectTypeAuthorization, planned.SubjectTypeAuthorization),

		AllowOnlineAccess:          differing(a.AllowOnlineAccess, planned.AllowOnlineAccess),
		AllowOnlineAccessEphemeral: differing(a.AllowOnlineAccessEphemeral, planned.AllowOnlineAccessEphemeral),
		ConsentPolicy:              optional(a.ConsentPolicy, planned.ConsentPolicy),
		AuthorizationPolicy:        optional(a.AuthorizationPolicy, planned.AuthorizationPolicy),
		ProofOfPossession:          optional(a.ProofOfPossession, planned.ProofOfPossession),
		TokenEncryption:            optional(a.TokenEncryption, planned.TokenEncryption),
	}
	if a.IsSystem { // only one half can be changed (RS021)
		user := SubjectTypeAuthorization{User: planned.SubjectTypeAuthorization.User}
		change.SubjectTypeAuthorization = differing(SubjectTypeAuthorization{User: a.SubjectTypeAuthorization.User}, user)
	}
	switch {
	case sameStrings(a.AuthorizationDetailsTypes, planned.AuthorizationDetailsTypes):
	case len(planned.AuthorizationDetailsTypes) == 0:
		change.AuthorizationDetailsTypes = Unset[[]string]()
	default:
		change.AuthorizationDetailsTypes = Set(planned.AuthorizationDetailsTypes)
	}
	if planned.Scopes != nil && !SameScopes(a.Scopes, planned.Scopes) {
		change.Scopes = Set(ScopeList{Wanted: planned.Scopes, Known: ScopeValues(a.Scopes)})
	}
	return change
}

func (a API) lifetimes() Lifetimes {
	return Lifetimes{Token: a.TokenLifetime, Web: a.TokenLifetimeForWeb}
}

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
