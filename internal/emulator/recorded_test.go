package emulator_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestClient_nullRemovesObjects removes each object of a client, and its copy, by null in PATCH (CL031, CL026).
func TestClient_nullRemovesObjects(t *testing.T) {
	n := start(t)
	for name, value := range map[string]string{
		"addons":                                 `{"samlp":{"audience":"urn:a"}}`,
		"client_metadata":                        `{"a":"1"}`,
		"encryption_key":                         `{"pub":"p","cert":"c"}`,
		"fedcm_login":                            `{"google":{"is_enabled":true}}`,
		"jwt_configuration":                      `{"alg":"RS256"}`,
		"mobile":                                 `{"ios":{"team_id":"t"}}`,
		"native_social_login":                    `{"apple":{"enabled":true}}`,
		"oidc_backchannel_logout":                `{"backchannel_logout_urls":["https://a.example"]}`,
		"oidc_logout":                            `{"backchannel_logout_urls":["https://a.example"],"backchannel_logout_initiators":{"mode":"all"}}`,
		"refresh_token":                          `{"rotation_type":"rotating","expiration_type":"expiring"}`,
		"session_transfer":                       `{"allow_refresh_token":true}`,
		"token_exchange":                         `{"allow_any_profile_of_type":["custom_authentication"]}`,
		"token_quota":                            `{"client_credentials":{"per_hour":1}}`,
		"identity_assertion_authorization_grant": `{"active":true}`, // CL032
	} {
		at := "clients/" + n.newClient("job").ClientID
		n.call(200, "PATCH", at, `{"`+name+`":`+value+`}`)
		if got := n.call(200, "GET", at, ""); !got.body.Has(name) {
			t.Errorf("%s is not stored: %s", name, got.raw)
		}
		n.call(200, "PATCH", at, `{"`+name+`":null}`)
		got := n.call(200, "GET", at, "")
		if got.body.Has(name) || strings.Contains(name, "logout") && strings.Contains(got.raw, "logout_urls") {
			t.Errorf("null for %s leaves %s", name, got.raw)
		}
	}
	n.call(400, "POST", "clients", `{"name":"N","addons":null}`)
	n.call(400, "POST", "clients", `{"name":"N","identity_assertion_authorization_grant":{}}`)
	n.call(400, "PATCH", "clients/"+n.newClient("job").ClientID, `{"callbacks":null}`)
}

// TestClient_nullFreesCredentials deletes credentials after null removed their references (CL031, CR007).
func TestClient_nullFreesCredentials(t *testing.T) {
	n := start(t)
	public := keypair.New().PublicPEM
	for name, use := range map[string]string{
		"client_authentication_methods": `{"private_key_jwt":{"credentials":[{"id":"ID"}]}}`,
		"signed_request_object":         `{"required":true,"credentials":[{"id":"ID"}]}`,
		"token_vault_privileged_access": `{"credentials":[{"id":"ID"}],"grants":[],"ip_allowlist":[]}`,
	} {
		at := "clients/" + n.newClient("job").ClientID
		id := n.call(201, "POST", at+"/credentials", `{"credential_type":"public_key","pem":`+quoted(public)+`}`).body.Text("id")
		n.call(200, "PATCH", at, `{"`+name+`":`+strings.ReplaceAll(use, "ID", id)+`}`)
		n.call(400, "DELETE", at+"/credentials/"+id, "")
		n.call(200, "PATCH", at, `{"`+name+`":null}`)
		n.call(204, "DELETE", at+"/credentials/"+id, "")
	}
}

// TestClient_switchesBetweenKeysAndSecret changes the authentication in both directions as the vendor's Terraform provider
// does (CL015, CL031, CL035).
func TestClient_switchesBetweenKeysAndSecret(t *testing.T) {
	n := start(t)
	public := keypair.New().PublicPEM
	at := "clients/" + n.newClient("job").ClientID
	secret := n.call(200, "GET", at, "").body.Text("client_secret")
	for range 2 {
		id := n.call(201, "POST", at+"/credentials", `{"credential_type":"public_key","pem":`+quoted(public)+`}`).body.Text("id")
		keys := n.call(200, "PATCH", at, `{"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"`+id+`"}]}},"token_endpoint_auth_method":null}`)
		if keys.body.Has("client_secret") || keys.body.Has("token_endpoint_auth_method") {
			t.Error("keys:", keys.raw)
		}
		n.refused(400, "validation_error", "`token_endpoint_auth_method` and `client_authentication_methods` cannot both be null",
			"PATCH", at, `{"client_authentication_methods":null,"token_endpoint_auth_method":null}`)
		back := n.call(200, "PATCH", at, `{"client_authentication_methods":null,"signed_request_object":null,"token_endpoint_auth_method":"client_secret_basic"}`)
		if back.body.Has("client_authentication_methods") || back.body.Text("client_secret") != secret || back.body.Text("token_endpoint_auth_method") != "client_secret_basic" {
			t.Error("secret:", back.raw)
		}
		n.call(204, "DELETE", at+"/credentials/"+id, "")
	}
}

