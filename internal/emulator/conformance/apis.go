package conformance

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

const apis = "resource-servers"

// api creates an API with a name and optional members.
func (s *session) api(name, more string) answer {
	return s.call(201, "POST", apis, fmt.Sprintf(`{"name":%q,"identifier":%q%s}`, name, "urn:"+name, more))
}

func aboutAPIs() []question {
	return []question{
		{"GE001", "an identifier with slashes, escaped once and twice, finds the API, and three times does not", func(s *session, name string) {
			identifier := "https://" + name + ".example/v1"
			s.call(201, "POST", apis, fmt.Sprintf(`{"name":%q,"identifier":%q}`, name, identifier))
			once := url.PathEscape(identifier)
			s.call(200, "GET", apis+"/"+once, "")
			s.call(200, "GET", apis+"/"+url.PathEscape(once), "")
			missing := strings.ReplaceAll(identifier, "/v1", "%2Fv1") // unescaped once more, it is the API
			s.call(200, "GET", apis+"/"+url.PathEscape(missing), "")
			s.call(404, "GET", apis+"/"+url.PathEscape(url.PathEscape(missing)), "")
		}},
		{"GE012", "a page after the end is empty, and more than a hundred per page is rejected", func(s *session, _ string) {
			got := s.call(200, "GET", apis+"?include_totals=true&page=1000&per_page=100", "")
			list, _ := got.object["resource_servers"].([]any)
			s.expect(len(list) == 0 && has(got.object, "total") && has(got.object, "start") && has(got.object, "limit"), "it is %s", got.text)
			s.call(400, "GET", apis+"?per_page=101", "")
		}},
		{"GE014", "a request without a token is rejected", func(s *session, _ string) {
			anonymous := *s
			anonymous.caller.Token = ""
			got := anonymous.send("GET", s.caller.URL+"/api/v2/"+apis, "")
			s.expect(got.status == 401 || got.status == 400, "it answers %d %s", got.status, got.text)
		}},
		{"RS002", "the identifier cannot be changed", func(s *session, name string) {
			id := identity(s.api(name, "").object)
			got := s.call(400, "PATCH", apis+"/"+id, `{"identifier":"urn:other"}`)
			s.expect(strings.Contains(got.text, "Additional properties not allowed: identifier"), "the response is %s", got.text)
		}},
		{"RS003", "an identifier is unique, and can be used again after a delete", func(s *session, name string) {
			id := identity(s.api(name, "").object)
			s.call(409, "POST", apis, fmt.Sprintf(`{"name":%q,"identifier":%q}`, name, "urn:"+name))
			s.call(204, "DELETE", apis+"/"+id, "")
			again := identity(s.api(name, "").object)
			s.expect(again != id, "the new API has the old id")
		}},
		{"RS004", "a minimal create returns its defaults and nothing else", func(s *session, name string) {
			got := s.api(name, "").object
			s.expect(keys(got, "id", "name", "identifier", "allow_offline_access", "skip_consent_for_verifiable_first_party_clients",
				"subject_type_authorization", "token_lifetime", "token_lifetime_for_web", "signing_alg"), "the response is %v", got)
			s.expect(got["signing_alg"] == "RS256" && got["token_lifetime"] == 86400.0 && got["token_lifetime_for_web"] == 7200.0, "its defaults are %v", got)
		}},
		{"RS006", "a new token_lifetime does not change the web lifetime", func(s *session, name string) {
			got := s.call(200, "PATCH", apis+"/"+identity(s.api(name, "").object), `{"token_lifetime":654321}`).object
			s.expect(got["token_lifetime"] == 654321.0 && got["token_lifetime_for_web"] == 7200.0, "the response is %v", got)
		}},
		{"RS012", "an API is found by its id and by its identifier", func(s *session, name string) {
			id := identity(s.api(name, "").object)
			got := s.call(200, "GET", apis+"/"+url.PathEscape("urn:"+name), "")
			s.expect(identity(got.object) == id, "it finds %s", got.text)
		}},
		{"RS013", "an API that does not exist", func(s *session, _ string) {
			s.missing("inexistent_resource_server", "The resource server does not exist", apis+"/000000000000000000000000")
		}},
		{"RS015", "deleting an API twice succeeds", func(s *session, name string) {
			id := identity(s.api(name, "").object)
			s.call(204, "DELETE", apis+"/"+id, "")
			s.call(204, "DELETE", apis+"/"+id, "")
		}},
		{"RS017", "a list can be filtered by identifiers", func(s *session, name string) {
			s.api(name, "")
			got := s.call(200, "GET", apis+"?identifiers="+url.QueryEscape("urn:"+name), "")
			s.expect(len(got.items) == 1, "it lists %d", len(got.items))
		}},
		{"RS018", "lists contain scopes", func(s *session, name string) {
			s.api(name, `,"scopes":[{"value":"a"}]`)
			got := s.call(200, "GET", apis+"?identifiers="+url.QueryEscape("urn:"+name), "")
			s.expect(len(got.items) == 1 && strings.Contains(got.text, `"scopes":[{"value":"a"`), "it lists %s", got.text)
		}},
		{"RS024", "scopes keep their order, are replaced completely, and an empty list is stored", func(s *session, name string) {
			id := identity(s.api(name, `,"scopes":[{"value":"b","description":"B"},{"value":"a"}]`).object)
			got := s.call(200, "GET", apis+"/"+id, "")
			s.expect(strings.Contains(got.text, `"scopes":[{"value":"b","description":"B"},{"value":"a"}]`), "it has %s", got.text)
			s.call(200, "PATCH", apis+"/"+id, `{"scopes":[]}`)
			got = s.call(200, "GET", apis+"/"+id, "")
			list, there := got.object["scopes"].([]any)
			s.expect(there && len(list) == 0, "it has %s", got.text)
		}},
		{"RS020", "the Management API exists, and is a system API", func(s *session, _ string) {
			got := s.call(200, "GET", apis+"?per_page=1", "")
			first, _ := slices.Concat(got.items, []any{nil})[0].(map[string]any)
			s.expect(first["is_system"] == true, "the first API is %v", first)
		}},
	}
}
