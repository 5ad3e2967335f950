package reliability_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestFault14_RateLimit(t *testing.T) {
	proves(t, 14)
	subtest(t, "each kind of request once", "job", func(s *testbed) {
		soon := map[string]string{"X-Ratelimit-Limit": "2", "X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": strconv.FormatInt(time.Now().Add(2*time.Second).Unix(), 10)}
		for _, route := range []string{apis, clients, grants} {
			s.inject(emulator.Fault{Method: "POST", Route: route, Nth: 1, Status: http.StatusTooManyRequests, Headers: soon})
		}
		s.apply(0)
		s.steady()
		for _, route := range []string{apis, clients, grants} {
			s.expectCalls("POST", route, 2)
		}
	})
	subtest(t, "a tenant that allows little", "job", func(s *testbed) {
		s.settled()
		rejected := 0
		for _, entry := range s.Server.Journal() {
			if entry.Status == http.StatusTooManyRequests {
				rejected++
			}
		}
		if rejected > 3 {
			s.t.Errorf("%d requests were rejected", rejected)
		}
	}, func(o *emulator.Options) { o.Limits = emulator.Limits{Rate: 2, Burst: 2} })
}

func TestFault15_RateLimitWithoutTime(t *testing.T) {
	proves(t, 15)
	s, now := open(t, "client"), time.Now()
	s.set("TIMESHEETS_REQUEST_TIMEOUT", "5s")
	for name, headers := range map[string]map[string]string{
		"no header":           {},
		"a reset in the past": {"X-Ratelimit-Reset": strconv.FormatInt(now.Add(-time.Hour).Unix(), 10)},
		"a reset years ahead": {"X-Ratelimit-Reset": strconv.FormatInt(now.AddDate(3, 0, 0).Unix(), 10)},
		"no number":           {"X-Ratelimit-Reset": "soon", "Retry-After": "later"},
		"a date in the past":  {"Retry-After": now.Add(-time.Hour).UTC().Format(http.TimeFormat)},
	} {
		s.step(name, func() {
			before := s.calls("POST", clients)
			s.inject(emulator.Fault{Method: "POST", Route: clients, Status: http.StatusTooManyRequests, Headers: headers})
			s.expect(s.apply(1), "rate limit left no room within `request_timeout`", "max_concurrency")
			if tries := s.calls("POST", clients) - before; tries < 1 || tries > 8 {
				s.t.Errorf("%d tries within five seconds", tries)
			}
			s.agree()
		})
	}
	s.settled()
}

func TestFault16_TokenQuota(t *testing.T) {
	proves(t, 16)
	s := open(t, "job")
	s.inject(emulator.Fault{
		Method: "POST", Route: tokens, Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "7200"},
		Body: `{"error":"too_many_requests","error_description":"Client quota exceeded"}`,
	})
	s.expect(s.apply(1), "Client quota exceeded", "2h0m")
	s.expectCalls("POST", tokens, 1)
	s.Server.ClearFaults()
	s.inject(emulator.Fault{Method: "POST", Route: tokens, Nth: 1, Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "1"}})
	s.apply(0)
	s.steady()
}

func TestFault17_ServerError(t *testing.T) {
	proves(t, 17)
	for _, status := range []int{500, 502, 503, 504, 524} {
		for name, after := range map[string]bool{"before the effect": false, "after it": true} {
			if after && status != 502 && status != 500 {
				continue // one of Auth0's and one of the network's will do
			}
			subtest(t, strconv.Itoa(status)+" "+name, "job", func(s *testbed) {
				s.inject(emulator.Fault{Method: "POST", Route: apis, Nth: 1, Status: status, After: after})
				s.inject(emulator.Fault{Method: "POST", Route: grants, Nth: 1, Status: status, After: after})
				s.apply(0)
				s.set("TF_VAR_description", "changed")
				s.inject(emulator.Fault{Method: "GET", Route: aGrant, Nth: 1, Status: status})
				s.inject(emulator.Fault{Method: "PATCH", Route: aClient, Nth: 1, Status: status, After: after})
				s.apply(0)
				s.expectCalls("PATCH", aClient, 2)
				s.steady()
				s.inject(emulator.Fault{Method: "DELETE", Route: aGrant, Nth: 1, Status: status, After: after})
				s.destroyed()
				s.expectCalls("DELETE", aGrant, 2)
			})
		}
	}
	subtest(t, "a client", "client", func(s *testbed) {
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Status: 503, After: true})
		s.jobImported(s.lost(s.apply(1)))
		s.expectCalls("POST", clients, 1)
	})
}

