package conformance

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
)

const organizations = "organizations"

// organization creates an organization with a name.
func (s *session) organization(name string) string {
	return identity(s.call(201, "POST", organizations, fmt.Sprintf(`{"name":%q}`, strings.ToLower(name))).object)
}

// job is a client with a grant that can request tokens.
type job struct{ id, secret, audience, grant string }

// job creates an API, a client and its grant with more members if any.
func (s *session) job(name, more string) job {
	s.api(name, `,"scopes":[{"value":"x"}]`)
	client := s.client(name, `,"grant_types":["client_credentials"]`).object
	secret, _ := client["client_secret"].(string)
	audience := "urn:" + name
	grant := identity(s.grant(identity(client), audience, `,"scope":["x"]`+more).object)
	return job{id: identity(client), secret: secret, audience: audience, grant: grant}
}

// token requests a token of a job, for an organization if it is not empty.
func (s *session) token(j job, organization string, proofs ...string) answer {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {j.id}, "client_secret": {j.secret}, "audience": {j.audience}}
	if organization != "" {
		form.Set("organization", organization)
	}
	return s.post(s.caller.URL+"/oauth/token", form, proofs)
}

// denied expects an error of a token request.
func (s *session) denied(got answer) {
	s.expect(got.status >= 400 && got.status < 500 && has(got.object, "error"), "it answers %d %s", got.status, got.text)
}

// issued expects a token, and returns its claims.
func (s *session) issued(got answer) map[string]any {
	token, _ := got.object["access_token"].(string)
	s.expect(got.status == 200 && token != "", "it answers %d %s", got.status, got.text)
	return claims(token)
}

func aboutOrganizations() []question {
	return []question{
		{"OR001", "names are lower-case letters, digits, _ and -", func(s *session, _ string) {
			s.call(400, "POST", organizations, `{"name":"Upper Case"}`)
			s.call(400, "POST", organizations, `{"display_name":"no name"}`)
		}},
		{"OR002", "the id starts with org_", func(s *session, name string) {
			s.expect(strings.HasPrefix(s.organization(name), "org_"), "it does not")
		}},
		{"OR003", "an organization that does not exist", func(s *session, _ string) {
			s.missing("inexistent_organization", "No organization found by that id or name", organizations+"/org_0000000000000000")
			s.call(404, "DELETE", organizations+"/org_0000000000000000", "")
		}},
		{"OR004", "a name is unique", func(s *session, name string) {
			s.organization(name)
			s.call(409, "POST", organizations, fmt.Sprintf(`{"name":%q}`, strings.ToLower(name)))
		}},
		{"OR005", "lists have both kinds of paging", func(s *session, name string) {
			s.organization(name)
			s.expect(has(s.call(200, "GET", organizations+"?include_totals=true", "").object, "total"), "there is no total")
			s.expect(has(s.call(200, "GET", organizations+"?take=1", "").object, "organizations"), "there is no list")
		}},
		{"OR006", "a grant is associated once", func(s *session, name string) {
			j, of := s.job(name, `,"organization_usage":"allow"`), organizations+"/"+s.organization(name)+"/client-grants"
			got := s.call(201, "POST", of, fmt.Sprintf(`{"grant_id":%q}`, j.grant)).object
			s.expect(got["id"] == j.grant && got["client_id"] == j.id && got["audience"] == j.audience, "the response is %v", got)
			s.call(409, "POST", of, fmt.Sprintf(`{"grant_id":%q}`, j.grant))
			s.call(404, "POST", of, `{"grant_id":"cgr_0000000000000000"}`)
		}},
		{"OR007", "an association is deleted, also if there is none", func(s *session, name string) {
			j, of := s.job(name, `,"organization_usage":"allow"`), organizations+"/"+s.organization(name)+"/client-grants"
			s.call(201, "POST", of, fmt.Sprintf(`{"grant_id":%q}`, j.grant))
			s.call(204, "DELETE", of+"/"+j.grant, "")
			s.call(204, "DELETE", of+"/"+j.grant, "")
		}},
		{"OR008", "the grants of an organization can be filtered", func(s *session, name string) {
			j, of := s.job(name, `,"organization_usage":"allow"`), organizations+"/"+s.organization(name)+"/client-grants"
			s.call(201, "POST", of, fmt.Sprintf(`{"grant_id":%q}`, j.grant))
			s.expect(len(s.call(200, "GET", of+"?client_id="+j.id, "").items) == 1, "it is not listed")
			s.expect(len(s.call(200, "GET", of+"?audience=urn:none", "").items) == 0, "it is listed for another audience")
		}},
		{"CG015", "the organizations of a grant", func(s *session, name string) {
			j, id := s.job(name, `,"organization_usage":"allow"`), s.organization(name)
			s.call(201, "POST", organizations+"/"+id+"/client-grants", fmt.Sprintf(`{"grant_id":%q}`, j.grant))
			got := s.call(200, "GET", grants+"/"+j.grant+"/organizations", "")
			s.expect(len(got.items) == 1 && strings.Contains(got.text, id), "they are %s", got.text)
		}},
	}
}

