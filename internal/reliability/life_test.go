package reliability_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

func TestFault39_Interrupt(t *testing.T) {
	proves(t, 39)
	subtest(t, "during a write", "job", func(s *testbed) {
		arrived := s.arrival("POST", clients, 1)
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Delay: 2 * time.Second})
		r := s.start("apply", "-auto-approve", "-input=false")
		s.await("the create", arrived)
		r.signal(syscall.SIGINT)
		if code, text := r.wait(); code == 0 {
			s.t.Errorf("the run was not interrupted:\n%s", text)
		}
		if made := s.objects()["timesheets_client"]; len(made) != 1 {
			s.t.Errorf("the state has the clients %v", made)
		}
		s.expectCalls("POST", grants, 0)
		s.agree()
		s.settled()
	})
	subtest(t, "during a wait", "client", func(s *testbed) {
		arrived := s.arrival("POST", clients, 1)
		s.inject(emulator.Fault{Method: "POST", Route: clients, Status: 429, Headers: map[string]string{"X-Ratelimit-Reset": strconv.FormatInt(time.Now().Add(50*time.Second).Unix(), 10)}})
		r := s.start("apply", "-auto-approve", "-input=false")
		s.await("the create", arrived)
		waited := time.AfterFunc(40*time.Second, func() { s.t.Error("the wait was not ended") })
		r.signal(syscall.SIGINT)
		if code, text := r.wait(); code == 0 {
			s.t.Errorf("the run was not interrupted:\n%s", text)
		}
		waited.Stop()
		s.expectCalls("POST", clients, 1)
		s.agree()
		s.settled()
	})
}

// killed kills a run right after the first request with the method, below the path, has taken effect. resources is the number
// of resources in the state at that time.
func (s *testbed) killed(method, path string, resources int) {
	s.t.Helper()
	done := make(chan struct{})
	s.front.add(hook{method: method, path: path, nth: 1, serve: func(_ http.ResponseWriter, r *http.Request) {
		s.Server.ServeHTTP(httptest.NewRecorder(), r)
		close(done)
		<-r.Context().Done()
	}})
	r := s.start("apply", "-auto-approve", "-input=false")
	s.await(method+" "+path, done)
	s.written(resources)
	r.signal(syscall.SIGKILL)
	if code, text := r.wait(); code != -1 {
		s.t.Errorf("the run was not killed: %d\n%s", code, text)
	}
	s.front.leave()
}

// written waits until the state file contains a number of resources. The CLI writes it in place at some later time, and a run
// that is killed during the write leaves a file that only the CLI can repair.
func (s *testbed) written(resources int) {
	s.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	var state struct{ Resources []any }
	for range 250 {
		content, _ := os.ReadFile(filepath.Join(s.workspace.Dir, "terraform.tfstate")) // empty before the first is written
		if (len(content) == 0 || json.Unmarshal(content, &state) == nil) && len(state.Resources) >= resources {
			return
		}
		<-again.C
	}
	s.t.Errorf("the state never contains %d resources", resources)
}

// writesEach skips a test if the CLI does not write the state after each object.
func writesEach(t *testing.T) {
	t.Helper()
	if providerWorkspace(t).CLI.Tofu {
		t.Skip("OpenTofu writes its state every now and then: what a run made before it was killed may not be in it")
	}
}