// Pages of a proxy and invalid responses say nothing about the tenant, and must not remove anything from the state.
func TestFault18_ForeignPage(t *testing.T) {
	proves(t, 18)
	s := open(t, "client")
	s.apply(0)
	for name, f := range map[string]emulator.Fault{
		"a page":         {Status: 403, ContentType: "text/html", Body: "<html><h1>Attention required</h1>" + "</html>", Headers: map[string]string{"Cf-Ray": "8f00-VIE"}},
		"a page of 404":  {Status: 404, ContentType: "text/html", Body: "<html>Not here</html>", Headers: map[string]string{"Cf-Ray": "8f00-VIE"}},
		"plain text":     {Status: 400, ContentType: "text/plain", Body: "no", Headers: map[string]string{"Cf-Ray": "8f00-VIE"}},
		"a page of 200":  {Status: 200, ContentType: "text/html", Body: "<html>Welcome</html>", Headers: map[string]string{"Cf-Ray": "8f00-VIE"}},
		"an empty body":  {Status: 200, ContentType: "application/json", Body: " ", Headers: map[string]string{"Cf-Ray": "8f00-VIE"}},
		"an empty array": {Status: 200, ContentType: "application/json", Body: "[]", Headers: map[string]string{"Cf-Ray": "8f00-VIE"}},
	} {
		s.step(name, func() {
			f := f
			f.Method, f.Route = "GET", aClient
			s.inject(f)
			said := s.plan(1)
			s.expect(said, "Unable to read client", "The response is not from Auth0", "Content-Type: "+f.ContentType, "Request id: 8f00-VIE")
			if f.ContentType == "text/html" {
				s.expect(said, "Body: "+f.Body)
			}
			s.Server.ClearFaults()
		})
	}
	s.steady()
}

// After a write, an invalid response counts as a lost response.
func TestFault19_BrokenJSON(t *testing.T) {
	proves(t, 19)
	for name, f := range map[string]emulator.Fault{
		"cut off":       {Truncate: 20},
		"with junk":     {Body: `{"id":"cgr_1"}{"id":"cgr_2"}`},
		"of other type": {Body: `{"id":17,"client_id":[]}`},
		"null":          {Body: `null`},
		"huge number":   {Body: `{"id":1e400}`},
	} {
		subtest(t, name, "job", func(s *testbed) {
			f := f
			f.Method, f.Route, f.Nth = "POST", grants, 1
			s.inject(f)
			s.apply(0) // looked up and found to be its own
			s.expectCalls("POST", grants, 1)
			f.Method, f.Route, f.Nth = "GET", aGrant, 0
			s.inject(f)
			s.expect(s.plan(1), "Unable to read client grant")
			s.steady()
		})
	}
}

func TestFault20_Conflict(t *testing.T) {
	proves(t, 20)
	s := open(t, "job")
	s.dashboard("POST", apis, map[string]any{"name": "Foreign", "identifier": timesheetsAPI}, nil)
	s.theirs()
	s.expect(s.apply(1), "Existing objects are never imported implicitly", `import { to = timesheets_api.NAME id = "`+timesheetsAPI+`" }`)
	s.agree()
	s.imported("timesheets_api.timesheets", timesheetsAPI)
	s.followed()
}

// The part of the tenant that creates grants does not know a new client yet, and lists are stale.
func TestFault21_ReadAfterWrite(t *testing.T) {
	proves(t, 21)
	s := open(t, "job")
	s.inject(emulator.Fault{Method: "GET", Route: clients, Stale: true})
	s.inject(emulator.Fault{Method: "GET", Route: grants, Stale: true})
	for nth := range 2 {
		s.inject(emulator.Fault{Method: "POST", Route: grants, Nth: nth + 1, Status: 404, Body: `{"statusCode":404,"error":"Not Found","message":"Client not found","errorCode":"inexistent_client"}`})
	}
	s.apply(0)
	s.expectCalls("POST", grants, 3)
	s.expectCalls("GET", aClient, 0)
	s.steady()
}

func TestFault22_Gone(t *testing.T) {
	proves(t, 22)
	s := open(t, "job")
	s.apply(0)
	id := s.objects()["timesheets_client"][0].ClientID
	s.inject(emulator.Fault{Method: "GET", Route: clients, Body: `{"start":0,"limit":100,"total":0,"clients":[]}`})
	s.inject(emulator.Fault{Method: "GET", Route: grants, Body: `{"client_grants":[]}`})
	s.inject(emulator.Fault{Method: "GET", Route: apis, Body: `{"start":0,"limit":100,"total":0,"resource_servers":[]}`})
	s.plan(0) // lists without it prove nothing
	s.Server.ClearFaults()
	s.behind(func(ctx context.Context) error { return s.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: id}) })
	s.expect(s.settled(), "Client is no longer in the tenant", "was deleted outside Terraform", "the next apply creates it again")
}
