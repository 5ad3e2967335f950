package conformance

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
)

// aboutObjects checks what a PATCH does with objects inside clients and APIs.
func aboutObjects() []question {
	return []question{
		{"GE010", "the members of an object are merged, objects inside it are replaced", func(s *session, name string) {
			at := clients + "/" + identity(s.client(name, `,"addons":{"samlp":{"audience":"urn:a"},"wsfed":{}}`).object)
			got := s.call(200, "PATCH", at, `{"addons":{"samlp":{"recipient":"urn:r"}}}`)
			addons, _ := got.object["addons"].(map[string]any)
			samlp, _ := addons["samlp"].(map[string]any)
			s.expect(keys(addons, "samlp", "wsfed") && keys(samlp, "recipient"), "they are %v", addons)
		}},
		{"CL026", "null for one name of the logout URLs removes both", func(s *session, name string) {
			at := clients + "/" + identity(s.client(name, `,"oidc_logout":{"backchannel_logout_urls":["https://a.example/out"]}`).object)
			got := s.call(200, "PATCH", at, `{"oidc_backchannel_logout":null}`).object
			s.expect(!has(got, "oidc_logout") && !has(got, "oidc_backchannel_logout"), "they remain: %v", got["oidc_logout"])
		}},
		{"CL031", "null removes objects that the document does not call nullable", func(s *session, name string) {
			at := clients + "/" + identity(s.client(name, `,"addons":{"wsfed":{}},"mobile":{"ios":{"team_id":"t"}},"signed_request_object":{"required":false}`).object)
			got := s.call(200, "PATCH", at, `{"addons":null,"mobile":null,"signed_request_object":null}`).object
			s.expect(!has(got, "addons") && !has(got, "mobile") && !has(got, "signed_request_object"), "they remain: %v", got)
		}},
		{"CL032", "identity_assertion_authorization_grant is stored and removed", func(s *session, name string) {
			const member = "identity_assertion_authorization_grant"
			created := s.client(name, `,"`+member+`":{"active":true}`).object
			s.expect(has(created, member), "it is not stored")
			got := s.call(200, "PATCH", clients+"/"+identity(created), `{"`+member+`":null}`).object
			s.expect(!has(got, member), "it remains: %v", got[member])
		}},
		{"CL033", "a PATCH empties the lists of token_vault_privileged_access", func(s *session, name string) {
			at := clients + "/" + identity(s.client(name, "").object)
			public := keypair.New().PublicPEM
			key := identity(s.call(201, "POST", at+"/credentials", fmt.Sprintf(`{"credential_type":"public_key","pem":%q}`, public)).object)
			s.call(200, "PATCH", at, `{"token_vault_privileged_access":{"credentials":[{"id":"`+key+`"}],"grants":[],"ip_allowlist":[]}}`)
			s.call(200, "PATCH", at, `{"token_vault_privileged_access":null}`)
			s.call(204, "DELETE", at+"/credentials/"+key, "")
		}},
		{"CL034", "session_transfer has defaults once it exists", func(s *session, name string) {
			at := clients + "/" + identity(s.client(name, "").object)
			got, _ := s.call(200, "PATCH", at, `{"session_transfer":{"delegation":null}}`).object["session_transfer"].(map[string]any)
			s.expect(got["enforce_device_binding"] == "ip" && got["enforce_cascade_revocation"] == true && got["allow_refresh_token"] == false, "they are %v", got)
		}},
		{"CL035", "a client keeps one authentication method", func(s *session, name string) {
			at := clients + "/" + identity(s.client(name, "").object)
			s.call(400, "PATCH", at, `{"client_authentication_methods":null,"token_endpoint_auth_method":null}`)
		}},
		{"RS020", "the Management API has the scopes of other products", func(s *session, _ string) {
			first := managementAPI(s)
			scopes, _ := first["scopes"].([]any)
			found := slices.ContainsFunc(scopes, func(scope any) bool {
				object, _ := scope.(map[string]any)
				return object["value"] == "read:users"
			})
			s.expect(len(scopes) >= 132 && found, "it has %d scopes", len(scopes))
		}},
		{"RS026", "a system API accepts a member with the value that it has", func(s *session, _ string) {
			first := managementAPI(s)
			s.call(200, "PATCH", apis+"/"+identity(first), fmt.Sprintf(`{"name":%q}`, first["name"]))
			s.call(400, "PATCH", apis+"/"+identity(first), `{"name":"another"}`)
		}},
		{"RS027", "an encryption key is returned with its thumbprint", func(s *session, name string) {
			pair := keypair.New()
			sum := sha256.Sum256(pair.DER)
			got := s.api(name, fmt.Sprintf(`,"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"alg":"RSA-OAEP-256","pem":%q}}`, pair.PublicPEM))
			s.expect(strings.Contains(got.text, `"thumbprint_sha256":"`+base64.RawURLEncoding.EncodeToString(sum[:])+`"`), "it has %v", got.object["token_encryption"])
		}},
	}
}

// managementAPI returns the first API of the tenant.
func managementAPI(s *session) map[string]any {
	list := s.call(200, "GET", apis+"?per_page=1", "").items
	if len(list) == 0 {
		s.expect(false, "it has no APIs")
		return nil
	}
	first, _ := list[0].(map[string]any)
	return first
}
