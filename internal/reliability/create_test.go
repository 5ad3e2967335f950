package reliability_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// alteredCreate is a successful create of each object, for which the tenant stores or returns other values than were sent.
type alteredCreate struct {
	faults  []emulator.Fault
	warns   []string // empty: no warning
	changes int      // objects that the next plan updates in place
	patches map[string]int
}

func alteredCreates() map[string]alteredCreate {
	type values = map[string]any
	policy := func(client string) values {
		return values{"client": values{"policy": client}, "user": values{"policy": "allow_all"}}
	}
	once := func(route string, request values) emulator.Fault {
		return emulator.Fault{Method: "POST", Route: route, Nth: 1, Request: request}
	}
	longer := values{"token_lifetime": 2592000, "allow_offline_access": true}
	return map[string]alteredCreate{
		"less access": {
			faults: []emulator.Fault{
				once(apis, values{"token_lifetime": 60, "token_lifetime_for_web": 60, "subject_type_authorization": policy("deny_all")}),
				once(clients, values{"description": nil}),
				once(grants, values{"scope": []string{}}),
			},
			warns: []string{
				"Warning: API differs from the configuration", "`subject_type_authorization`, `token_lifetime`, `token_lifetime_for_web`", "updates it in place",
				"Warning: Client differs from the configuration", "`description`",
				"Warning: Client grant differs from the configuration", "`scope`",
			},
			changes: 3,
		},
		"more access": {
			faults: []emulator.Fault{
				once(apis, values{"token_lifetime": 2592000, "allow_offline_access": true, "scopes": []values{{"value": "read:timesheets"}, {"value": "batch:upload"}, {"value": "admin"}}}),
				once(clients, values{"grant_types": []string{"client_credentials", "password"}, "organization_usage": "allow"}),
				once(grants, values{"scope": []string{"batch:upload", "read:timesheets"}, "allow_any_organization": true, "organization_usage": "allow"}),
			},
			patches: map[string]int{anAPI: 1, aClient: 1, aGrant: 1},
		},
		"an API that stays wider": {
			faults: []emulator.Fault{once(apis, longer), {Method: "PATCH", Route: anAPI, Request: longer}},
			warns: []string{
				"Warning: Access is wider than the configuration", "`token_lifetime`, `allow_offline_access`", "kept them all the same",
			},
			changes: 1, patches: map[string]int{anAPI: 1},
		},
		"an API that cannot be corrected": {
			faults:  []emulator.Fault{once(apis, longer), {Method: "PATCH", Route: anAPI, Status: 403}},
			warns:   []string{"Warning: Access is wider than the configuration", "A second request to correct them failed", "Forbidden"},
			changes: 1, patches: map[string]int{anAPI: 1},
		},
		"another identifier or audience": {
			faults: []emulator.Fault{
				{Method: "POST", Route: apis, Nth: 1, Answer: values{"identifier": "urn:other", "id": "0123456789abcdef01234567"}},
				{Method: "POST", Route: grants, Nth: 1, Answer: values{"audience": "urn:other", "id": "cgr_other"}},
			},
		},
	}
}

// A create that the tenant carried out is never an error: Terraform would replace the object in every later apply.
func TestCreateWithOtherValues(t *testing.T) {
	t.Parallel()
	for name, c := range alteredCreates() {
		subtest(t, name, "job", func(s *testbed) {
			for _, fault := range c.faults {
				s.inject(fault)
			}
			said := s.apply(0)
			s.expect(said, c.warns...)
			want := 1 + strings.Count(strings.Join(c.warns, ""), "Warning: ") // one is about the provider in development
			if warnings := strings.Count(said, "Warning: "); warnings != want {
				s.t.Errorf("%d warnings, want %d:\n%s", warnings, want, said)
			}
			s.Server.ClearFaults()
			for _, route := range []string{apis, clients, grants} {
				s.expectCalls("POST", route, 1)
			}
			for _, route := range []string{anAPI, aClient, aGrant} {
				s.expectCalls("PATCH", route, c.patches[route])
			}
			if c.changes > 0 {
				s.expect(s.settled(), fmt.Sprintf("0 to add, %d to change, 0 to destroy", c.changes))
			} else {
				s.steady()
			}
		})
	}
}

// unknown makes the create of the fixture's client end without a result: the response is lost, and the lookup fails.
func (s *testbed) unknown(cut string) {
	s.t.Helper()
	s.set("TIMESHEETS_REQUEST_TIMEOUT", "2s")
	s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: cut})
	s.inject(emulator.Fault{Method: "GET", Route: clients, Status: 503})
	s.expect(s.apply(1), "Unable to create client", "may have carried it out all the same")
}

// removeFromState runs terraform state rm, as the errors print it.
func (s *testbed) removeFromState(address string) {
	s.t.Helper()
	if out, err := s.workspace.Run(s.t.Context(), "state", "rm", address); err != nil || out.Code != 0 {
		s.t.Fatalf("terraform state rm: %v\n%s%s", err, out.Stdout, out.Stderr)
	}
}

