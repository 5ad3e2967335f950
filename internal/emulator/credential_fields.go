package emulator

import (
	"net"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// credentialSchema is the table of /api/v2/clients/{client_id}/credentials (CR001).
var credentialSchema = sync.OnceValue(func() schema {
	return schema{
		{name: "id", when: answered},
		{name: "credential_type", rule: oneOf("public_key", "cert_subject_dn", "x509_cert"), when: onCreate | required},
		{name: "subject_dn", rule: text(1, 256), when: onCreate},
		{name: "kid", rule: text(10, 64, matching(keyID)), when: onCreate},
		{name: "alg", rule: oneOf("RS256", "RS384", "PS256"), when: onCreate},
		{name: "thumbprint_sha256", when: answered},
		{name: "name", rule: text(0, 128), when: onCreate},
		{name: "created_at", when: answered},
		{name: "updated_at", when: answered},
		{name: "expires_at", rule: dateTime(), when: settable | clears},
		{name: "pem", rule: text(0, 0), when: onCreate},
		{name: "parse_expiry_from_cert", rule: boolean(), when: onCreate},
	}
})

const keyID = `^([0-9a-zA-Z-_]{10,64})$`

// methodNames are the members of client_authentication_methods.
var methodNames = []string{"private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"}

// authenticationMethods accepts exactly one method to authenticate with keys. credential returns the rule for the
// credentials of a method: complete ones in POST, IDs in PATCH (CR002).
func authenticationMethods(credential func(method string) rule) rule {
	var members []member
	for _, name := range methodNames {
		members = append(members, member{name, object(false, requiredMember("credentials", list(credential(name), 0))), false})
	}
	return exactlyOne(object(false, members...))
}

// newCredential accepts a credential in the POST of a client.
func newCredential(method string) rule {
	switch method {
	case "tls_client_auth":
		return object(false,
			requiredMember("credential_type", oneOf("cert_subject_dn")),
			member{"name", text(0, 128), false},
			member{"subject_dn", text(1, 256), false},
			member{"pem", text(1, 4096), false})
	case "self_signed_tls_client_auth":
		return object(false,
			requiredMember("credential_type", oneOf("x509_cert")),
			member{"name", text(0, 128), false},
			requiredMember("pem", text(1, 4096)))
	}
	return keyCredential()
}

// keyCredential accepts a public key in the POST of a client.
func keyCredential() rule {
	return object(false,
		requiredMember("credential_type", oneOf("public_key")),
		member{"name", text(0, 128), false},
		requiredMember("pem", text(0, 0)),
		member{"alg", oneOf("RS256", "RS384", "PS256"), false},
		member{"parse_expiry_from_cert", boolean(), false},
		member{"expires_at", dateTime(), false},
		member{"kid", text(10, 64, matching(keyID)), false})
}

func credentialReference() rule { return object(false, requiredMember("id", text(1, 0))) }

func referred(string) rule { return credentialReference() }

// bearers are the members of a client, other than client_authentication_methods, that contain credentials (CR003, CR012).
var bearers = []string{"signed_request_object", "token_vault_privileged_access"}

func signedRequest(credential rule) rule {
	return object(false,
		member{"required", boolean(), false},
		member{"credentials", list(credential, 0), false})
}

// tokenVault requires all three lists, each with a minimum length: one in POST, none in PATCH (CL024, CL033).
func tokenVault(credential rule, minItems int) rule {
	connection := object(false,
		requiredMember("connection", text(1, 0)),
		requiredMember("scopes", atMost(20, list(text(1, 0), 1))))
	return object(false,
		requiredMember("credentials", atMost(maxCredentials, list(credential, minItems))),
		requiredMember("ip_allowlist", atMost(10, list(text(1, 0, format("ip-or-cidr", isAddress)), minItems))),
		requiredMember("grants", distinct("connection", atMost(5, list(connection, minItems)))))
}

func isAddress(text string) bool {
	_, _, err := net.ParseCIDR(text)
	return err == nil || net.ParseIP(text) != nil
}

// atMost limits the length of an array.
func atMost(most int, r rule) rule {
	return func(value any, path string) *violation {
		if items, _ := value.([]any); len(items) > most {
			return violationf(path, "Array is too long (%d), maximum %d", len(items), most)
		}
		return r(value, path)
	}
}

// distinct rejects arrays of objects if two have the same string in one member.
func distinct(name string, r rule) rule {
	return func(value any, path string) *violation {
		items, _ := value.([]any)
		places := map[string]int{}
		for i, item := range items {
			key := asObject(item).Text(name)
			if first, again := places[key]; again {
				return violationf(path, "Array items are not unique (indexes %d and %d)", first, i)
			}
			places[key] = i
		}
		return r(value, path)
	}
}

func asObject(value any) store.Object {
	o, _ := value.(store.Object)
	return o
}
