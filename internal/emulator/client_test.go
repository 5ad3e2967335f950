package emulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

func TestClient_minimal(t *testing.T) { // CL002 to CL005, CL017
	n := start(t)
	created := n.call(201, "POST", "clients", `{"name":"N"}`)
	want := []string{
		"tenant", "global", "is_token_endpoint_ip_header_trusted", "name", "is_first_party", "oidc_conformant", "sso_disabled",
		"cross_origin_auth", "cross_origin_authentication", "refresh_token", "encrypted", "signing_keys", "client_id",
		"callback_url_template", "client_secret", "jwt_configuration", "grant_types", "custom_login_page_on",
	}
	if got := created.body.Names(); !slices.Equal(got, want) {
		t.Errorf("members\n got %v\nwant %v", got, want)
	}
	for _, part := range []string{
		`"refresh_token":{"expiration_type":"non-expiring","leeway":0,"infinite_token_lifetime":true,"infinite_idle_token_lifetime":true,` +
			`"token_lifetime":2592000,"idle_token_lifetime":1296000,"rotation_type":"non-rotating"}`,
		`"jwt_configuration":{"lifetime_in_seconds":36000,"secret_encoded":false}`,
		`"grant_types":["authorization_code","implicit","refresh_token","client_credentials"]`,
	} {
		if !strings.Contains(created.raw, part) {
			t.Errorf("%s is not in %s", part, created.raw)
		}
	}
	if len(created.body.Text("client_id")) != 32 || len(created.body.Text("client_secret")) != 64 {
		t.Error("id or secret has the wrong format:", created.raw)
	}
	got := n.call(200, "GET", "clients/"+created.body.Text("client_id"), "")
	if got.body.Has("encrypted") || strings.Contains(got.raw, "PRIVATE KEY") || got.body.Text("client_secret") != created.body.Text("client_secret") {
		t.Error("GET returns other members:", got.raw)
	}
}

func TestClient_defaults(t *testing.T) { // CL003 to CL007
	n := start(t)
	for body, part := range map[string]string{
		`"token_endpoint_auth_method":"client_secret_post"`:                         `"token_lifetime":31557600,"idle_token_lifetime":2592000`,
		`"token_endpoint_auth_method":"none"`:                                       `"grant_types":["authorization_code","implicit","refresh_token"]`,
		`"app_type":"non_interactive"`:                                              `"grant_types":["authorization_code","implicit","refresh_token","client_credentials"]`,
		`"app_type":"resource_server"`:                                              `"grant_types":[]`,
		`"jwt_configuration":{"alg":"RS256"}`:                                       `"jwt_configuration":{"alg":"RS256","secret_encoded":false}`,
		`"is_first_party":false,"app_type":"spa"`:                                   `"rotation_type":"rotating"`,
		`"refresh_token":{"rotation_type":"rotating","expiration_type":"expiring"}`: `"infinite_token_lifetime":false`,
		`"app_type":"express_configuration"`:                                        `"organization_usage":"require"`,
		`"oidc_logout":{"backchannel_logout_urls":["https://a.example"]}`:           `"oidc_backchannel_logout":{"backchannel_logout_urls":["https://a.example"]}`,
	} {
		if got := n.call(201, "POST", "clients", `{"name":"N",`+body+`}`); !strings.Contains(got.raw, part) {
			t.Errorf("%s: no %s in %s", body, part, got.raw)
		}
	}
}

func TestClient_update(t *testing.T) { // GE010, CL008, CL014
	n := start(t)
	at := "clients/" + n.call(201, "POST", "clients", `{"name":"N","client_metadata":{"a":"1","b":"2"},"description":"d",`+
		`"session_transfer":{"allow_refresh_token":true,"delegation":{"allow_delegated_access":true}},"token_quota":{"client_credentials":{"per_hour":5}}}`).body.Text("client_id")
	for _, c := range []struct{ body, part, gone string }{
		{`{"client_metadata":{"b":null,"c":"3"}}`, `"client_metadata":{"a":"1","c":"3"}`, ""},
		{`{"session_transfer":{"delegation":null,"enforce_device_binding":"asn"}}`, `"enforce_device_binding":"asn","allow_refresh_token":true,"enforce_online_refresh_tokens":true,"enforce_cascade_revocation":true}`, ""},
		{`{"token_quota":null}`, `"name":"N"`, "token_quota"},
		{`{"jwt_configuration":{"alg":"RS256"}}`, `"jwt_configuration":{"lifetime_in_seconds":36000,"secret_encoded":false,"alg":"RS256"}`, ""},
		{`{"description":""}`, `"description":""`, ""},
		{`{"client_secret":"+own="}`, `"client_secret":"+own="`, ""},
		{`{"grant_types":["client_credentials"]}`, `"grant_types":["client_credentials"]`, ""},
	} {
		n.call(200, "PATCH", at, c.body)
		got := n.call(200, "GET", at, "")
		if !strings.Contains(got.raw, c.part) {
			t.Errorf("%s: no %s in %s", c.body, c.part, got.raw)
		}
		if c.gone != "" && got.body.Has(c.gone) {
			t.Errorf("%s: %s is still there", c.body, c.gone)
		}
	}
	n.call(400, "PATCH", at, `{}`)                                    // GE015
	n.call(400, "PATCH", at, `{"token_endpoint_auth_method":"none"}`) // CL010
	checkEntityLimit := `{"client_metadata":{`
	for i := range 10 {
		checkEntityLimit += fmt.Sprintf(`"k%d":"v",`, i)
	}
	n.call(400, "PATCH", at, strings.TrimSuffix(checkEntityLimit, ",")+`}}`)
}

