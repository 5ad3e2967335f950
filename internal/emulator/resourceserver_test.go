package emulator_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

const minimalAPI = `"allow_offline_access":false,"skip_consent_for_verifiable_first_party_clients":false,` +
	`"subject_type_authorization":{"client":{"policy":"require_client_grant"},"user":{"policy":"allow_all"}},` +
	`"token_lifetime":86400,"token_lifetime_for_web":7200,"signing_alg":"RS256"`

func TestResourceServer_minimal(t *testing.T) { // RS004, RS005, RS006
	n := start(t)
	created := n.call(201, "POST", "resource-servers", `{"identifier":"https://a.example/v1","name":"N & M"}`)
	want := fmt.Sprintf(`{"id":%q,"name":"N & M","identifier":"https://a.example/v1",`, created.body.Text("id")) + minimalAPI + "}"
	if created.raw != want {
		t.Errorf("created\n got %s\nwant %s", created.raw, want)
	}
	for _, key := range []string{created.body.Text("id"), "https:%2F%2Fa.example%2Fv1", "https%253A%252F%252Fa.example%252Fv1"} { // RS012, GE001
		if got := n.call(200, "GET", "resource-servers/"+key, ""); got.raw != want {
			t.Errorf("GET %s: %s", key, got.raw)
		}
	}
	if kind := created.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
		t.Error("content type", kind)
	}
}

func TestResourceServer_absentNullEmpty(t *testing.T) { // RS024, GE009
	n := start(t)
	at := "resource-servers/" + n.newAPI("urn:a")
	if got := n.call(200, "GET", at, ""); got.body.Has("scopes") || got.body.Has("enforce_policies") {
		t.Error("members that were not sent are present:", got.raw)
	}
	n.call(200, "PATCH", at, `{"scopes":[],"enforce_policies":false,"consent_policy":"transactional-authorization-with-mfa"}`)
	got := n.call(200, "GET", at, "")
	if !strings.Contains(got.raw, `"scopes":[]`) || !strings.Contains(got.raw, `"enforce_policies":false`) || !got.body.Has("consent_policy") {
		t.Error("members that were sent have other values:", got.raw)
	}
	if got := n.call(200, "PATCH", at, `{"consent_policy":null}`); got.body.Has("consent_policy") {
		t.Error("null did not remove the member:", got.raw)
	}
	n.call(400, "PATCH", at, `{"name":null}`)
}

func TestResourceServer_scopes(t *testing.T) { // RS010, RS011, RS024
	n := start(t)
	at := "resource-servers/" + n.newAPI("urn:a", "z", "a", "z", "b ")
	if got := n.call(200, "GET", at, ""); !strings.Contains(got.raw, `"scopes":[{"value":"z"},{"value":"a"},{"value":"z"},{"value":"b "}]`) {
		t.Error("not in the order and number that was sent:", got.raw)
	}
	got := n.call(200, "PATCH", at, `{"scopes":[{"value":"c","description":""}]}`)
	if !strings.Contains(got.raw, `"scopes":[{"value":"c","description":""}]`) {
		t.Error("not replaced completely:", got.raw)
	}
	strict := start(t, switched(func(s *emulator.Switches) { s.RefuseDuplicateScopes, s.RefuseWhitespace = true, true }))
	strict.call(400, "POST", "resource-servers", `{"identifier":"urn:a","scopes":[{"value":"z"},{"value":"z"}]}`)
	strict.call(400, "POST", "resource-servers", `{"identifier":"urn:a","scopes":[{"value":"a b"}]}`)
}

