package emulator

import "sync"

// Limits of clients, as documented (CL001).
const (
	maxClientDescription = 140
	maxMetadata          = 10
	maxMetadataValue     = 255
	maxTokenLifetime     = 157_788_000
	maxQuota             = 2_147_483_647
)

// clientSchema is the table of /api/v2/clients (CL001). POST-only: resource_server_identifier and full credentials.
// PATCH-only: client_secret. cross_origin_auth is older than the public schema, and accepted (CL030). Members that only
// interactive clients use are stored and returned as they are sent (CL024). PATCH removes any object by null (CL031).
var clientSchema = sync.OnceValue(func() schema { return append(clientHead(), clientTail()...) })

func clientHead() schema {
	return schema{
		{name: "tenant", when: answered},
		{name: "global", when: answered},
		{name: "is_token_endpoint_ip_header_trusted", rule: boolean(), when: settable},
		{name: "name", rule: text(1, 0, matching(noAngles)), when: settable | required},
		{name: "description", rule: text(0, maxClientDescription), when: settable},
		{name: "logo_uri", rule: text(0, 0), when: settable},
		{name: "callbacks", rule: list(text(0, 0), 0), when: settable},
		{name: "allowed_clients", rule: list(text(1, 0), 0), when: settable},
		{name: "allowed_logout_urls", rule: list(text(0, 0), 0), when: settable},
		{name: "client_metadata", rule: metadata(maxMetadata), when: settable | clears, merges: true},
		{name: "is_first_party", rule: boolean(), when: settable},
		{name: "oidc_conformant", rule: boolean(), when: settable},
		{name: "sso", rule: boolean(), when: settable},
		{name: "sso_disabled", rule: boolean(), when: settable},
		{name: "cross_origin_auth", rule: boolean(), when: settable},
		{name: "cross_origin_authentication", rule: boolean(), when: settable},
		{name: "cross_origin_loc", rule: text(0, 0), when: settable | clears},
		{name: "initiate_login_uri", rule: text(0, 0), when: settable},
		{name: "mobile", rule: mobile(), when: settable | clears, merges: true},
		{name: "native_social_login", rule: signIn("enabled", "apple facebook google"), when: settable | clears, merges: true},
		{name: "fedcm_login", rule: signIn("is_enabled", "google"), when: settable | clears, merges: true},
		{name: "refresh_token", rule: refreshToken(), when: settable | clears | clearsOnce, merges: true},
		{name: "encrypted", when: answered},
		{name: "encryption_key", rule: object(true, each(text(0, 0), "pub cert subject")...), when: settable | clears | clearsOnce, merges: true},
		{name: "signing_keys", when: answered},
		{name: "addons", rule: addons(), when: settable | clears, merges: true, flat: true},
		{name: "allowed_origins", rule: list(text(0, 0), 0), when: settable},
		{name: "client_id", when: answered},
		{name: "callback_url_template", when: answered},
		{name: "client_secret", rule: text(1, 0), when: onUpdate},
	}
}