func aboutTokens() []question {
	return []question{
		{"TK016", "deny_all refuses a client with a grant", func(s *session, name string) {
			j := s.job(name, "")
			s.issued(s.token(j, ""))
			s.call(200, "PATCH", apis+"/"+url.PathEscape(j.audience), `{"subject_type_authorization":{"client":{"policy":"deny_all"}}}`)
			s.denied(s.token(j, ""))
		}},
		{"TK017", "an encrypted token has five parts", func(s *session, name string) {
			j := s.job(name, "")
			s.call(200, "PATCH", apis+"/"+url.PathEscape(j.audience),
				fmt.Sprintf(`{"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"alg":"RSA-OAEP-256","pem":%q}}}`, keypair.New().PublicPEM))
			got := s.token(j, "")
			s.issued(got)
			token, _ := got.object["access_token"].(string)
			s.expect(strings.Count(token, ".") == 4, "it is %s", token)
		}},
		{"OR009", "organization_usage of the grant", func(s *session, name string) {
			j, id := s.job(name, `,"allow_any_organization":true`), s.organization(name)
			s.denied(s.token(j, id))
			s.call(200, "PATCH", grants+"/"+j.grant, `{"organization_usage":"require"}`)
			s.denied(s.token(j, ""))
			s.issued(s.token(j, id))
			s.call(200, "PATCH", grants+"/"+j.grant, `{"organization_usage":"allow"}`)
			s.issued(s.token(j, ""))
		}},
		{"OR010", "organization_usage of the client", func(s *session, name string) {
			j, id := s.job(name, `,"allow_any_organization":true,"organization_usage":"allow"`), s.organization(name)
			s.issued(s.token(j, id))
			s.call(200, "PATCH", clients+"/"+j.id, `{"organization_usage":"deny"}`)
			s.denied(s.token(j, id))
			s.call(200, "PATCH", clients+"/"+j.id, `{"organization_usage":"require"}`)
			s.denied(s.token(j, ""))
		}},
		{"OR011", "the default organization of the client, if the grant requires one", func(s *session, name string) {
			j, id := s.job(name, `,"allow_any_organization":true,"organization_usage":"require"`), s.organization(name)
			s.call(200, "PATCH", clients+"/"+j.id, fmt.Sprintf(`{"default_organization":{"organization_id":%q,"flows":["client_credentials"]}}`, id))
			s.expect(s.issued(s.token(j, ""))["org_id"] == id, "the token is for another organization")
		}},
		{"OR012", "an organization that is not associated, and one that does not exist", func(s *session, name string) {
			j, id := s.job(name, `,"organization_usage":"allow"`), s.organization(name)
			s.denied(s.token(j, id))
			s.denied(s.token(j, "org_0000000000000000"))
			s.call(201, "POST", organizations+"/"+id+"/client-grants", fmt.Sprintf(`{"grant_id":%q}`, j.grant))
			s.issued(s.token(j, id))
		}},
		{"OR013", "a token for an organization contains its ID, and no name", func(s *session, name string) {
			j, id := s.job(name, `,"allow_any_organization":true,"organization_usage":"allow"`), s.organization(name)
			claims := s.issued(s.token(j, id))
			s.expect(claims["org_id"] == id && !has(claims, "org_name"), "the claims are %v", claims)
			s.denied(s.token(j, strings.ToLower(name)))
		}},
		{"OR014", "associations need permissions of their own", func(s *session, name string) {
			of, management := organizations+"/"+s.organization(name)+"/client-grants", managementAPI(s)
			audience, _ := management["identifier"].(string)
			client := s.client(name, `,"grant_types":["client_credentials"]`).object
			secret, _ := client["client_secret"].(string)
			s.grant(identity(client), audience, `,"scope":["read:organizations","create:organizations","delete:organizations"]`)
			limited := *s
			limited.caller.Token, _ = s.token(job{id: identity(client), secret: secret, audience: audience}, "").object["access_token"].(string)
			limited.call(200, "GET", organizations+"?per_page=1", "")
			limited.call(403, "GET", of, "")
			limited.call(403, "POST", of, `{"grant_id":"cgr_0000000000000000"}`)
			limited.call(403, "DELETE", of+"/cgr_0000000000000000", "")
			s.failed = cmp.Or(s.failed, limited.failed)
		}},
	}
}