func TestResourceServer_refusals(t *testing.T) { // RS001, RS002, GE004
	n := start(t)
	id := n.newAPI("urn:taken")
	const payload = "Payload validation error: "
	for _, c := range []struct{ method, path, body, message string }{
		{"PATCH", "resource-servers/" + id, `{"identifier":"urn:b"}`, "'Additional properties not allowed: identifier'."},
		{"POST", "resource-servers", `{"identifier":"urn:b","x":1,"id":"y"}`, "'Additional properties not allowed: x,id'."},
		{"POST", "resource-servers", `{"name":"N"}`, "'Missing required property: identifier'."},
		{"POST", "resource-servers", `{"identifier":"urn:b","scopes":[{"value":"a"},{}]}`, "'Missing required property: value' on property scopes[1]."},
		{"POST", "resource-servers", `{"identifier":""}`, "'String is too short (0 chars), minimum 1' on property identifier."},
		{"POST", "resource-servers", `{"identifier":"urn:b","name":"<b>"}`, "'String does not match pattern ^[^<>]+$: <b>' on property name."},
		{"POST", "resource-servers", `{"identifier":"urn:b","token_lifetime":2592001}`, "'Value 2592001 is greater than maximum 2592000' on property token_lifetime."},
		{"POST", "resource-servers", `{"identifier":"urn:b","token_lifetime":"1"}`, "'Expected type integer but found type string' on property token_lifetime."},
		{"POST", "resource-servers", `{"identifier":"urn:b","signing_alg":"ES256"}`, "'No enum match for: ES256' on property signing_alg."},
		{"POST", "resource-servers", `[]`, "'Expected type object but found type array'."},
	} {
		n.refused(400, "invalid_body", payload+c.message, c.method, c.path, c.body)
	}
	n.refused(400, "", "Invalid request payload JSON format", "POST", "resource-servers", `{"identifier"`)
	n.refused(409, "resource_server_conflict", "A resource server with the same identifier already exists", // RS003
		"POST", "resource-servers", `{"identifier":"urn:taken"}`)
	n.refused(404, "inexistent_resource_server", "The resource server does not exist", "GET", "resource-servers/urn:none", "")     // RS013
	n.refused(404, "inexistent_resource_server", "The resource server does not exist", "PATCH", "resource-servers/urn:none", `{}`) // RS016
	n.call(204, "DELETE", "resource-servers/urn:none", "")                                                                         // RS015
	n.call(200, "PATCH", "resource-servers/"+id, `{}`)                                                                             // RS025
	n.call(400, "PATCH", "resource-servers/"+id, `{"token_lifetime":100,"token_lifetime_for_web":200}`)                            // RS007
}

func TestResourceServer_lifetimes(t *testing.T) { // RS006, RS008
	lifetimes := func(a answer) [2]int64 {
		all, _ := a.body.Integer("token_lifetime")
		web, _ := a.body.Integer("token_lifetime_for_web")
		return [2]int64{all, web}
	}
	n := start(t)
	at := "resource-servers/" + n.newAPI("urn:a")
	for _, c := range []struct {
		body string
		want [2]int64
	}{
		{`{"token_lifetime":123456}`, [2]int64{123456, 7200}},
		{`{"token_lifetime":600}`, [2]int64{600, 600}},
		{`{"token_lifetime":86400,"token_lifetime_for_web":60}`, [2]int64{86400, 60}},
	} {
		if got := lifetimes(n.call(200, "PATCH", at, c.body)); got != c.want {
			t.Errorf("%s: %v, want %v", c.body, got, c.want)
		}
	}
	strict := start(t, switched(func(s *emulator.Switches) { s.RefuseShortLifetime = true }))
	strict.call(400, "POST", "resource-servers", `{"identifier":"urn:a","token_lifetime":600}`)
}

func TestResourceServer_system(t *testing.T) { // RS020, RS021
	n := start(t)
	at := "resource-servers/" + url.PathEscape(n.ManagementAudience())
	api := n.call(200, "GET", at, "")
	if !api.body.Flag("is_system") || api.body.Text("name") != "Auth0 Management API" || api.body.Names()[2] != "identifier" {
		t.Error("system API:", api.raw)
	}
	n.refused(400, "validation_error", "System resource servers cannot be deleted.", "DELETE", at, "")
	n.refused(400, "invalid_body", "Payload validation error: 'Additional properties not allowed: name'.", "PATCH", at, `{"name":"x"}`)
	n.call(400, "PATCH", at, `{"scopes":[]}`)
	n.call(400, "PATCH", at, `{"subject_type_authorization":{"client":{"policy":"deny_all"}}}`)
	got := n.call(200, "PATCH", at, `{"token_lifetime":7200,"subject_type_authorization":{"user":{"policy":"deny_all"}}}`)
	if !strings.Contains(got.raw, `{"client":{"policy":"require_client_grant"},"user":{"policy":"deny_all"}}`) {
		t.Error("the other member was removed:", got.raw)
	}
	mine := n.call(201, "POST", "resource-servers", `{"identifier":"`+n.URL()+`/me/","name":"mine"}`) // RS019
	if mine.body.Text("name") != "Auth0 My Account API" || !mine.body.Flag("is_system") {
		t.Error("My Account API:", mine.raw)
	}
	n.call(204, "DELETE", "resource-servers/"+mine.body.Text("id"), "")
}