func TestFault40_Kill(t *testing.T) {
	proves(t, 40)
	for name, c := range map[string]struct {
		route   string
		before  int
		address string
		id      func(*testbed) string
	}{
		"API": {apis, 0, "timesheets_api.timesheets", func(*testbed) string { return timesheetsAPI }},
		"grant": {grants, 2, "timesheets_client_grant.job", func(s *testbed) string {
			return s.objects()["timesheets_client"][0].ClientID + " " + timesheetsAPI
		}},
	} {
		subtest(t, name, "job", func(s *testbed) {
			writesEach(s.t)
			s.set("TF_CLI_ARGS_apply", "-parallelism=1")
			s.killed("POST", c.route, c.before)
			id, said := c.id(s), s.apply(1)
			kind, _, _ := strings.Cut(c.address, ".")
			s.expect(said, "Existing objects are never imported implicitly", `import { to = `+kind+`.NAME id = "`+id+`" }`)
			s.imported(c.address, id)
		})
	}
	subtest(t, "client, found before the next apply", "client", func(s *testbed) {
		s.killed("POST", clients, 0)
		s.write("find.tf", finder)
		found := s.terraform(0, "plan", "-refresh-only")
		id := s.clients(jobName)[0]
		s.expect(found, `found = "`+id+`"`)
		s.write("find.tf", "")
		s.imported(jobAddress, id)
	})
	subtest(t, "client, found after it", "client", func(s *testbed) {
		s.killed("POST", clients, 0)
		lost := s.clients(jobName)[0]
		s.apply(0)
		s.write("find.tf", finder)
		both := s.terraform(1, "plan")
		kept := s.objects()["timesheets_client"][0].ClientID
		s.expect(both, `2 objects have the name "`+jobName+`"`, lost, kept)
		s.write("find.tf", strings.Replace(orphan, "LOST", lost, 1))
		s.apply(0)
		s.write("find.tf", "")
		s.expect(s.settled(), "1 destroyed")
	})
}

// The configuration of the recovery section of the guide.
const (
	finder = `data "timesheets_client" "found" {
  name = "Timesheets Import Job"
}

output "found" {
  value = data.timesheets_client.found.client_id
}
`
	orphan = `import {
  to = timesheets_client.orphan
  id = "LOST"
}

resource "timesheets_client" "orphan" {
  name = "Timesheets Import Job"
}
`
)

func TestFault41_SecondCallFails(t *testing.T) {
	proves(t, 41)
	for name, f := range map[string]emulator.Fault{
		"refused": {Status: 400, Body: `{"statusCode":400,"error":"Bad Request","message":"Payload validation error: no","errorCode":"invalid_body"}`},
		"cut":     {Cut: emulator.CutBefore},
	} {
		subtest(t, name, "secretive", func(s *testbed) {
			f := f
			f.Method, f.Route = "PATCH", aClient
			s.inject(f)
			s.expect(s.apply(0), "Warning: client_secret_wo is not set", "Unable to set the secret of client")
			if stored := s.objects()["timesheets_client"]; len(stored) != 1 || stored[0].ClientID == "" {
				s.t.Errorf("the state contains %v", stored)
			}
			s.agree()
			s.expect(s.terraform(0, "plan", "-refresh=false", "-detailed-exitcode"), "Warning: client_secret_wo is not set", "Plan with a refresh")
			s.Server.ResetJournal()
			s.expect(s.settled(), "0 to add, 1 to change, 0 to destroy", `+ client_secret_wo_version = "1"`)
			s.expectCalls("PATCH", aClient, 1)
			s.expectSecret(jobName, s.canaries["the job's secret"])
		})
	}
	subtest(t, "without a refresh", "secretive", func(s *testbed) {
		s.inject(emulator.Fault{Method: "PATCH", Route: aClient, Nth: 1, Status: 403})
		s.apply(0)
		s.set("TF_VAR_description", "changed")
		s.terraform(0, "apply", "-auto-approve", "-refresh=false")
		s.expectSecret(jobName, s.canaries["the job's secret"])
		s.plan(0)
	})
	subtest(t, "a token that may not set it", "secretive", func(s *testbed) {
		s.set("AUTH0_API_TOKEN", s.Server.Token("read:clients", "create:clients", "update:clients", "delete:clients",
			"read:resource_servers", "create:resource_servers", "update:resource_servers", "delete:resource_servers"))
		for range 2 {
			s.expect(s.apply(1), "Unable to create client", "lacks the Management API scope `update:client_keys`")
		}
		s.expectCalls("POST", clients, 0)
	})
}

// expectSecret checks the secret of the only client with a name.
func (s *testbed) expectSecret(name, want string) {
	s.t.Helper()
	s.behind(func(ctx context.Context) error {
		stored, err := s.Ports.Secrets.Client(ctx, s.clients(name)[0])
		if err == nil && stored.Value.Reveal() != want {
			s.t.Error("the client has another secret")
		}
		return err
	})
}

