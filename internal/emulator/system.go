package emulator

import (
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const (
	managementName    = "Auth0 Management API"
	myAccountPath     = "/me/"
	expressIdentifier = "urn:auth0:express-configure"
)

// managementScopes are the scopes of the Management API the emulator knows; the real one has some two hundred more (RS020).
func managementScopes() []string {
	var scopes []string
	for _, noun := range []string{"resource_servers", "clients", "client_grants", "client_credentials"} {
		for _, verb := range []string{"read", "create", "update", "delete"} {
			scopes = append(scopes, verb+":"+noun)
		}
	}
	return append(scopes, "read:client_keys", "update:client_keys", "read:client_summary",
		"read:signing_keys", "create:signing_keys", "update:signing_keys",
		"read:organizations", "create:organizations", "delete:organizations",
		"read:organization_client_grants", "create:organization_client_grants", "delete:organization_client_grants")
}

// managementAPI is the tenant's own API, as answered (RS020).
func (s *Server) managementAPI(id string) store.Object {
	var scopes []any
	for _, value := range managementScopes() {
		scopes = append(scopes, store.Object{
			{Name: "description", Value: describe(value)},
			{Name: "value", Value: value},
		})
	}
	return store.Object{
		{Name: "id", Value: id},
		{Name: "name", Value: managementName},
		{Name: "identifier", Value: s.ManagementAudience()},
		{Name: "allow_offline_access", Value: false},
		{Name: "skip_consent_for_verifiable_first_party_clients", Value: false},
		{Name: "subject_type_authorization", Value: subjectTypes("require_client_grant", "allow_all")},
		{Name: "token_lifetime", Value: int64(defaultLifetime)},
		{Name: "token_lifetime_for_web", Value: int64(defaultWebLifetime)},
		{Name: "signing_alg", Value: "RS256"},
		{Name: "scopes", Value: scopes},
		{Name: "is_system", Value: true},
	}
}

// describe turns "read:client_grants" into "Read client grants".
func describe(scope string) string {
	text := strings.NewReplacer(":", " ", "_", " ").Replace(scope)
	return strings.ToUpper(text[:1]) + text[1:]
}

func subjectTypes(client, user string) store.Object {
	return store.Object{
		{Name: "client", Value: store.Object{{Name: "policy", Value: client}}},
		{Name: "user", Value: store.Object{{Name: "policy", Value: user}}},
	}
}

// systemAPI tells what the tenant sets, whatever was sent, in the APIs it knows by their identifiers (RS019).
func (s *Server) systemAPI(identifier string) (store.Object, bool) {
	switch {
	case identifier == s.URL()+myAccountPath || strings.HasSuffix(identifier, ".auth0.com"+myAccountPath):
		return store.Object{
			{Name: "name", Value: "Auth0 My Account API"},
			{Name: "allow_offline_access", Value: true},
			{Name: "skip_consent_for_verifiable_first_party_clients", Value: true},
			{Name: "subject_type_authorization", Value: subjectTypes("deny_all", "require_client_grant")},
			{Name: "token_lifetime", Value: int64(600)},
			{Name: "token_lifetime_for_web", Value: int64(600)},
			{Name: "scopes", Value: systemScopes("create:me:connected_accounts", "read:me:connected_accounts", "delete:me:connected_accounts")},
			{Name: "is_system", Value: true},
			{Name: "proof_of_possession", Value: store.Object{{Name: "mechanism", Value: "dpop"}, {Name: "required", Value: false}}},
		}, true
	case identifier == expressIdentifier:
		return store.Object{
			{Name: "name", Value: "Okta OIN Express Configuration API"},
			{Name: "subject_type_authorization", Value: subjectTypes("deny_all", "allow_all")},
			{Name: "token_lifetime", Value: int64(300)},
			{Name: "scopes", Value: []any{
				store.Object{{Name: "description", Value: "Ability to create SSO configurations"}, {Name: "value", Value: "express_configure:sso"}},
				store.Object{{Name: "description", Value: "Ability to create scim configurations"}, {Name: "value", Value: "express_configure:scim"}},
			}},
			{Name: "enforce_policies", Value: true},
			{Name: "is_system", Value: true},
		}, true
	}
	return nil, false
}

// systemScopes are scopes as system APIs show them: description first, in capitals.
func systemScopes(values ...string) []any {
	var scopes []any
	for _, value := range values {
		words := strings.Fields(strings.NewReplacer(":me:", " ", "_", " ").Replace(value))
		for i, word := range words {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
		scopes = append(scopes, store.Object{{Name: "description", Value: strings.Join(words, " ")}, {Name: "value", Value: value}})
	}
	return scopes
}