func TestResourceServer_webLifetime(t *testing.T) { // RS007
	n := start(t)
	at := "resource-servers/" + n.newAPI("urn:a")
	const message = "The token lifetime for web cannot be greater than the token lifetime"
	n.refused(400, "validation_error", message, "PATCH", at, `{"token_lifetime_for_web":86401}`)
	n.refused(400, "validation_error", message, "POST", "resource-servers", `{"identifier":"urn:b","token_lifetime_for_web":86401}`)
	n.refused(400, "validation_error", message, "POST", "resource-servers", `{"identifier":"urn:b","token_lifetime":100,"token_lifetime_for_web":101}`)
	n.call(200, "PATCH", at, `{"token_lifetime_for_web":86401,"token_lifetime":86401}`)
	n.call(200, "GET", at, "")
}

func TestResourceServer_idBeforeIdentifier(t *testing.T) { // RS012
	n := start(t)
	id := n.newAPI("urn:a")
	n.newAPI(id)
	if got := n.call(200, "GET", "resource-servers/"+id, ""); got.body.Text("identifier") != "urn:a" {
		t.Error("an identifier takes precedence over the ID:", got.raw)
	}
}

func TestResourceServer_deleteKeepsGrants(t *testing.T) { // RS014
	for _, cascade := range []bool{false, true} {
		n := start(t, switched(func(s *emulator.Switches) { s.CascadeAPIDelete = cascade }))
		id, job := n.newAPI("urn:a", "x"), n.newClient("job")
		grant := n.newGrant(job.ClientID, "urn:a", "x")
		n.call(204, "DELETE", "resource-servers/"+id, "")
		want := 200
		if cascade {
			want = 404
		}
		n.call(want, "GET", "client-grants/"+grant, "")
		if again := n.newAPI("urn:a", "x"); again == id {
			t.Error("the new API has the old one's id")
		}
	}
}

func TestResourceServer_list(t *testing.T) { // RS017, RS018, GE012, GE013
	n := start(t)
	for _, name := range []string{"urn:c", "urn:a", "urn:b"} {
		n.newAPI(name, "s")
	}
	plain := n.call(200, "GET", "resource-servers", "")
	if len(plain.items) != 4 || plain.header.Get("Link") != "" {
		t.Error("plain list:", plain.raw)
	}
	page := n.call(200, "GET", "resource-servers?include_totals=true&page=1&per_page=2", "")
	if !strings.HasPrefix(page.raw, `{"total":4,"start":2,"limit":2,"resource_servers":[{"id"`) || !strings.Contains(page.raw, `urn:a`) ||
		!strings.Contains(page.raw, `"scopes":[{"value":"s"}]`) {
		t.Error("page:", page.raw)
	}
	if got := n.call(200, "GET", "resource-servers?page=9&per_page=2", ""); got.raw != "[]" || !strings.Contains(got.header.Get("Link"), `rel="next"`) {
		t.Error("past the end:", got.raw, got.header)
	}
	if got := n.call(200, "GET", "resource-servers?identifiers=urn:a&identifiers=urn:none", ""); len(got.items) != 1 {
		t.Error("filter:", got.raw)
	}
	n.refused(400, "invalid_query_string", "Query validation error: 'Value 101 is greater than maximum 100' on property per_page.",
		"GET", "resource-servers?per_page=101", "")
	n.call(400, "GET", "resource-servers?include_totals=maybe", "")
	bare := start(t, switched(func(s *emulator.Switches) { s.ListsWithoutScopes = true }))
	bare.newAPI("urn:a", "s")
	if got := bare.call(200, "GET", "resource-servers", ""); strings.Contains(got.raw, "scopes") {
		t.Error("scopes in the list:", got.raw)
	}
}