func TestClient_refusals(t *testing.T) { // CL001, CL009, CL010, CL012
	n := start(t)
	const payload = "Payload validation error: "
	for body, message := range map[string]string{
		`{}`:                               "'Missing required property: name'.",
		`{"name":"N","client_id":"x"}`:     "'Additional properties not allowed: client_id'.",
		`{"name":"N","client_secret":"x"}`: "'Additional properties not allowed: client_secret'.",
		`{"name":"N","description":"` + strings.Repeat("d", 141) + `"}`: "'String is too long (141 chars), maximum 140' on property description.",
		`{"name":"N","token_quota":{"client_credentials":{}}}`:          "'Too few properties defined (0), minimum 1' on property token_quota.client_credentials.",
		`{"name":"N","token_quota":null}`:                               "'Expected type object but found type null' on property token_quota.",
	} {
		n.refused(400, "invalid_body", payload+message, "POST", "clients", body)
	}
	n.refused(400, "validation_error", "Invalid grant types: client_credentials", "POST", "clients",
		`{"name":"N","token_endpoint_auth_method":"none","grant_types":["client_credentials"]}`)
	n.refused(404, "inexistent_client", "The client does not exist", "GET", "clients/none", "")
	n.refused(404, "inexistent_client", "The client does not exist", "PATCH", "clients/none", `{"name":"N"}`)
	n.refused(404, "inexistent_client", "The client does not exist", "POST", "clients/none/rotate-secret", "")
}

func TestClient_whatATokenMayRead(t *testing.T) { // CL013, GE016, CL025
	n := start(t)
	at := "clients/" + n.newClient("job").ClientID
	reader, keyReader := n.as(n.Token("read:clients")), n.as(n.Token("read:client_keys"))
	if got := reader.call(200, "GET", at, ""); got.body.Has("client_secret") || got.body.Has("signing_keys") || !got.body.Has("grant_types") {
		t.Error("members with read:clients:", got.body.Names())
	}
	if got := keyReader.call(200, "GET", at, ""); !got.body.Has("client_secret") {
		t.Error("members with read:client_keys:", got.body.Names())
	}
	if got := n.as(n.Token("read:client_summary")).call(200, "GET", at, ""); !slices.Equal(got.body.Names(), []string{"name", "client_id"}) {
		t.Error("members with read:client_summary:", got.body.Names())
	}
	reader.refused(403, "insufficient_scope", "You cannot read the following fields: client_secret", "GET", at+"?fields=client_secret,name", "")
	if got := keyReader.call(200, "GET", at+"?fields=client_secret", ""); !slices.Equal(got.body.Names(), []string{"tenant", "client_secret"}) {
		t.Error("fields:", got.body.Names())
	}
	if got := reader.call(200, "GET", at+"?fields=name,tenant&include_fields=false", ""); got.body.Has("name") || !got.body.Has("client_id") {
		t.Error("fields excluded:", got.body.Names())
	}
	n.as(n.Token("update:clients")).call(403, "PATCH", at, `{"client_secret":"x"}`)
	if got := n.as(n.Token("update:clients")).call(200, "PATCH", at, `{"name":"x"}`); got.body.Has("client_secret") {
		t.Error("the response contains the secret with update:clients only")
	}
	quiet := start(t, switched(func(s *emulator.Switches) { s.DenySecretSilently = true }))
	id := quiet.newClient("job").ClientID
	if got := quiet.as(quiet.Token("read:clients")).call(200, "GET", "clients/"+id+"?fields=client_secret,name", ""); got.body.Has("client_secret") {
		t.Error("the response contains the secret:", got.raw)
	}
}