// TestClient_emptyLists empties lists in PATCH that must not be empty in POST (CL033).
func TestClient_emptyLists(t *testing.T) {
	n := start(t)
	public := keypair.New().PublicPEM
	at := "clients/" + n.newClient("job").ClientID
	id := n.call(201, "POST", at+"/credentials", `{"credential_type":"public_key","pem":`+quoted(public)+`}`).body.Text("id")
	n.call(200, "PATCH", at, `{"token_vault_privileged_access":{"credentials":[{"id":"`+id+`"}],"grants":[{"connection":"c","scopes":["s"]}],"ip_allowlist":["10.0.0.1"]}}`)
	const empty = `"token_vault_privileged_access":{"credentials":[],"ip_allowlist":[],"grants":[]}`
	if got := n.call(200, "PATCH", at, "{"+empty+"}"); !strings.Contains(got.raw, `"ip_allowlist":[]`) || strings.Contains(got.raw, id) {
		t.Error("emptied:", got.raw)
	}
	n.call(400, "POST", "clients", `{"name":"N",`+empty+`}`)
	for _, list := range []string{"organization_discovery_methods", "async_approval_notification_channels"} {
		n.call(400, "PATCH", at, `{"`+list+`":[]}`)
	}
}

// TestClient_sessionTransferDefaults expects the defaults of session_transfer after it is set (CL034).
func TestClient_sessionTransferDefaults(t *testing.T) {
	n := start(t)
	const defaults = `"session_transfer":{"can_create_session_transfer_token":false,"allowed_authentication_methods":[],` +
		`"enforce_device_binding":"ip","allow_refresh_token":false,"enforce_online_refresh_tokens":true,"enforce_cascade_revocation":true}`
	created := n.call(201, "POST", "clients", `{"name":"N","session_transfer":{"enforce_online_refresh_tokens":true}}`)
	if !strings.Contains(created.raw, defaults) {
		t.Error("created:", created.raw)
	}
	at := "clients/" + created.body.Text("client_id")
	n.call(200, "PATCH", at, `{"session_transfer":{"allow_refresh_token":true}}`)
	n.call(200, "PATCH", at, `{"session_transfer":{"enforce_device_binding":"none"}}`)
	if got := n.call(200, "GET", at, ""); !strings.Contains(got.raw, `"enforce_device_binding":"none","allow_refresh_token":true`) {
		t.Error("not merged:", got.raw)
	}
	n.call(200, "PATCH", at, `{"session_transfer":null}`)
	if got := n.call(200, "PATCH", at, `{"name":"M"}`); got.body.Has("session_transfer") {
		t.Error("restored without being sent:", got.raw)
	}
	if got := n.call(200, "PATCH", at, `{"session_transfer":{"delegation":null}}`); !strings.Contains(got.raw, defaults) {
		t.Error("created by PATCH:", got.raw)
	}
}

// TestClient_mergeDepth replaces objects inside an object of a client, or merges them with the switch (GE010).
func TestClient_mergeDepth(t *testing.T) {
	for deep, want := range map[bool]string{
		false: `"mobile":{"ios":{"team_id":"u"},"android":{"app_package_name":"p"}}`,
		true:  `"mobile":{"ios":{"team_id":"u","app_bundle_identifier":"b"},"android":{"app_package_name":"p"}}`,
	} {
		n := start(t, switched(func(s *emulator.Switches) { s.DeepMerge = deep }))
		at := "clients/" + n.call(201, "POST", "clients", `{"name":"N","addons":{"samlp":{"audience":"a"}},`+
			`"mobile":{"ios":{"team_id":"t","app_bundle_identifier":"b"}}}`).body.Text("client_id")
		n.call(200, "PATCH", at, `{"mobile":{"ios":{"team_id":"u"}}}`)
		got := n.call(200, "PATCH", at, `{"mobile":{"android":{"app_package_name":"p"}},"addons":{"samlp":{"recipient":"r"}}}`)
		if !strings.Contains(got.raw, want) || !strings.Contains(got.raw, `"addons":{"samlp":{"recipient":"r"}}`) {
			t.Errorf("deep %t: no %s in %s", deep, want, got.raw)
		}
	}
}

