package emulator

import (
	"net/http"
	"net/url"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/dashboard"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const dashboardPrefix = "/dashboard/"

// serveDashboard answers a request of a browser on this machine.
func (s *Server) serveDashboard(w http.ResponseWriter, r *http.Request) {
	s.bodies.setDeadline(w, r)
	if reason := s.rejectForeign(r); reason != "" {
		http.Error(w, reason, http.StatusForbidden)
		return
	}
	s.dashboard.ServeHTTP(w, r)
}

// send performs an operation of the Management API for the dashboard, with all scopes, and adds it to the journal. Rate limits
// and faults do not apply, because they are those of API clients.
func (s *Server) send(r *http.Request, method, path string, body store.Object) (int, store.Object) {
	start := time.Now()
	address, err := url.Parse(path)
	if err != nil {
		return http.StatusBadRequest, badRequest("", err.Error()).body()
	}
	c := &call{
		server: s, request: r, release: func() {}, query: address.Query(), body: body,
		token: access{caller: DashboardCaller, scopes: managementScopes()},
		entry: &Entry{
			Time: s.now(), Method: method, Path: address.EscapedPath(), Query: address.Query(), Caller: DashboardCaller, UserAgent: r.UserAgent(),
		},
	}
	c.note(body)
	answer := reply{}
	route, params, found := s.match(method, c.entry.Path)
	if c.params, c.entry.Route = params, route.path; found {
		answer, err = route.serve(c)
	} else {
		err = refuse(http.StatusNotFound, "", "Not Found")
	}
	if err != nil {
		answer = errorReply(err)
	}
	c.entry.Status, c.entry.Duration = answer.status, time.Since(start)
	s.journal.add(*c.entry)
	content, _ := store.ParseObject(answer.bytes()) // a deletion has no content
	return answer.status, content
}

func (s *Server) requests(after, limit int) []dashboard.Request {
	var all []dashboard.Request
	for _, e := range s.journal.newest(after, limit) {
		all = append(all, dashboard.Request{
			Seq: e.Seq, Time: e.Time, Method: e.Method, Path: e.Path, Caller: e.Caller, Status: e.Status,
			Duration: e.Duration.Round(10 * time.Microsecond),
		})
	}
	return all
}