func TestClient_list(t *testing.T) { // CL018, CL019, GE012
	n := start(t)
	for i := range 5 {
		n.call(201, "POST", "clients", fmt.Sprintf(`{"name":"c%d","app_type":"non_interactive"}`, i))
	}
	names := func(path string) []string {
		got := n.call(200, "GET", path, "")
		items := append(got.items, got.body.Items("clients")...)
		var all []string
		for _, item := range items {
			all = append(all, objectOf(item).Text("name"))
		}
		return all
	}
	if got := names("clients"); !slices.Equal(got, []string{"Terraform", "c0", "c1", "c2", "c3", "c4", "All Applications"}) {
		t.Error("order:", got)
	}
	if got := names("clients?is_global=false&page=1&per_page=4&include_totals=true"); !slices.Equal(got, []string{"c3", "c4"}) {
		t.Error("second page:", got)
	}
	if got := names("clients?app_type=spa,native"); len(got) != 0 {
		t.Error("by type:", got)
	}
	if got := n.call(200, "GET", "clients?per_page=0&include_totals=true", ""); got.raw != `{"total":7,"start":0,"limit":0,"clients":[]}` {
		t.Error("count only:", got.raw)
	}
	var walked []string
	for path := "clients?take=3"; path != ""; {
		walked = append(walked, names(path)...)
		next := n.call(200, "GET", path, "").body.Text("next")
		if path = ""; next != "" {
			path = "clients?take=3&from=" + next
		}
	}
	if !slices.Equal(walked, names("clients")) {
		t.Error("by checkpoint:", walked)
	}
}

// TestClient_deepPages expects that numbered pages end after a thousand records if the list has checkpoints. Lists of APIs
// have none.
func TestClient_deepPages(t *testing.T) { // GE019
	n := start(t, func(o *emulator.Options) { o.Seed = large(1_001, 0, 0, 0) })
	for path, status := range map[string]int{
		"clients?per_page=100&page=9&include_totals=true": 200, "clients?per_page=100&page=10": 400, "clients?per_page=50&page=19": 200,
		"clients?page=20": 400, "clients?per_page=30&page=33": 400, "clients?per_page=0&page=7": 200, "clients?page=9999&take=1": 200,
		"client-grants?per_page=100&page=10": 400, "resource-servers?per_page=100&page=10": 200,
	} {
		n.call(status, "GET", path, "")
	}
	deep := start(t, func(o *emulator.Options) { o.Seed, o.Switches.DeepPages = large(1_001, 0, 0, 0), true })
	if got := deep.call(200, "GET", "clients?per_page=100&page=10", "").items; len(got) != 3 {
		t.Errorf("%d clients on the eleventh page, want the last seeded, and the tenant's own at both ends", len(got))
	}
}

func TestClient_delete(t *testing.T) { // CL020 to CL022
	n := start(t)
	n.newAPI("urn:a")
	job := n.newClient("job")
	grant := n.newGrant(job.ClientID, "urn:a")
	n.call(204, "DELETE", "clients/"+job.ClientID, "")
	n.call(204, "DELETE", "clients/"+job.ClientID, "")
	n.call(404, "GET", "client-grants/"+grant, "")
	global := n.call(200, "GET", "clients?is_global=true", "").items
	n.call(400, "DELETE", "clients/"+objectOf(global[0]).Text("client_id"), "")
	strict := start(t, switched(func(s *emulator.Switches) { s.MissingClientDelete = true }))
	strict.call(404, "DELETE", "clients/none", "")
}

func TestClient_rotateSecret(t *testing.T) { // CL023
	n := start(t)
	n.newAPI("urn:a")
	job := n.newClient("job")
	n.newGrant(job.ClientID, "urn:a")
	rotated := n.as(n.Token("update:client_keys")).call(200, "POST", "clients/"+job.ClientID+"/rotate-secret", "")
	fresh := emulator.Credentials{ClientID: job.ClientID, ClientSecret: rotated.body.Text("client_secret")}
	if fresh.ClientSecret == job.ClientSecret || len(fresh.ClientSecret) != 64 {
		t.Error("not a new secret")
	}
	if got := n.exchange(secretForm(job, "urn:a"), nil); got.status != 401 {
		t.Error("the old secret:", got.raw)
	}
	if got := n.exchange(secretForm(fresh, "urn:a"), nil); got.status != 200 {
		t.Error("the new secret:", got.raw)
	}
	n.as(n.Token("update:clients")).call(403, "POST", "clients/"+job.ClientID+"/rotate-secret", "")
}

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
