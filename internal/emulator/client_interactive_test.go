package emulator_test

import (
	"slices"
	"strings"
	"testing"
)

// TestClient_interactive stores and returns members of other types of clients (CL024, CL026, CL028, CL030).
func TestClient_interactive(t *testing.T) {
	n := start(t)
	at := "clients/" + n.call(201, "POST", "clients", `{"name":"N","app_type":"regular_web","cross_origin_auth":true,`+
		`"addons":{"samlp":{"audience":"urn:a","mappings":{"email":["a","b"]}},"wsfed":{}},"mobile":{"ios":{"team_id":"t"}},`+
		`"oidc_backchannel_logout":{"backchannel_logout_urls":["https://a.example/out"]}}`).body.Text("client_id")
	for _, c := range []struct{ body, part, gone string }{
		{`{"description":"d"}`, `"oidc_logout":{"backchannel_logout_urls":["https://a.example/out"]}`, ""},
		{`{"cross_origin_authentication":true}`, `"cross_origin_auth":true,"cross_origin_authentication":true`, ""},
		{`{"cross_origin_auth":false}`, `"cross_origin_auth":false,"cross_origin_authentication":true`, ""},
		{`{"addons":{"samlp":{"recipient":"r"}}}`, `"addons":{"samlp":{"recipient":"r"},"wsfed":{}}`, "mappings"},
		{`{"addons":{}}`, `"addons":{}`, "samlp"},
		{`{"addons":{"aws":{"lifetime_in_seconds":900}}}`, `"addons":{"aws":{"lifetime_in_seconds":900}}`, "samlp"},
		{`{"mobile":{"android":{"app_package_name":"p"}}}`, `"mobile":{"ios":{"team_id":"t"},"android":{"app_package_name":"p"}}`, ""},
		{
			`{"oidc_logout":{"backchannel_logout_urls":["https://b.example"],"backchannel_logout_initiators":{"mode":"all"}}}`,
			`"oidc_backchannel_logout":{"backchannel_logout_urls":["https://b.example"]}`, "a.example",
		},
	} {
		n.call(200, "PATCH", at, c.body)
		if got := n.call(200, "GET", at, ""); !strings.Contains(got.raw, c.part) || c.gone != "" && strings.Contains(got.raw, c.gone) {
			t.Errorf("%s: no %s, or still %q, in %s", c.body, c.part, c.gone, got.raw)
		}
	}
}

// TestClient_interactiveRefused expects the violations inside the members of other types of clients (CL001).
func TestClient_interactiveRefused(t *testing.T) {
	n := start(t)
	for body, violation := range map[string]string{
		`"app_type":"robot"`:                                            "'No enum match for: robot' on property app_type.",
		`"addons":{"fax":{}}`:                                           "'Additional properties not allowed: fax' on property addons.",
		`"addons":{"aws":{"lifetime_in_seconds":60}}`:                   "'Value 60 is less than minimum 900' on property addons.aws.lifetime_in_seconds.",
		`"addons":{"samlp":{"nameIdentifierProbes":null}}`:              "'Expected type array but found type null' on property addons.samlp.nameIdentifierProbes.",
		`"native_social_login":{"apple":{}}`:                            "'Too few properties defined (0), minimum 1' on property native_social_login.apple.",
		`"mobile":{"android":{"sha256_cert_fingerprints":[]}}`:          "'Array is too short (0), minimum 1' on property mobile.android.sha256_cert_fingerprints.",
		`"oidc_logout":{"backchannel_logout_initiators":{"mode":"no"}}`: "'No enum match for: no' on property oidc_logout.backchannel_logout_initiators.mode.",
		`"grant_types":[""]`:                                            "'String is too short (0 chars), minimum 1' on property grant_types[0].",
	} {
		n.refused(400, "invalid_body", "Payload validation error: "+violation, "POST", "clients", `{"name":"N",`+body+`}`)
	}
}

// TestViolations expects every violation of a body, the last member first (GE004).
func TestViolations(t *testing.T) {
	n := start(t)
	n.refused(400, "invalid_body", "Payload validation error: 'Missing required property: identifier'. "+
		"(also) Payload validation error: 'Additional properties not allowed: options,colour'. "+
		"(also) Payload validation error: 'Missing required property: value' on property scopes[2]. "+
		"(also) Payload validation error: 'String is too short (0 chars), minimum 1' on property scopes[0].value. "+
		"(also) Payload validation error: 'Expected type string but found type null' on property name.",
		"POST", "resource-servers", `{"name":null,"options":{},"scopes":[{"value":""},{"value":"x"},{}],"colour":1}`)
}

// TestClient_global checks the few members of the client that represents the tenant (CL029).
func TestClient_global(t *testing.T) {
	n := start(t)
	got := objectOf(n.call(200, "GET", "clients?is_global=true", "").items[0])
	want := []string{
		"tenant", "global", "name", "callbacks", "is_first_party", "cross_origin_authentication", "refresh_token", "signing_keys",
		"client_id", "client_secret", "custom_login_page_on",
	}
	if !slices.Equal(got.Names(), want) {
		t.Errorf("members %v", got.Names())
	}
	if page := n.call(200, "PATCH", "clients/"+got.Text("client_id"), `{"custom_login_page":"<html/>"}`); page.body.Has("grant_types") || page.body.Text("custom_login_page") != "<html/>" {
		t.Error("patched:", page.raw)
	}
}
