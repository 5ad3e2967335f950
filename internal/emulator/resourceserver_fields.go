package emulator

import "sync"

// Limits of APIs, as documented (RS001). Members that were never sent are absent (RS024).
const (
	maxIdentifier  = 600
	maxName        = 200
	maxScopeValue  = 280
	maxDescription = 500
	minSecret      = 16
	maxLifetime    = 2_592_000
	maxScopes      = 1000
)

const noAngles = `^[^<>]+$`

// resourceServerSchema is the table of /api/v2/resource-servers (RS001). POST-only: identifier (RS002).
var resourceServerSchema = sync.OnceValue(func() schema {
	return schema{
		{name: "id", when: answered},
		{name: "name", rule: text(0, maxName, matching(noAngles)), when: settable},
		{name: "identifier", rule: text(1, maxIdentifier), when: onCreate | required},
		{name: "allow_offline_access", rule: boolean(), when: settable},
		{name: "allow_online_access", rule: boolean(), when: settable},
		{name: "allow_online_access_with_ephemeral_sessions", rule: boolean(), when: settable},
		{name: "skip_consent_for_verifiable_first_party_clients", rule: boolean(), when: settable},
		{name: "subject_type_authorization", rule: subjectTypeAuthorization(), when: settable, merges: true},
		{name: "token_lifetime", rule: integerRange(0, maxLifetime), when: settable},
		{name: "token_lifetime_for_web", rule: integerRange(0, maxLifetime), when: settable},
		{name: "signing_alg", rule: oneOf("HS256", "RS256", "RS512", "PS256"), when: settable},
		{name: "signing_secret", rule: text(minSecret, 0), when: settable},
		{name: "scopes", rule: list(apiScope(), 0), when: settable},
		{name: "enforce_policies", rule: boolean(), when: settable},
		{name: "token_dialect", rule: oneOf("access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"), when: settable},
		{name: "is_system", when: answered},
		{name: "authorization_details", rule: list(anything(), 0), when: settable | clears | clearsOnce},
		{name: "token_encryption", rule: tokenEncryption(), when: settable | clears | clearsOnce},
		{name: "consent_policy", rule: oneOf("transactional-authorization-with-mfa"), when: settable | clears | clearsOnce},
		{name: "proof_of_possession", rule: proofOfPossession(), when: settable | clears | clearsOnce},
		{name: "authorization_policy", rule: object(false, member{"policy_id", text(1, 1024), true}), when: settable | clears | clearsOnce},
		{name: "client_id", when: answered},
		{name: "verificationLocation", rule: text(0, 0), when: settable},
	}
})

// systemSchema contains what PATCH accepts for a system API. All else is rejected as an unknown member (RS021).
func systemSchema() schema {
	var allowed schema
	for _, f := range resourceServerSchema() {
		switch f.name {
		case "token_lifetime", "token_lifetime_for_web", "skip_consent_for_verifiable_first_party_clients", "authorization_policy",
			"allow_offline_access":
			allowed = append(allowed, f)
		case "subject_type_authorization":
			f.rule = object(false, member{"user", userPolicy(), false})
			allowed = append(allowed, f)
		}
	}
	return allowed
}

func apiScope() rule {
	return object(false,
		member{"value", text(1, maxScopeValue), true},
		member{"description", text(0, maxDescription), false})
}

func userPolicy() rule {
	return object(true, member{"policy", oneOf("allow_all", "deny_all", "require_client_grant"), false})
}

func subjectTypeAuthorization() rule {
	return object(false,
		member{"user", userPolicy(), false},
		member{"client", object(true, member{"policy", oneOf("deny_all", "require_client_grant"), false}), false})
}

func tokenEncryption() rule {
	return object(false,
		member{"format", oneOf("compact-nested-jwe"), true},
		member{"encryption_key", object(false,
			member{"name", text(1, 128), false},
			member{"alg", oneOf("RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"), true},
			member{"kid", text(1, 128), false},
			member{"pem", text(1, 4096), true}), true})
}

func proofOfPossession() rule {
	return object(false,
		member{"mechanism", oneOf("mtls", "dpop"), true},
		member{"required", boolean(), true},
		member{"required_for", oneOf("public_clients", "all_clients"), false})
}
