package emulator

import (
	"net"
	"strings"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// credentialSchema is the table of /api/v2/clients/{client_id}/credentials (CR001).
var credentialSchema = sync.OnceValue(func() schema {
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
})

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

// bearerRule is the shape of such a member. fewest is how many grants it needs: one in POST, none in PATCH (CL024).
func bearerRule(name string, credential rule, fewest int) rule {
	if name == "signed_request_object" {
		return object(false,
			member{"required", boolean(), false},
			member{"credentials", list(credential, 0), false})
	}
	connection := object(false,
		member{"connection", text(1, 0), true},
		member{"scopes", atMost(20, list(text(1, 0), 1)), true})
	return object(false,
		member{"credentials", atMost(mostCredentials, list(credential, 1)), true},
		member{"ip_allowlist", atMost(10, list(text(1, 0, format("ip-or-cidr", isAddress)), 1)), true},
		member{"grants", distinct("connection", atMost(5, list(connection, fewest))), true})
}

func isAddress(text string) bool {
	_, _, err := net.ParseCIDR(text)
	return err == nil || net.ParseIP(text) != nil
}

// atMost bounds an array from above.
func atMost(most int, r rule) rule {
	return func(value any, path string) *flaw {
		if items, _ := value.([]any); len(items) > most {
			return flawf(path, "Array is too long (%d), maximum %d", len(items), most)
		}
		return r(value, path)
	}
}

// distinct refuses objects in an array that have the same text in one member.
func distinct(name string, r rule) rule {
	return func(value any, path string) *flaw {
		items, _ := value.([]any)
		places := map[string]int{}
		for i, item := range items {
			key := asObject(item).Text(name)
			if first, again := places[key]; again {
				return flawf(path, "Array items are not unique (indexes %d and %d)", first, i)
			}
			places[key] = i
		}
		return r(value, path)
	}
}

// myOrganization checks the ids of profiles, which the emulator does not have (CL024).
func myOrganization() rule {
	profile := func(prefix string) rule {
		return text(0, 0, matching("^"+prefix+"_[A-Za-z0-9]{16,}$"))
	}
	return object(true,
		member{"connection_profile_id", profile("cop"), false},
		member{"user_attribute_profile_id", profile("uap"), false})
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