func clientTail() schema {
	return schema{
		{name: "jwt_configuration", rule: jwtConfiguration(), when: settable | clears, merges: true},
		{name: "client_aliases", rule: list(text(1, 0), 0), when: settable},
		{name: "token_endpoint_auth_method", rule: oneOf("none", "client_secret_post", "client_secret_basic"), when: settable | clears},
		{name: "client_authentication_methods", rule: authenticationMethods(newCredential), patch: authenticationMethods(referred), when: settable | clears},
		{name: "signed_request_object", rule: signedRequest(keyCredential()), patch: signedRequest(credentialReference()), when: settable | clears, merges: true},
		{name: "token_vault_privileged_access", rule: tokenVault(keyCredential(), 1), patch: tokenVault(credentialReference(), 0), when: settable | clears, merges: true},
		{name: "app_type", rule: oneOf(appTypes...), when: settable},
		{name: "grant_types", rule: list(text(1, 0), 0), when: settable},
		{name: "web_origins", rule: list(text(0, 0), 0), when: settable},
		{name: "custom_login_page", rule: text(1, 0), patch: text(0, 0), when: settable},
		{name: "custom_login_page_preview", rule: text(1, 0), patch: text(0, 0), when: settable},
		{name: "custom_login_page_on", rule: boolean(), when: settable},
		{name: "form_template", rule: text(1, 0), patch: text(0, 0), when: settable},
		{name: "oidc_logout", rule: logout(), when: settable | clears, merges: true},
		{name: "oidc_backchannel_logout", rule: logout(), when: settable | clears, merges: true},
		{name: "identity_assertion_authorization_grant", rule: object(false, requiredMember("active", boolean())), when: settable | clears}, // CL032
		{name: "session_transfer", rule: sessionTransfer(), when: settable | clears | clearsOnce, merges: true},
		{name: "default_organization", rule: defaultOrganization(), when: settable | clears | clearsOnce},
		{name: "organization_usage", rule: oneOf("deny", "allow", "require"), when: settable | clears},
		{name: "organization_require_behavior", rule: oneOf("no_prompt", "pre_login_prompt", "post_login_prompt"), when: settable | clears},
		{name: "organization_discovery_methods", rule: list(oneOf("email", "organization_name"), 1), when: settable | clears},
		{name: "require_pushed_authorization_requests", rule: boolean(), when: settable},
		{name: "require_proof_of_possession", rule: boolean(), when: settable},
		{name: "compliance_level", rule: oneOf("none", "fapi1_adv_pkj_par", "fapi1_adv_mtls_par", "fapi2_sp_pkj_mtls", "fapi2_sp_mtls_mtls"), when: settable | clears | clearsOnce},
		{name: "skip_non_verifiable_callback_uri_confirmation_prompt", rule: boolean(), when: settable | clears},
		{name: "token_exchange", rule: object(false, member{"allow_any_profile_of_type", list(oneOf("custom_authentication", "on_behalf_of_token_exchange"), 0), false}), when: settable | clears},
		{name: "par_request_expiry", rule: integerRange(10, 600), when: settable | clears | clearsOnce},
		{name: "token_quota", rule: tokenQuota(), when: settable | clears, merges: true},
		{name: "resource_server_identifier", rule: text(1, maxIdentifier), when: onCreate},
		{name: "third_party_security_mode", rule: oneOf("strict", "permissive"), when: settable},
		{name: "redirection_policy", rule: oneOf("allow_always", "open_redirect_protection"), when: settable},
		{name: "express_configuration", rule: express(), when: settable | clears, merges: true},
		{name: "my_organization_configuration", rule: myOrganization(), when: settable | clears, merges: true},
		{name: "async_approval_notification_channels", rule: list(oneOf("guardian-push", "email"), 1), when: settable | clears},
	}
}

// metadata accepts a limited number of strings by name. In PATCH, null removes one (CL008).
func metadata(most int) rule {
	entry := nullable(text(0, maxMetadataValue))
	return func(value any, path string) *violation {
		if f := object(true)(value, path); f != nil {
			return f
		}
		for _, m := range asObject(value) {
			if f := text(0, maxMetadataValue)(m.Name, join(path, m.Name)); f != nil {
				return f
			}
			if f := entry(m.Value, join(path, m.Name)); f != nil {
				return f
			}
		}
		if n := len(asObject(value)); n > most {
			return violationf(path, "Too many properties defined (%d), maximum %d", n, most)
		}
		return nil
	}
}

func refreshToken() rule {
	return object(false,
		member{"rotation_type", oneOf("rotating", "non-rotating"), true},
		member{"expiration_type", oneOf("expiring", "non-expiring"), true},
		member{"leeway", integerRange(0, -1), false},
		member{"token_lifetime", integerRange(1, maxTokenLifetime), false},
		member{"infinite_token_lifetime", boolean(), false},
		member{"idle_token_lifetime", integerRange(1, -1), false},
		member{"infinite_idle_token_lifetime", boolean(), false},
		member{"policies", nullable(list(object(false,
			member{"audience", text(1, maxIdentifier), true},
			member{"scope", list(text(1, maxScopeValue), 0), true}), 1)), false})
}

func jwtConfiguration() rule {
	return object(true,
		member{"lifetime_in_seconds", integer(), false},
		member{"secret_encoded", boolean(), false},
		member{"scopes", object(true), false},
		member{"alg", oneOf("HS256", "RS256", "RS512", "PS256"), false})
}

func sessionTransfer() rule {
	return object(false,
		member{"can_create_session_transfer_token", boolean(), false},
		member{"enforce_cascade_revocation", boolean(), false},
		member{"allowed_authentication_methods", nullable(list(oneOf("cookie", "query"), 0)), false},
		member{"enforce_device_binding", oneOf("ip", "asn", "none"), false},
		member{"allow_refresh_token", boolean(), false},
		member{"enforce_online_refresh_tokens", boolean(), false},
		member{"delegation", nullable(object(false,
			member{"allow_delegated_access", boolean(), false},
			member{"enforce_device_binding", oneOf("ip", "asn"), false})), false})
}

func defaultOrganization() rule {
	return object(false,
		member{"organization_id", text(1, 0), true},
		member{"flows", list(oneOf("client_credentials"), 0), true})
}

// tokenQuota limits the tokens that a client can request per hour and per day (TK013).
func tokenQuota() rule {
	return object(false, requiredMember("client_credentials", nonEmpty(object(false,
		member{"enforce", boolean(), false},
		member{"per_day", integerRange(1, maxQuota), false},
		member{"per_hour", integerRange(1, maxQuota), false}))))
}
