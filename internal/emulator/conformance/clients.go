package conformance

import "fmt"

const clients = "clients"

// client creates a machine-to-machine client with a name and optional members.
func (s *session) client(name, more string) answer {
	return s.call(201, "POST", clients, fmt.Sprintf(`{"name":%q,"app_type":"non_interactive"%s}`, name, more))
}

func aboutClients() []question {
	return []question{
		{"CL002", "a create returns the secret, and no auth method until one is sent", func(s *session, name string) {
			got := s.client(name, "").object
			secret, _ := got["client_secret"].(string)
			s.expect(len(secret) == 64, "the secret has %d characters", len(secret))
			s.expect(!has(got, "token_endpoint_auth_method") && !has(got, "description") && !has(got, "client_metadata"), "it answers more than was sent")
		}},
		{"CL003", "the default is four grant types, also for machine-to-machine clients", func(s *session, name string) {
			list, _ := s.client(name, "").object["grant_types"].([]any)
			s.expect(len(list) == 4, "they are %v", list)
		}},
		{"CL008", "metadata is merged by key, and null removes one", func(s *session, name string) {
			id := identity(s.client(name, `,"client_metadata":{"a":"1","b":"1"}`).object)
			s.call(200, "PATCH", clients+"/"+id, `{"client_metadata":{"b":null,"c":"1"}}`)
			got, _ := s.call(200, "GET", clients+"/"+id, "").object["client_metadata"].(map[string]any)
			s.expect(keys(got, "a", "c"), "they are %v", got)
		}},
		{"CL010", "client_credentials and no auth method exclude each other", func(s *session, name string) {
			s.call(400, "POST", clients, fmt.Sprintf(`{"name":%q,"token_endpoint_auth_method":"none","grant_types":["client_credentials"]}`, name))
		}},
		{"CL012", "a client that does not exist", func(s *session, _ string) {
			s.missing("inexistent_client", "The client does not exist", clients+"/00000000000000000000000000000000")
		}},
		{"GE004", "an unknown member is rejected", func(s *session, name string) {
			s.call(400, "POST", clients, fmt.Sprintf(`{"name":%q,"nonsense":1}`, name))
		}},
		{"GE009", "null removes a nullable member", func(s *session, name string) {
			id := identity(s.client(name, `,"organization_usage":"allow"`).object)
			got := s.call(200, "PATCH", clients+"/"+id, `{"organization_usage":null}`).object
			s.expect(!has(got, "organization_usage"), "it has %v", got["organization_usage"])
		}},
		{"GE016", "fields selects members", func(s *session, name string) {
			id := identity(s.client(name, "").object)
			got := s.call(200, "GET", clients+"/"+id+"?fields=client_id,name&include_fields=true", "").object
			s.expect(has(got, "client_id") && has(got, "name") && !has(got, "grant_types") && !has(got, "client_secret"), "it answers %d members", len(got))
		}},
		{"GE019", "numbered pages reach a thousand records of lists with checkpoints", func(s *session, _ string) {
			s.call(200, "GET", clients+"?per_page=100&page=9", "")
			s.call(400, "GET", clients+"?per_page=100&page=10", "")
		}},
		{"CL020", "deleting a client deletes its grants", func(s *session, name string) {
			s.api(name, "")
			id := identity(s.client(name, "").object)
			grant := identity(s.grant(id, "urn:"+name, "").object)
			s.call(204, "DELETE", clients+"/"+id, "")
			s.call(404, "GET", grants+"/"+grant, "")
		}},
		{"CL021", "deleting a client twice succeeds", func(s *session, name string) {
			id := identity(s.client(name, "").object)
			s.call(204, "DELETE", clients+"/"+id, "")
			s.call(204, "DELETE", clients+"/"+id, "")
		}},
	}
}
