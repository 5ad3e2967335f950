package reliability_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestFault01_CutDuringClientCreate(t *testing.T) {
	proves(t, 1)
	subtest(t, "after the effect", "client", func(s *scene) {
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutAfter})
		said := s.apply(1)
		id := s.lost(said)
		s.expect(said, `import { to = timesheets_client.NAME id = "`+id+`" }`)
		s.jobImported(id)
		s.expectCalls("POST", clients, 1)
	})
	subtest(t, "before the effect", "client", func(s *scene) {
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutBefore})
		s.apply(0)
		s.steady()
		s.expectCalls("POST", clients, 2)
	})
	subtest(t, "with another client of the same name", "client", func(s *scene) {
		s.twin()
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutBefore})
		s.expect(s.apply(1), "which this run or another writer created", "It was not created a second time")
		s.removeFromState(jobAddress)
		s.agree()
		s.expectCalls("POST", clients, 1)
	})
}

// twin creates a client of another owner with the name of the fixture's.
func (s *scene) twin() {
	s.t.Helper()
	s.dashboard("POST", clients, map[string]any{"name": jobName, "app_type": tenant.MachineToMachine}, nil)
	s.theirs()
}

// cuts are the requests that arrive for one create whose first request is cut.
var cuts = map[string]int{emulator.CutAfter: 1, emulator.CutBefore: 2}

func TestFault02_CutDuringAPICreate(t *testing.T) {
	proves(t, 2)
	for cut, posts := range cuts {
		subtest(t, cut, "job", func(s *scene) { s.cutCreate(apis, cut, posts) })
	}
	subtest(t, "another writer creates it meanwhile", "job", func(s *scene) {
		s.when("POST", apis, 1, func() {
			s.dashboard("POST", apis, map[string]any{"name": "Other", "identifier": timesheetsAPI}, nil)
		})
		s.inject(emulator.Fault{Method: "POST", Route: apis, Nth: 2, Cut: emulator.CutAfter}) // the first request is that of the other writer
		s.expect(s.apply(1), `already has an API "`+timesheetsAPI+`"`, "Existing objects are never imported implicitly")
		s.theirs()
		s.agree()
	})
	subtest(t, "with a secret that cannot be compared", "secretive", func(s *scene) {
		s.inject(emulator.Fault{Method: "POST", Route: apis, Nth: 1, Cut: emulator.CutAfter})
		s.expect(s.apply(1), "The response to the create was lost", timesheetsAPI)
		s.imported("timesheets_api.timesheets", timesheetsAPI)
	})
}

func TestFault03_CutDuringGrantCreate(t *testing.T) {
	proves(t, 3)
	for cut, posts := range cuts {
		subtest(t, cut, "job", func(s *scene) { s.cutCreate(grants, cut, posts) })
	}
}

// cutCreate applies while the first create of a collection is cut.
func (s *scene) cutCreate(route, cut string, posts int) {
	s.t.Helper()
	s.inject(emulator.Fault{Method: "POST", Route: route, Nth: 1, Cut: cut})
	s.apply(0)
	s.steady()
	s.expectCalls("POST", route, posts)
}

func TestFault04_CutDuringUpdate(t *testing.T) {
	proves(t, 4)
	for cut := range cuts {
		subtest(t, cut, "job", func(s *scene) {
			s.apply(0)
			s.set("TF_VAR_description", "changed")
			s.set("TF_VAR_name", "Changed API")
			s.set("TF_VAR_granted", `["batch:upload", "read:timesheets"]`)
			s.cutEach("PATCH", cut)
			s.apply(0)
			s.steady()
			s.expectEach("PATCH", 2)
		})
	}
	subtest(t, "a list of scopes is not sent again", "job", func(s *scene) {
		s.apply(0)
		s.set("TF_VAR_scopes", `{"batch:upload" = "Changed"}`)
		s.inject(emulator.Fault{Method: "PATCH", Route: anAPI, Nth: 1, Cut: emulator.CutAfter})
		s.expect(s.apply(1), "The tenant may have carried it out all the same", "Plan again")
		s.expectCalls("PATCH", anAPI, 1)
		s.settled()
	})
}

func TestFault05_CutDuringDelete(t *testing.T) {
	proves(t, 5)
	for cut := range cuts {
		subtest(t, cut, "job", func(s *scene) {
			s.apply(0)
			s.cutEach("DELETE", cut)
			s.destroyed()
			s.expectEach("DELETE", 2)
		})
	}
}

// cutEach cuts the first request with the method for an object of each kind.
func (s *scene) cutEach(method, cut string) {
	s.t.Helper()
	for _, route := range []string{anAPI, aClient, aGrant} {
		s.inject(emulator.Fault{Method: method, Route: route, Nth: 1, Cut: cut})
	}
}

// expectEach checks the number of requests with the method for an object of each kind.
func (s *scene) expectEach(method string, want int) {
	s.t.Helper()
	for _, route := range []string{anAPI, aClient, aGrant} {
		s.expectCalls(method, route, want)
	}
}

// TestFault06_DeadConnection closes the connection after the token response without notice, so that the first write can fail.
func TestFault06_DeadConnection(t *testing.T) {
	proves(t, 6)
	s := open(t, "job")
	s.front.add(hook{method: "POST", path: tokens, serve: s.hangUp})
	s.apply(0)
	s.set("TF_VAR_description", "changed")
	s.settled()
	for _, entry := range s.Server.Journal() {
		if entry.Method == "POST" && entry.Status >= http.StatusBadRequest {
			t.Errorf("a create was sent twice: %s %d", entry.Route, entry.Status)
		}
	}
	s.destroyed()
}

// hangUp responds as the tenant does, without announcing that it closes the connection, and closes it.
func (s *scene) hangUp(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	s.Server.ServeHTTP(recorder, r)
	conn, out, err := http.NewResponseController(w).Hijack()
	if err != nil {
		s.t.Error(err)
		return
	}
	defer func() { _ = conn.Close() }()
	var head bytes.Buffer
	recorder.Header().Set("Content-Length", strconv.Itoa(recorder.Body.Len()))
	_ = recorder.Header().Write(&head)
	_, _ = out.WriteString("HTTP/1.1 " + strconv.Itoa(recorder.Code) + " " + http.StatusText(recorder.Code) + "\r\n" + head.String() + "\r\n" + recorder.Body.String())
	_ = out.Flush()
}

// clients returns the IDs of the clients with a name.
func (s *scene) clients(name string) []string {
	s.t.Helper()
	var ids []string
	s.behind(func(ctx context.Context) error {
		for client, err := range s.Ports.Clients.List(ctx, tenant.ClientFilter{}) {
			if err != nil {
				return err
			}
			if client.Name == name {
				ids = append(ids, client.ClientID)
			}
		}
		return nil
	})
	return ids
}

func importBlock(to, id string) string {
	return "import {\n  to = " + to + "\n  id = " + strconv.Quote(id) + "\n}\n"
}
