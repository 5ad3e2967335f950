package emulator

import "sync"

// grantSchema is the table of /api/v2/client-grants (CG001). POST-only: client_id, audience, subject_type, default_for.
var grantSchema = sync.OnceValue(func() schema {
	return schema{
		{name: "id", when: answered},
		{name: "client_id", rule: text(0, 0), when: onCreate},
		{name: "audience", rule: text(1, 0), when: onCreate | required},
		{name: "scope", rule: list(text(1, maxScopeValue), 0), when: settable | clears},
		{name: "organization_usage", rule: oneOf("deny", "allow", "require"), when: settable | clears},
		{name: "allow_any_organization", rule: boolean(), when: settable | clears},
		{name: "subject_type", rule: oneOf("client", "user"), when: onCreate},
		{name: "authorization_details_types", rule: list(text(1, 255), 0), when: settable},
		{name: "allow_all_scopes", rule: boolean(), when: settable | clears},
		{name: "is_system", when: answered},
		{name: "default_for", rule: oneOf("third_party_clients"), when: onCreate},
	}
})
