package tenant

import (
	"errors"
	"slices"
)

// narrowing collects which fields of an object give more access than planned.
type narrowing []string

// field records a field that gives more access, and replaces its value by the planned one.
func field[T any](n *narrowing, name string, wider bool, value *T, planned T) {
	if wider {
		*value = planned
		*n = append(*n, name)
	}
}

// Narrowed returns a with each value that gives more access than planned replaced by the planned value, and Auth0's names
// of these fields.
func (a API) Narrowed(planned API) (API, []string) {
	var n narrowing
	was := a
	field(&n, "scopes", planned.Scopes != nil && exceeds(ScopeValues(was.Scopes), ScopeValues(planned.Scopes)), &a.Scopes, planned.Scopes)
	longer := was.TokenLifetime > planned.TokenLifetime || was.TokenLifetimeForWeb > planned.TokenLifetimeForWeb // one limits the other (RS007)
	field(&n, "token_lifetime", longer && was.TokenLifetime != planned.TokenLifetime, &a.TokenLifetime, planned.TokenLifetime)
	field(&n, "token_lifetime_for_web", longer && was.TokenLifetimeForWeb != planned.TokenLifetimeForWeb, &a.TokenLifetimeForWeb, planned.TokenLifetimeForWeb)
	field(&n, "signing_alg", rank(algorithms, was.SigningAlg) < rank(algorithms, planned.SigningAlg), &a.SigningAlg, planned.SigningAlg)
	field(&n, "allow_offline_access", was.AllowOfflineAccess && !planned.AllowOfflineAccess, &a.AllowOfflineAccess, false)
	field(&n, "allow_online_access", was.AllowOnlineAccess && !planned.AllowOnlineAccess, &a.AllowOnlineAccess, false)
	field(&n, "allow_online_access_with_ephemeral_sessions", was.AllowOnlineAccessEphemeral && !planned.AllowOnlineAccessEphemeral, &a.AllowOnlineAccessEphemeral, false)
	field(&n, "skip_consent_for_verifiable_first_party_clients", was.SkipConsent && !planned.SkipConsent, &a.SkipConsent, false)
	field(&n, "enforce_policies", !was.EnforcePolicies && planned.EnforcePolicies, &a.EnforcePolicies, true)
	subjects := was.SubjectTypeAuthorization.exceeds(planned.SubjectTypeAuthorization)
	field(&n, "subject_type_authorization", subjects, &a.SubjectTypeAuthorization, planned.SubjectTypeAuthorization)
	field(&n, "consent_policy", was.ConsentPolicy != planned.ConsentPolicy && planned.ConsentPolicy != "", &a.ConsentPolicy, planned.ConsentPolicy)
	field(&n, "authorization_policy", was.AuthorizationPolicy != planned.AuthorizationPolicy && planned.AuthorizationPolicy != "", &a.AuthorizationPolicy, planned.AuthorizationPolicy)
	details := exceeds(was.AuthorizationDetailsTypes, planned.AuthorizationDetailsTypes)
	field(&n, "authorization_details", details, &a.AuthorizationDetailsTypes, planned.AuthorizationDetailsTypes)
	proof := was.ProofOfPossession != planned.ProofOfPossession && planned.ProofOfPossession != (ProofOfPossession{})
	field(&n, "proof_of_possession", proof, &a.ProofOfPossession, planned.ProofOfPossession)
	encryption := !was.TokenEncryption.Same(planned.TokenEncryption) && planned.TokenEncryption != (TokenEncryption{})
	field(&n, "token_encryption", encryption, &a.TokenEncryption, planned.TokenEncryption)
	return a, n
}

// Narrowed returns c with each value that gives more access than planned replaced by the planned value, and Auth0's names
// of these fields. Keys are not among them: exchanging those takes several steps.
func (c Client) Narrowed(planned Client) (Client, []string) {
	var n narrowing
	was := c
	field(&n, "grant_types", exceeds(was.GrantTypes, planned.GrantTypes), &c.GrantTypes, planned.GrantTypes)
	public := was.TokenEndpointAuthMethod == "none" && planned.TokenEndpointAuthMethod != "none"
	field(&n, "token_endpoint_auth_method", public, &c.TokenEndpointAuthMethod, planned.TokenEndpointAuthMethod)
	field(&n, "token_quota", was.TokenQuota.exceeds(planned.TokenQuota), &c.TokenQuota, planned.TokenQuota)
	field(&n, "organization_usage", exceedsUsage(was.OrganizationUsage, planned.OrganizationUsage), &c.OrganizationUsage, planned.OrganizationUsage)
	field(&n, "require_proof_of_possession", !was.RequireProof && planned.RequireProof, &c.RequireProof, true)
	return c, n
}