// A client create with an unknown result leads neither to a second client nor to a lost one, whatever is run next.
func TestCreateWithUnknownResult(t *testing.T) {
	t.Parallel()
	subtest(t, "the client exists", "client", func(s *testbed) {
		s.unknown(emulator.CutAfter)
		s.expect(s.terraform(1, "plan", "-input=false"), "Unable to find client") // the lookup still fails
		s.Server.ClearFaults()
		var id string
		for _, args := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"destroy", "-auto-approve"}} {
			said := s.terraform(1, append(args, "-input=false")...)
			id = s.lost(said)
			s.expect(said, "terraform state rm timesheets_client.NAME", `import { to = timesheets_client.NAME id = "`+id+`" }`)
		}
		for _, args := range [][]string{{"apply", "-auto-approve"}, {"destroy", "-auto-approve"}} {
			s.expect(s.terraform(1, append(args, "-input=false", "-refresh=false")...), "Client may exist", "Nothing was changed or deleted")
		}
		s.lost(s.terraform(1, "plan", "-input=false")) // also after the rejected deletion
		s.terraform(0, "untaint", jobAddress)
		s.expect(s.terraform(1, "apply", "-auto-approve", "-refresh=false"), "Client may exist")
		if now := s.clients(jobName); len(now) != 1 || now[0] != id {
			s.t.Errorf("the tenant has the clients %q, had %q", now, id)
		}
		s.jobImported(id)
		s.expectCalls("POST", clients, 1)
		s.expectCalls("DELETE", aClient, 0)
	})
	subtest(t, "nothing exists", "client", func(s *testbed) {
		s.unknown(emulator.CutBefore)
		s.expect(s.settled(), "Client was not created", "1 to add, 0 to change, 0 to destroy")
		s.expectCalls("POST", clients, 2)
	})
	subtest(t, "the response is about another client", "client", func(s *testbed) {
		var other struct {
			ID string `json:"client_id"`
		}
		s.dashboard("POST", clients, map[string]any{"name": "Other", "app_type": "non_interactive"}, &other)
		s.theirs()
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Answer: map[string]any{"client_id": other.ID, "name": "Other"}})
		said := s.apply(1)
		s.lacks(said, other.ID)
		s.jobImported(s.lost(said))
		s.expectCalls("POST", clients, 1)
	})
	subtest(t, "the block is removed", "client", func(s *testbed) {
		s.unknown(emulator.CutAfter)
		s.Server.ClearFaults()
		block, err := os.ReadFile(filepath.Join(s.workspace.Dir, "main.tf"))
		if err != nil {
			s.t.Fatal(err)
		}
		before, _, _ := strings.Cut(string(block), "resource ")
		s.write("main.tf", before)
		s.expect(s.apply(1), "Client may exist", "restore the block first")
		s.write("main.tf", string(block))
		s.jobImported(s.lost(s.terraform(1, "plan", "-input=false")))
	})
	subtest(t, "several exist", "client", func(s *testbed) {
		s.twin()
		s.unknown(emulator.CutAfter)
		s.Server.ClearFaults()
		left := s.clients(jobName)
		s.expect(s.terraform(1, "plan", "-input=false"), left[0], left[1], "terraform state rm timesheets_client.NAME")
		s.jobImported(left[1])
	})
	subtest(t, "the lookup is canceled", "client", func(s *testbed) {
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Cut: emulator.CutAfter})
		s.inject(emulator.Fault{Method: "GET", Route: clients, Status: 503})
		arrived := s.arrival("GET", clients, 1)
		run := s.start("apply", "-auto-approve", "-input=false")
		<-arrived
		run.signal(syscall.SIGINT)
		if code, said := run.wait(); code != 1 {
			s.t.Fatalf("apply ends with %d:\n%s", code, said)
		}
		s.Server.ClearFaults()
		s.jobImported(s.lost(s.terraform(1, "plan", "-input=false")))
		s.expectCalls("POST", clients, 1)
	})
}

// After a create with an unknown result of an object with a natural key, the next apply finds the object, does not change it,
// and prints the import block.
func TestCreateWithUnknownResultAndNaturalKey(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fixture, create, route, lookup, address string
		id                                      func(*testbed) string
	}{
		"API": {
			fixture: "job", create: "POST", route: apis, lookup: anAPI, address: "timesheets_api.timesheets",
			id: func(*testbed) string { return timesheetsAPI },
		},
		"client grant": {
			fixture: "job", create: "POST", route: grants, lookup: grants, address: "timesheets_client_grant.job",
			id: func(s *testbed) string { return s.clients(jobName)[0] + " " + timesheetsAPI },
		},
		"scope": {
			fixture: "scopes", create: "PATCH", route: anAPI, lookup: anAPI, address: `timesheets_api_scope.team["a"]`,
			id: func(*testbed) string { return shared + " team:a" },
		},
	} {
		subtest(t, name, c.fixture, func(s *testbed) {
			if c.fixture == "scopes" {
				s.set("TF_VAR_values", `{ a = "A" }`)
				s.dashboard("POST", apis, map[string]any{"name": "Shared", "identifier": shared}, nil)
				s.theirs()
			}
			s.set("TIMESHEETS_REQUEST_TIMEOUT", "2s")
			s.inject(emulator.Fault{Method: c.create, Route: c.route, Nth: 1, Cut: emulator.CutAfter})
			s.when(c.create, "/api/v2/", 0, func() { s.inject(emulator.Fault{Method: "GET", Route: c.lookup, Status: 503}) })
			s.expect(s.apply(1), "Unable to create "+name, "may have carried it out all the same")
			s.front.leave()
			s.Server.ClearFaults()
			left := s.inventory()
			said := s.apply(1)
			s.expect(said, "Unable to create "+name, "already has a", name+` "`+c.id(s)+`"`, `import { to = `+strings.Split(c.address, ".")[0]+`.NAME id = "`+c.id(s)+`" }`)
			if now := s.inventory(); list(now) != list(left) {
				s.t.Errorf("the tenant has\n  %s\nand had\n  %s", list(now), list(left))
			}
			s.imported(c.address, c.id(s))
		})
	}
}
