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
	t.Run("after the effect", func(t *testing.T) {
		t.Parallel()
		s := open(t, "client")
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutAfter})
		printed := s.apply(1)
		s.expectCalls("POST", clients, 1)
		created := s.clients("Timesheets Import Job")
		if len(created) != 1 {
			t.Fatalf("the tenant has the clients %v, want one", created)
		}
		s.expect(printed, "The response to the create was lost", created[0], `import { to = timesheets_client.NAME id = "`+created[0]+`" }`)
		s.removeFromState("timesheets_client.job")
		s.write("import.tf", importBlock("timesheets_client.job", created[0]))
		s.settled()
		s.expectCalls("POST", clients, 1)
	})
	t.Run("before the effect", func(t *testing.T) {
		t.Parallel()
		s := open(t, "client")
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutBefore})
		s.apply(0)
		s.expectCalls("POST", clients, 2)
		s.settled()
	})
	t.Run("with another client of the same name", func(t *testing.T) {
		t.Parallel()
		s := open(t, "client")
		s.behind(func(ctx context.Context) error {
			_, err := s.Ports.Clients.Create(ctx, tenant.Client{Name: "Timesheets Import Job", AppType: tenant.MachineToMachine})
			return err
		})
		s.theirs()
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutBefore})
		printed := s.apply(1)
		s.expect(printed, "which this run or another writer created", "It was not created a second time")
		s.removeFromState("timesheets_client.job")
		s.agree()
		s.expectCalls("POST", clients, 1)
	})
}

func TestFault02_CutDuringAPICreate(t *testing.T) {
	proves(t, 2)
	for cut, posts := range map[string]int{emulator.CutAfter: 1, emulator.CutBefore: 2} {
		t.Run(cut, func(t *testing.T) {
			t.Parallel()
			s := open(t, "job")
			s.inject(emulator.Fault{Method: "POST", Route: apis, Nth: 1, Cut: cut})
			s.apply(0)
			s.expectCalls("POST", apis, posts)
			s.settled()
		})
	}
	t.Run("another writer creates it meanwhile", func(t *testing.T) {
		t.Parallel()
		s := open(t, "job")
		s.when("POST", apis, 1, func() {
			s.dashboard("POST", apis, map[string]any{"name": "Other", "identifier": "https://api.timesheets.example/v1"}, nil)
		})
		s.inject(emulator.Fault{Method: "POST", Route: apis, Nth: 2, Cut: emulator.CutAfter}) // the first request is that of the other writer
		printed := s.apply(1)
		s.expect(printed, `already has a API "https://api.timesheets.example/v1"`, "Existing objects are never imported implicitly")
		s.theirs()
		s.agree()
	})
	t.Run("with a secret that cannot be compared", func(t *testing.T) {
		t.Parallel()
		s := open(t, "secretive")
		s.inject(emulator.Fault{Method: "POST", Route: apis, Nth: 1, Cut: emulator.CutAfter})
		printed := s.apply(1)
		s.expect(printed, "The response to the create was lost", "https://api.timesheets.example/v1")
		s.write("import.tf", importBlock("timesheets_api.timesheets", "https://api.timesheets.example/v1"))
		s.settled()
	})
}

func TestFault03_CutDuringGrantCreate(t *testing.T) {
	proves(t, 3)
	for cut, posts := range map[string]int{emulator.CutAfter: 1, emulator.CutBefore: 2} {
		t.Run(cut, func(t *testing.T) {
			t.Parallel()
			s := open(t, "job")
			s.inject(emulator.Fault{Method: "POST", Route: grants, Nth: 1, Cut: cut})
			s.apply(0)
			s.expectCalls("POST", grants, posts)
			s.settled()
		})
	}
}

func TestFault04_CutDuringUpdate(t *testing.T) {
	proves(t, 4)
	for _, cut := range []string{emulator.CutBefore, emulator.CutAfter} {
		t.Run(cut, func(t *testing.T) {
			t.Parallel()
			s := open(t, "job")
			s.apply(0)
			s.set("TF_VAR_description", "changed")
			s.set("TF_VAR_name", "Changed API")
			s.set("TF_VAR_granted", `["batch:upload", "read:timesheets"]`)
			for _, route := range []string{anAPI, aClient, aGrant} {
				s.inject(emulator.Fault{Method: "PATCH", Route: route, Nth: 1, Cut: cut})
			}
			s.apply(0)
			for _, route := range []string{anAPI, aClient, aGrant} {
				s.expectCalls("PATCH", route, 2)
			}
			s.settled()
		})
	}
	t.Run("a list of scopes is not sent again", func(t *testing.T) {
		t.Parallel()
		s := open(t, "job")
		s.apply(0)
		s.set("TF_VAR_scopes", `{"batch:upload" = "Changed"}`)
		s.inject(emulator.Fault{Method: "PATCH", Route: anAPI, Nth: 1, Cut: emulator.CutAfter})
		printed := s.apply(1)
		s.expect(printed, "The tenant may have carried it out all the same", "Plan again")
		s.expectCalls("PATCH", anAPI, 1)
		s.settled()
	})
}

func TestFault05_CutDuringDelete(t *testing.T) {
	proves(t, 5)
	for _, cut := range []string{emulator.CutBefore, emulator.CutAfter} {
		t.Run(cut, func(t *testing.T) {
			t.Parallel()
			s := open(t, "job")
			s.apply(0)
			for _, route := range []string{anAPI, aClient, aGrant} {
				s.inject(emulator.Fault{Method: "DELETE", Route: route, Nth: 1, Cut: cut})
			}
			s.terraform(0, "destroy", "-auto-approve")
			s.agree()
			for _, route := range []string{anAPI, aClient, aGrant} {
				s.expectCalls("DELETE", route, 2)
			}
			if remaining := s.inventory(); len(remaining) > 0 {
				t.Errorf("the tenant still has %s", list(remaining))
			}
		})
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
	s.terraform(0, "destroy", "-auto-approve")
	s.agree()
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