// TestClient_thirdParty checks the presets of third-party clients of each type (CL007).
func TestClient_thirdParty(t *testing.T) {
	n := start(t)
	for appType, rotation := range map[string]string{"spa": "rotating", "native": "rotating", "regular_web": "non-rotating"} {
		got := n.call(201, "POST", "clients", `{"name":"N","is_first_party":false,"app_type":"`+appType+`"}`)
		if !got.body.Flag("oidc_conformant") || got.body.Text("third_party_security_mode") != "permissive" ||
			got.body.Child("refresh_token").Text("rotation_type") != rotation || got.body.Has("redirection_policy") {
			t.Errorf("%s: %s", appType, got.raw)
		}
	}
	got := n.call(201, "POST", "clients", `{"name":"N","is_first_party":false,"app_type":"spa","third_party_security_mode":"strict"}`)
	if got.body.Text("third_party_security_mode") != "strict" || got.body.Text("redirection_policy") != "open_redirect_protection" {
		t.Error("strict:", got.raw)
	}
}

// TestResourceServer_encryptionThumbprint expects the thumbprint of the key instead of its PEM (RS023, RS027).
func TestResourceServer_encryptionThumbprint(t *testing.T) {
	n := start(t)
	public := keypair.New().PublicPEM
	block, _ := pem.Decode([]byte(public))
	sum := sha256.Sum256(block.Bytes)
	want := `"encryption_key":{"alg":"RSA-OAEP-256","kid":"k","thumbprint_sha256":"` + base64.RawURLEncoding.EncodeToString(sum[:]) + `"}`
	encryption := `"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"alg":"RSA-OAEP-256","kid":"k","pem":` + quoted(public) + `}}`
	at := "resource-servers/" + n.call(201, "POST", "resource-servers", `{"identifier":"urn:a",`+encryption+`}`).body.Text("id")
	for _, body := range []string{`{"name":"N"}`, "{" + encryption + "}"} {
		if got := n.call(200, "PATCH", at, body); !strings.Contains(got.raw, want) {
			t.Errorf("no %s in %s", want, got.raw)
		}
	}
	n.call(400, "PATCH", at, `{"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"alg":"RSA-OAEP-256","pem":"no PEM"}}}`)
	n.call(200, "PATCH", at, `{"token_encryption":null}`)
	if got := n.call(200, "GET", at, ""); got.body.Has("token_encryption") {
		t.Error("after null:", got.raw)
	}
}

// TestResourceServer_systemUnchanged expects that a system API accepts members with their current value, and rejects changes
// (RS021, RS026).
func TestResourceServer_systemUnchanged(t *testing.T) {
	n := start(t)
	at := "resource-servers/" + n.newAPI(n.URL()+"/me/")
	got := n.call(200, "PATCH", at, `{"name":"Auth0 My Account API","signing_alg":"RS256","token_lifetime":700}`)
	if lifetime, _ := got.body.Integer("token_lifetime"); lifetime != 700 || got.body.Text("name") != "Auth0 My Account API" {
		t.Error("patched:", got.raw)
	}
	for _, body := range []string{`{"name":"Mine"}`, `{"signing_alg":"PS256"}`, `{"scopes":[]}`, `{"identifier":"` + n.URL() + `/me/"}`} {
		n.call(400, "PATCH", at, body)
	}
}

// TestResourceServer_managementScopes expects the scopes of a real tenant's Management API, and the usable ones in the grant
// of Terraform (RS020).
func TestResourceServer_managementScopes(t *testing.T) {
	n := start(t)
	scopes := objectOf(n.call(200, "GET", "resource-servers", "").items[0]).Items("scopes")
	seen := map[string]bool{}
	for _, scope := range scopes {
		seen[objectOf(scope).Text("value")] = true
	}
	for _, value := range []string{"read:users", "blacklist:tokens", "read:logs_users", "delete:organization_invitations", "create:client_keys", "update:signing_keys", "update:client_credentials"} {
		if !seen[value] {
			t.Error("no scope", value)
		}
	}
	if len(seen) != len(scopes) || len(seen) < 132 {
		t.Errorf("%d scopes, %d of them different", len(scopes), len(seen))
	}
	if raw := n.call(200, "GET", "client-grants?client_id="+n.Terraform().ClientID, "").raw; strings.Contains(raw, "read:users") || !strings.Contains(raw, "read:clients") {
		t.Error("granted:", raw)
	}
}
