package emulator

import (
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// credentialSchema is the table of /api/v2/clients/{client_id}/credentials (CR001).
func credentialSchema() schema {
	return schema{
		{name: "id", when: answered},
		{name: "credential_type", rule: oneOf("public_key", "cert_subject_dn", "x509_cert"), when: onCreate | required},
		{name: "subject_dn", rule: text(1, 256), when: onCreate},
		{name: "kid", rule: text(10, 64, matching(`^([0-9a-zA-Z-_]{10,64})$`)), when: onCreate},
		{name: "alg", rule: oneOf("RS256", "RS384", "PS256"), when: onCreate},
		{name: "thumbprint_sha256", when: answered},
		{name: "name", rule: text(0, 128), when: onCreate},
		{name: "created_at", when: answered},
		{name: "updated_at", when: answered},
		{name: "expires_at", rule: dateTime(), when: settable | clears},
		{name: "pem", rule: text(0, 0), when: onCreate},
		{name: "parse_expiry_from_cert", rule: boolean(), when: onCreate},
	}
}

// methodNames are the members of client_authentication_methods.
var methodNames = []string{"private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"}

// authenticationMethods is exactly one way to authenticate with keys: full credentials in POST, ids in PATCH (CR002).
func authenticationMethods(credential rule) rule {
	var members []member
	for _, name := range methodNames {
		members = append(members, member{name, object(false, member{"credentials", list(credential, 0), true}), false})
	}
	return exactlyOne(object(false, members...))
}

// bearers are the members of a client that hold credentials besides client_authentication_methods (CR003).
var bearers = []string{"signed_request_object", "token_vault_privileged_access"}

func bearer(credential rule) rule {
	return object(false,
		member{"required", boolean(), false},
		member{"ip_allowlist", list(text(0, 0), 0), false},
		member{"credentials", list(credential, 0), false})
}

func fullCredential() rule {
	return func(value any, path string) *flaw {
		body, isObject := value.(store.Object)
		if !isObject {
			return wrongKind("object", value, path)
		}
		f := credentialSchema().check(body, onCreate)
		if f != nil {
			f.path = strings.TrimSuffix(join(path, f.path), ".")
		}
		return f
	}
}

func credentialReference() rule {
	return object(false, member{"id", text(1, 0), true})
}

func asObject(value any) store.Object {
	o, _ := value.(store.Object)
	return o
}
