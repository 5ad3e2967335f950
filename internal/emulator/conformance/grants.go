package conformance

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

const grants = "client-grants"

// grant creates a grant with optional members.
func (s *session) grant(client, audience, more string) answer {
	return s.call(201, "POST", grants, fmt.Sprintf(`{"client_id":%q,"audience":%q%s}`, client, audience, more))
}

// parties creates an API and a client, and returns the client ID and the identifier.
func (s *session) parties(name string) (client, audience string) {
	s.api(name, "")
	return identity(s.client(name, "").object), "urn:" + name
}

func aboutGrants() []question {
	return []question{
		{"CG002", "the subject type has a default, other omitted members are absent", func(s *session, name string) {
			client, audience := s.parties(name)
			got := s.grant(client, audience, `,"scope":["x"]`).object
			s.expect(keys(got, "id", "client_id", "audience", "scope", "subject_type") && got["subject_type"] == "client", "the response is %v", got)
		}},
		{"CG003", "client and API must exist", func(s *session, name string) {
			client, audience := s.parties(name)
			s.call(404, "POST", grants, fmt.Sprintf(`{"client_id":%q,"audience":"urn:none","scope":[]}`, client))
			s.call(404, "POST", grants, fmt.Sprintf(`{"client_id":"00000000000000000000000000000000","audience":%q,"scope":[]}`, audience))
		}},
		{"CG004", "one grant for client, audience and subject type", func(s *session, name string) {
			client, audience := s.parties(name)
			s.grant(client, audience, `,"scope":[]`)
			got := s.call(409, "POST", grants, fmt.Sprintf(`{"client_id":%q,"audience":%q,"scope":[]}`, client, audience))
			s.expect(strings.Contains(got.text, "A client grant already exists between "+client+" and "+audience), "the response is %s", got.text)
			s.grant(client, audience, `,"scope":[],"subject_type":"user"`)
		}},
		{"CG005", "scopes are not compared with those of the API", func(s *session, name string) {
			client, audience := s.parties(name)
			list, _ := s.grant(client, audience, `,"scope":["undefined:scope"]`).object["scope"].([]any)
			s.expect(len(list) == 1, "they are %v", list)
		}},
		{"CG006", "allow_all_scopes removes scope, and false is stored", func(s *session, name string) {
			client, audience := s.parties(name)
			id := identity(s.grant(client, audience, `,"scope":["x"]`).object)
			got := s.call(200, "PATCH", grants+"/"+id, `{"allow_all_scopes":true}`).object
			s.expect(!has(got, "scope") && got["allow_all_scopes"] == true, "the response is %v", got)
			got = s.call(200, "PATCH", grants+"/"+id, `{"allow_all_scopes":false,"scope":[]}`).object
			s.expect(has(got, "scope") && got["allow_all_scopes"] == false, "the response is %v", got)
		}},
		{"CG008", "a grant that does not exist", func(s *session, _ string) {
			s.missing("inexistent_client_grant", "The grant does not exist.", grants+"/cgr_0000000000000000")
		}},
		{"CG009", "deleting a grant twice succeeds", func(s *session, name string) {
			client, audience := s.parties(name)
			id := identity(s.grant(client, audience, `,"scope":[]`).object)
			s.call(204, "DELETE", grants+"/"+id, "")
			s.call(204, "DELETE", grants+"/"+id, "")
		}},
		{"CG010", "grants are listed in byte order of their IDs", func(s *session, name string) {
			client, audience := s.parties(name)
			s.grant(client, audience, `,"scope":[]`)
			s.grant(client, audience, `,"scope":[],"subject_type":"user"`)
			ids := []string{}
			for _, item := range s.call(200, "GET", grants+"?client_id="+client, "").items {
				object, _ := item.(map[string]any)
				ids = append(ids, identity(object))
			}
			s.expect(len(ids) == 2 && slices.IsSorted(ids), "they are %v", ids)
		}},
		{"CG011", "filters combine", func(s *session, name string) {
			client, audience := s.parties(name)
			s.grant(client, audience, `,"scope":[]`)
			s.grant(client, audience, `,"scope":[],"subject_type":"user"`)
			got := s.call(200, "GET", fmt.Sprintf("%s?client_id=%s&audience=%s&subject_type=user", grants, client, url.QueryEscape(audience)), "")
			s.expect(len(got.items) == 1, "they find %d", len(got.items))
		}},
		{"GE015", "an empty change is rejected", func(s *session, name string) {
			client, audience := s.parties(name)
			s.call(400, "PATCH", grants+"/"+identity(s.grant(client, audience, `,"scope":[]`).object), `{}`)
		}},
	}
}
