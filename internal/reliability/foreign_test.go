package reliability_test

import (
	"net/http"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// Responses of gateways and frameworks that look like a missing object.
var strangers = map[string]emulator.Fault{
	"Kong":                                   {Status: 404, Body: `{"message":"no Route matched with those values"}`, Headers: map[string]string{"Server": "kong/3.7.1"}},
	"Azure":                                  {Status: 404, Body: `{ "statusCode": 404, "message": "Resource not found" }`},
	"Spring Boot":                            {Status: 404, Body: `{"timestamp":"2026-11-29T22:00:00.000+00:00","status":404,"error":"Not Found","path":"/api/v2"}`},
	"NestJS":                                 {Status: 404, Body: `{"message":"Cannot GET /api/v2","error":"Not Found","statusCode":404}`},
	"Auth0 about a path that does not exist": {Status: 404, Body: `{"statusCode":404,"error":"Not Found","message":"Not Found"}`},
	"Envoy":                                  {Status: 404, Body: " ", ContentType: "text/plain", Headers: map[string]string{"Server": "envoy"}},
}

// A gateway in front of the tenant knows none of its paths. Nothing is removed from the state or created a second time.
func TestFault49_ForeignNotFound(t *testing.T) {
	proves(t, 49)
	s := open(t, "job")
	s.apply(0)
	for name, f := range strangers {
		s.step(name, func() {
			for _, method := range []string{"GET", "DELETE", "PATCH"} {
				f := f
				f.Method = method
				s.inject(f)
			}
			said := s.plan(1)
			s.expect(said, "The response is not from Auth0", "Status: 404 Not Found", "Body: "+f.Body, "terraform state rm timesheets_client.NAME")
			if server := f.Headers["Server"]; server != "" {
				s.expect(said, "Server: "+server)
			}
			s.lacks(said, "no longer in the tenant")
			s.terraform(1, "destroy", "-auto-approve", "-input=false")
			s.agreeKeepingFaults()
			said = s.terraform(1, "destroy", "-auto-approve", "-input=false", "-refresh=false")
			s.expect(said, "Unable to delete client grant", "may have carried it out all the same")
			s.agree()
		})
	}
	s.expectCalls("POST", clients, 1)
	s.steady()
}

// agreeKeepingFaults checks that the state still has all objects, while the faults continue.
func (s *testbed) agreeKeepingFaults() {
	s.t.Helper()
	if stored := s.objects(); len(stored["timesheets_api"]) != 1 || len(stored["timesheets_client"]) != 1 || len(stored["timesheets_client_grant"]) != 1 {
		s.t.Errorf("the state contains %v", stored)
	}
}

// The response to the deletion of a grant is a page. One GET determines the result.
func TestFault50_ForeignDelete(t *testing.T) {
	proves(t, 50)
	page := emulator.Fault{Method: "DELETE", Route: aGrant, Status: 200, ContentType: "text/html", Body: "<html>Welcome</html>"}
	s := open(t, "job")
	s.apply(0)
	for name, c := range map[string]struct {
		after, blind bool
		code         int
		says         string
	}{
		"it was not deleted":           {code: 1, says: "A read afterwards shows that the tenant did not carry it out"},
		"it was deleted":               {after: true, says: "1 destroyed"},
		"the read finds nothing out":   {blind: true, code: 1, says: "may have carried it out all the same"},
		"deleted, and the read is cut": {after: true, blind: true, code: 1, says: "may have carried it out all the same"},
	} {
		s.step(name, func() {
			page := page
			page.After = c.after
			s.inject(page)
			if c.blind {
				s.inject(emulator.Fault{Method: "GET", Route: aGrant, Status: 403, ContentType: "text/html", Body: "<html>Blocked</html>"})
			}
			said := s.terraform(c.code, "destroy", "-auto-approve", "-input=false", "-refresh=false", "-target=timesheets_client_grant.job")
			s.expect(said, c.says)
			if stored := len(s.objects()["timesheets_client_grant"]); stored != c.code {
				s.t.Errorf("the state contains %d grants", stored)
			}
			s.settled()
		})
	}
}

// The response contains another object than was requested, or a part of it. The state does not change.
func TestFault51_ForeignObject(t *testing.T) {
	proves(t, 51)
	s := open(t, "job")
	s.apply(0)
	for name, c := range map[string]struct{ route, body, says string }{
		"another API":              {anAPI, `{"id":"ffffffffffffffffffffffff","name":"X","identifier":"https://other.example"}`, "the response is about another API"},
		"another client":           {aClient, `{"client_id":"another","name":"X","client_secret":"canary"}`, "the response is about another client"},
		"another grant":            {aGrant, `{"id":"cgr_other","client_id":"c","audience":"a"}`, "the response is about another client grant"},
		"a grant without audience": {aGrant, `{"id":"cgr_other","client_id":"c"}`, "the response lacks audience"},
		"an API without scopes":    {anAPI, `{"id":"ffffffffffffffffffffffff","identifier":"https://other.example","scopes":[null]}`, "a list in the response contains null"},
		"a client in an array":     {aClient, `[{"client_id":"another"}]`, "is not an object"},
	} {
		s.step(name, func() {
			s.inject(emulator.Fault{Method: "GET", Route: c.route, Body: c.body})
			said := s.plan(1)
			s.expect(said, "The response is not from Auth0, or not about this object", c.says)
			s.lacks(said, "no longer in the tenant")
			s.lacks(said, "canary")
			s.Server.ClearFaults()
		})
	}
	s.steady()
}

// The response to the provider's token request is a page with status 200. The error shows it, and no other request is sent.
func TestFault52_ForeignToken(t *testing.T) {
	proves(t, 52)
	s := open(t, "job")
	s.front.add(hook{method: "POST", path: tokens, serve: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Server", "portal/1.0")
		_, _ = w.Write([]byte("<html>Sign in to the network</html>"))
	}})
	said := s.apply(1)
	s.expect(said, "The response is not from Auth0", "Status: 200 OK", "Server: portal/1.0", "Body: <html>Sign in to the network</html>")
	s.lacks(said, "state rm")
	s.expectCalls("POST", clients, 0)
	s.front.leave()
	s.settled()
}
