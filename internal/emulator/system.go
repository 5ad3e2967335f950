package emulator

import (
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const (
	managementName    = "Auth0 Management API"
	myAccountPath     = "/me/"
	expressIdentifier = "urn:auth0:express-configure"
)

// operationScopes returns the scopes that the operations of the emulator need. The client of Terraform is granted them.
func operationScopes() []string {
	var scopes []string
	for _, noun := range []string{"resource_servers", "clients", "client_grants", "client_credentials"} {
		scopes = append(scopes, scopesOf("read create update delete", noun)...)
	}
	return append(scopes, "read:client_keys", "update:client_keys", "read:client_summary",
		"read:signing_keys", "create:signing_keys", "update:signing_keys",
		"read:organizations", "create:organizations", "delete:organizations",
		"read:organization_client_grants", "create:organization_client_grants", "delete:organization_client_grants")
}

// otherScopes are the other scopes of a real tenant's Management API (RS020): nouns by the verbs that they share.
var otherScopes = []struct{ verbs, nouns string }{
	{"read update delete create", "users users_app_metadata connections device_credentials rules hooks actions email_provider " +
		"shields custom_domains roles log_streams organizations organization_connections"},
	{"read update delete", "rules_configs branding"},
	{"read create delete", "user_custom_blocks role_members organization_members organization_member_roles organization_invitations"},
	{"read create update", "email_templates"},
	{"read update", "tenant_settings triggers guardian_factors mfa_policies prompts limits attack_protection"},
	{"read delete", "anomaly_blocks grants guardian_enrollments"},
	{"create delete", "passwords_checking_job client_keys"},
	{"create", "user_tickets guardian_enrollment_tickets actions_log_sessions"},
	{"read", "stats insights logs logs_users user_idp_tokens entitlements organizations_summary"},
	{"blacklist", "tokens"},
}

func scopesOf(verbs, nouns string) []string {
	var scopes []string
	for _, noun := range strings.Fields(nouns) {
		for _, verb := range strings.Fields(verbs) {
			scopes = append(scopes, verb+":"+noun)
		}
	}
	return scopes
}

// managementScopes returns the scopes of the Management API (RS020).
func managementScopes() []string {
	scopes := operationScopes()
	for _, group := range otherScopes {
		for _, scope := range scopesOf(group.verbs, group.nouns) {
			if !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	return scopes
}

// managementAPI returns the Management API as a resource server (RS020).
func (s *Server) managementAPI(id string) store.Object {
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
		{Name: "scopes", Value: systemScopes(managementScopes()...)},
		{Name: "is_system", Value: true},
	}
}

func subjectTypes(client, user string) store.Object {
	return store.Object{
		{Name: "client", Value: store.Object{{Name: "policy", Value: client}}},
		{Name: "user", Value: store.Object{{Name: "policy", Value: user}}},
	}
}

// systemAPI returns the values that the tenant sets, whatever was sent, in APIs with certain identifiers (RS019).
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

// systemScopes returns scopes in the form of system APIs: description first, in capitals.
func systemScopes(values ...string) []any {
	var scopes []any
	for _, value := range values {
		words := strings.Fields(strings.NewReplacer(":me:", " ", ":", " ", "_", " ").Replace(value))
		for i, word := range words {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
		scopes = append(scopes, store.Object{{Name: "description", Value: strings.Join(words, " ")}, {Name: "value", Value: value}})
	}
	return scopes
}
