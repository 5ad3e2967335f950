package reliability_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

const shared = "https://api.shared.example"

// sharedAPI creates an API outside Terraform, with a scope.
func (s *testbed) sharedAPI() {
	s.t.Helper()
	s.dashboard("POST", apis, map[string]any{
		"name": "Shared", "identifier": shared, "scopes": []any{map[string]any{"value": "theirs", "description": "Another team's"}},
	}, nil)
	s.theirs()
}

// overwrite replaces the scopes of the shared API without reading them first.
func (s *testbed) overwrite(values ...string) {
	scopes := []any{}
	for _, value := range values {
		scopes = append(scopes, map[string]any{"value": value})
	}
	s.dashboard("PATCH", apis+"/"+s.sharedID(), map[string]any{"scopes": scopes}, nil)
}

func (s *testbed) sharedID() string {
	s.t.Helper()
	var found []struct{ ID, Identifier string }
	s.dashboard("GET", apis, nil, &found)
	for _, api := range found {
		if api.Identifier == shared {
			return api.ID
		}
	}
	s.t.Fatal("the shared API was deleted")
	return ""
}

func TestFault33_ScopesAtOnce(t *testing.T) {
	proves(t, 33)
	s := open(t, "scopes")
	s.sharedAPI()
	s.apply(0)
	s.set("TF_VAR_values", `{"a" = "A", "b" = "changed", "e" = "E"}`)
	s.inject(emulator.Fault{Method: "PATCH", Route: anAPI, Nth: 1, Cut: emulator.CutAfter})
	s.apply(0)
	s.steady()
	s.destroyed()
}

func TestFault34_OtherWorkspace(t *testing.T) {
	proves(t, 34)
	subtest(t, "once", "scopes", func(s *testbed) {
		s.sharedAPI()
		s.when("GET", apis, 2, func() { s.overwrite("theirs", "theirs:new") }) // between the write and the verifying read
		s.apply(0)
		s.theirs()
		if writes := s.calls("PATCH", anAPI); writes < 2 {
			s.t.Errorf("%d writes: a lost write was not repeated", writes)
		}
		s.steady()
	})
	subtest(t, "repeatedly", "scopes", func(s *testbed) {
		s.sharedAPI()
		s.when("GET", apis, 0, func() { s.overwrite("theirs") })
		s.expect(s.apply(1), "Another writer keeps changing the scopes of the API", "Apply again when the other run is done")
		s.front.leave()
		s.agree()
		s.settled()
	})
	subtest(t, "after the last read", "scopes", func(s *testbed) {
		s.sharedAPI()
		s.apply(0)
		s.overwrite("theirs", "team:a")
		s.expect(s.settled(), "3 to add, 1 to change, 0 to destroy")
	})
}

func TestFault35_DashboardEdit(t *testing.T) {
	proves(t, 35)
	subtest(t, "of another attribute", "job", func(s *testbed) {
		s.apply(0)
		s.set("TF_VAR_description", "changed")
		s.terraform(0, "plan", "-out=late.plan")
		id := s.objects()["timesheets_client"][0].ClientID
		s.dashboard("PATCH", clients+"/"+id, map[string]any{"name": "Edited"}, nil)
		s.terraform(0, "apply", "late.plan")
		if s.clients("Edited") == nil {
			s.t.Error("the edit was overwritten")
		}
		s.expect(s.settled(), `"Edited" -> "Timesheets Import Job"`)
	})
	subtest(t, "of scopes", "job", func(s *testbed) {
		s.apply(0)
		s.set("TF_VAR_scopes", `{"batch:upload" = "Changed"}`)
		s.terraform(0, "plan", "-out=late.plan")
		api := s.objects()["timesheets_api"][0]
		s.dashboard("PATCH", apis+"/"+api.ID, map[string]any{"scopes": []any{
			map[string]any{"value": "batch:upload"}, map[string]any{"value": "read:timesheets"}, map[string]any{"value": "new"},
		}}, nil)
		s.expect(s.terraform(1, "apply", "late.plan"), "after this plan was created: `new`", "Nothing was changed")
		s.settled() // the plan has shown the new scope
	})
}

func TestFault36_OwnedTwice(t *testing.T) {
	proves(t, 36)
	s := open(t, "job")
	s.write("single.tf", `
resource "timesheets_api_scope" "single" {
  identifier = timesheets_api.timesheets.identifier
  value      = "create:timesheets"
}
`)
	s.expect(s.plan(1), "Conflicting scope management", timesheetsAPI, "create:timesheets", "omit `scopes`")
	if requests := len(s.Server.Journal()); requests != 0 {
		t.Errorf("the plan sent %d requests, want none", requests)
	}
	s.agree()
}

func TestFault37_OneBadScope(t *testing.T) {
	proves(t, 37)
	s := open(t, "scopes")
	s.sharedAPI()
	s.front.add(hook{method: "PATCH", path: apis, serve: s.rejectThirdScope})
	printed := s.apply(1)
	s.expect(printed, `with timesheets_api_scope.team["c"]`, "no such letter")
	for _, other := range []string{"a", "b", "d"} {
		s.lacks(printed, `with timesheets_api_scope.team["`+other+`"]`)
	}
	if created := len(s.objects()["timesheets_api_scope"]); created != 3 {
		t.Errorf("%d scopes were created, want 3", created)
	}
	s.agree()
	s.front.leave()
	s.settled()
}

// rejectThirdScope rejects each request whose list contains the scope team:c.
func (s *testbed) rejectThirdScope(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	if strings.Contains(string(body), "team:c") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"statusCode":400,"error":"Bad Request","message":"Payload validation error: 'no such letter' on property scopes.","errorCode":"invalid_body"}`)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.Server.ServeHTTP(w, r)
}

func TestFault38_APIGone(t *testing.T) {
	proves(t, 38)
	subtest(t, "while scopes are added", "scopes", func(s *testbed) {
		s.sharedAPI()
		s.when("PATCH", apis, 1, func() { s.dashboard("DELETE", apis+"/"+s.sharedID(), nil, nil) })
		s.expect(s.apply(1), `There is no API "https://api.shared.example" in the tenant`)
		s.others = map[string]bool{}
		s.agree()
		s.sharedAPI()
		s.settled()
	})
	subtest(t, "while scopes are removed", "scopes", func(s *testbed) {
		s.sharedAPI()
		s.apply(0)
		s.when("PATCH", apis, 1, func() { s.dashboard("DELETE", apis+"/"+s.sharedID(), nil, nil) })
		s.terraform(0, "destroy", "-auto-approve")
		s.others = map[string]bool{}
		s.agree()
	})
}