func TestFault43_UnknownConfiguration(t *testing.T) {
	proves(t, 43)
	s := open(t, "later")
	s.set("TF_VAR_domain", s.Server.URL())
	s.set("AUTH0_DOMAIN", "")
	s.terraform(0, "validate")
	s.plan(pending)
	if asked := len(s.Server.Journal()); asked != 0 {
		t.Errorf("validate and plan made %d calls", asked)
	}
	s.set("TF_VAR_read", "true")
	s.expect(s.plan(1), "the provider's domain is not known yet", "AUTH0_DOMAIN")
	s.set("TF_VAR_read", "false")
	s.settled()
}

func TestFault44_LockOut(t *testing.T) {
	proves(t, 44)
	s := open(t, "guarded")
	own, audience := s.Server.Terraform().ClientID, s.Server.ManagementAudience()
	s.set("TF_VAR_own_client", own)
	s.set("TF_VAR_management_api", audience)
	var stored []struct{ Scope []string }
	s.dashboard("GET", grants+"?client_id="+own, nil, &stored)
	s.set("TF_VAR_granted", `["`+strings.Join(stored[0].Scope, `","`)+`"]`)
	s.apply(0)
	s.Server.ResetJournal()

	for name, c := range map[string]struct{ variable, value, says string }{
		"narrower client": {"TF_VAR_grant_types", `["implicit"]`, "without `client_credentials` it gets no token"},
		"narrower grant":  {"TF_VAR_granted", `["read:clients"]`, "The provider itself depends on this grant"},
		"system API":      {"TF_VAR_system_name", "Mine", "permits no change of its name"},
	} {
		before := len(s.workspace.Environment)
		s.set(c.variable, c.value)
		s.expect(s.plan(1), c.says)
		s.expect(s.terraform(1, "plan", "-refresh=false"), c.says)
		s.workspace.Environment = s.workspace.Environment[:before]
		if t.Failed() {
			t.Fatal(name)
		}
	}
	deletes := []string{"Client is the provider's own", "Client grant is the provider's own", "API is a system API"}
	s.expect(s.terraform(1, "plan", "-destroy"), deletes...)
	s.set("AUTH0_API_TOKEN", s.ownToken())
	s.set("AUTH0_CLIENT_ID", "")
	s.set("AUTH0_CLIENT_SECRET", "")
	s.expect(s.terraform(1, "plan", "-destroy", "-refresh=false"), deletes...)
	if wrote := s.calls("PATCH", aClient) + s.calls("PATCH", aGrant) + s.calls("DELETE", aGrant) + s.calls("DELETE", aClient); wrote != 0 {
		t.Errorf("%d writes", wrote)
	}
	s.write("main.tf", removed)
	s.expect(s.apply(0), "0 destroyed")
	s.plan(0)
}

// removed stops managing the objects that must remain.
const removed = `
removed {
  from = timesheets_client.own
  lifecycle { destroy = false }
}

removed {
  from = timesheets_client_grant.own
  lifecycle { destroy = false }
}

removed {
  from = timesheets_api.management
  lifecycle { destroy = false }
}
`

// ownToken returns a token of the provider's client for the Management API.
func (s *testbed) ownToken() string {
	s.t.Helper()
	var answer struct {
		Token string `json:"access_token"`
	}
	own := s.Server.Terraform()
	s.form(tokens, url.Values{
		"grant_type": {"client_credentials"}, "client_id": {own.ClientID}, "client_secret": {own.ClientSecret}, "audience": {s.Server.ManagementAudience()},
	}, &answer)
	return answer.Token
}

func TestFault45_ReplacedAPI(t *testing.T) {
	proves(t, 45)
	s := open(t, "job")
	s.write("protected_override.tf", "resource \"timesheets_api\" \"timesheets\" {\n  deletion_protection = true\n}\n")
	s.apply(0)
	s.set("TF_VAR_identifier", "https://api.timesheets.example/v2")
	s.expect(s.plan(1), "API is protected", "deletion_protection")
	s.expect(s.terraform(1, "plan", "-destroy"), "API is protected")
	s.agree()
	s.set("TF_VAR_identifier", timesheetsAPI)
	s.write("protected_override.tf", "")
	s.apply(0)
	s.set("TF_VAR_identifier", "https://api.timesheets.example/v2")
	grant := s.objects()["timesheets_client_grant"][0].ID
	s.expect(s.settled(), "Client grants are deleted with the API", grant)
}