// Narrowed returns g with each value that gives more access than planned replaced by the planned value, and Auth0's names
// of these fields.
func (g Grant) Narrowed(planned Grant) (Grant, []string) {
	var n narrowing
	was := g
	field(&n, "allow_all_scopes", was.AllowAllScopes && !planned.AllowAllScopes, &g.AllowAllScopes, false)
	field(&n, "scope", !planned.AllowAllScopes && (was.AllowAllScopes || exceeds(was.Scopes, planned.Scopes)), &g.Scopes, planned.Scopes)
	field(&n, "organization_usage", exceedsUsage(was.OrganizationUsage, planned.OrganizationUsage), &g.OrganizationUsage, planned.OrganizationUsage)
	field(&n, "allow_any_organization", was.AllowAnyOrganization && !planned.AllowAnyOrganization, &g.AllowAnyOrganization, false)
	details := exceeds(was.AuthorizationDetailsTypes, planned.AuthorizationDetailsTypes)
	field(&n, "authorization_details_types", details, &g.AuthorizationDetailsTypes, planned.AuthorizationDetailsTypes)
	return g, n
}

// Narrow takes back access that the tenant gave a created object beyond planned, with one update. For the error, see [Correct].
func Narrow[T interface{ Narrowed(planned T) (T, []string) }](created T, err error, planned T, update func(narrowed T) (T, error)) (T, error) {
	narrowed, wider := created.Narrowed(planned)
	return Correct(created, err, wider, wider, func() (T, error) { return update(narrowed) })
}

// Correct sends update for a created object that differs from what was sent in the given fields. What still differs
// afterwards is in the error, a *[Differs], and what of it gives more access in its Wider.
func Correct[T any](created T, err error, fields, wider []string, update func() (T, error)) (T, error) {
	differs := new(Differs)
	if !errors.As(err, &differs) || len(fields) == 0 {
		return created, err
	}
	corrected, failed := update()
	left := fields
	if still := new(Differs); failed == nil || errors.As(failed, &still) {
		created = corrected
		left, failed = still.Fields, nil
	}
	result := *differs
	result.Fields = slices.DeleteFunc(slices.Clone(differs.Fields), func(name string) bool {
		return slices.Contains(fields, name) && !slices.Contains(left, name)
	})
	result.Wider = slices.DeleteFunc(slices.Clone(wider), func(name string) bool { return !slices.Contains(left, name) })
	result.Cause = failed
	if len(result.Fields) == 0 {
		return created, nil
	}
	return created, &result
}

// exceeds reports whether a list has a value that planned lacks.
func exceeds(list, planned []string) bool {
	return slices.ContainsFunc(list, func(value string) bool { return !slices.Contains(planned, value) })
}

// algorithms and policies are in the order of what they permit: an algorithm that comes first is the weakest, a policy that
// comes first is the strictest.
var (
	algorithms     = [][]string{{"HS256"}, {"RS256"}, {"RS512", "PS256"}}
	userPolicies   = [][]string{{"deny_all"}, {"require_client_grant"}, {"allow_all"}}
	clientPolicies = [][]string{{"deny_all"}, {"require_client_grant"}}
)

// rank returns the place of a value; one that is not known comes last.
func rank(order [][]string, value string) int {
	at := slices.IndexFunc(order, func(equals []string) bool { return slices.Contains(equals, value) })
	if at < 0 {
		return len(order)
	}
	return at
}

func (s SubjectTypeAuthorization) exceeds(planned SubjectTypeAuthorization) bool {
	return rank(userPolicies, s.User) > rank(userPolicies, planned.User) || rank(clientPolicies, s.Client) > rank(clientPolicies, planned.Client)
}

// exceedsUsage reports whether a client or grant can be used in ways that are not planned: with organizations, or without.
func exceedsUsage(usage, planned string) bool {
	return usage != planned && planned != "" && planned != "allow"
}

func (q TokenQuota) exceeds(planned TokenQuota) bool {
	more := func(limit, planned int64) bool { return planned > 0 && (limit == 0 || limit > planned) }
	return more(q.PerHour, planned.PerHour) || more(q.PerDay, planned.PerDay) || planned.Enforce && !q.Enforce
}
