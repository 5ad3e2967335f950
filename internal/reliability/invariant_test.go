package reliability_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// settled checks the invariants after a fault: the next apply succeeds, and nothing remains to be done. It returns the output of
// the apply.
func (s *testbed) settled() string {
	s.t.Helper()
	s.recovered()
	said := s.apply(0)
	s.steady()
	return said
}

// steady checks the invariants after a run that has repaired everything, or has changed nothing: the plan is empty, and tenant and
// state have the same objects.
func (s *testbed) steady() {
	s.t.Helper()
	s.recovered()
	s.terraform(0, "plan", "-detailed-exitcode", "-input=false", "-out=the.plan")
	s.agree()
}

// recovered ends all faults of the tenant, and the short timeout for them.
func (s *testbed) recovered() {
	s.Server.ClearFaults()
	s.set("TIMESHEETS_REQUEST_TIMEOUT", "2m")
}

// shown shows the plan of steady, in which secrets are searched, too.
func (s *testbed) shown() {
	s.t.Helper()
	if shown := s.terraform(0, "show", "-json", "the.plan"); !strings.Contains(shown, `"prior_state"`) {
		s.t.Errorf("the plan cannot be read: %.200s", shown)
	}
}

// imported imports an object as an error prints it, and checks the invariants.
func (s *testbed) imported(address, id string) {
	s.t.Helper()
	s.write("import.tf", importBlock(address, id))
	s.settled()
}

// lost checks that the errors of a run name the fixture's client, whose create lost its response, and returns its ID.
func (s *testbed) lost(said string) string {
	s.t.Helper()
	left := s.clients(jobName)
	if len(left) != 1 {
		s.t.Fatalf("the tenant has the clients %q, want one", left)
	}
	s.expect(said, "The response to the create was lost", left[0])
	return left[0]
}

// jobImported removes the fixture's client, which has no ID, from the state, and imports it, as an error about a lost response
// prints it.
func (s *testbed) jobImported(id string) {
	s.t.Helper()
	s.removeFromState(jobAddress)
	s.imported(jobAddress, id)
}

// agree checks that the tenant has exactly the objects of the state and of others, and none twice.
func (s *testbed) agree() {
	s.t.Helper()
	s.Server.ClearFaults()
	have, want := s.inventory(), s.state()
	maps.DeleteFunc(have, func(object string, _ bool) bool { return s.others[object] && !want[object] })
	if !maps.Equal(have, want) {
		s.t.Errorf("the tenant has\n  %s\nand the state\n  %s", list(have), list(want))
	}
	names := map[string]int{}
	for object := range have {
		name, _, _ := strings.Cut(object, " = ")
		if names[name]++; names[name] == 2 {
			s.t.Errorf("there are two of %s", name)
		}
	}
}

// theirs registers all objects of the tenant that are not in the state as objects of others.
func (s *testbed) theirs() {
	s.t.Helper()
	mine := s.state()
	for object := range s.inventory() {
		if !mine[object] {
			s.others[object] = true
		}
	}
}

// destroyed destroys all objects, and checks that none remains.
func (s *testbed) destroyed() {
	s.t.Helper()
	s.terraform(0, "destroy", "-auto-approve")
	s.agree()
	if left := s.state(); len(left) > 0 {
		s.t.Errorf("the state still has\n  %s", list(left))
	}
}

func list(objects map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(objects)), "\n  ")
}

// inventory returns all objects of the tenant except its initial ones: "kind name = id".
func (s *testbed) inventory() map[string]bool {
	s.t.Helper()
	found, own := map[string]bool{}, s.Server.Terraform().ClientID
	s.behind(func(ctx context.Context) error {
		for api, err := range s.Ports.APIs.List(ctx, tenant.APIFilter{}) {
			if err != nil {
				return err
			}
			if api.IsSystem {
				continue
			}
			found[fmt.Sprintf("API %s = %s", api.Identifier, api.ID)] = true
			for _, scope := range api.Scopes {
				found[fmt.Sprintf("scope %s %s", api.Identifier, scope.Value)] = true
			}
		}
		for client, err := range s.Ports.Clients.List(ctx, tenant.ClientFilter{}) {
			if err != nil {
				return err
			}
			if client.ClientID != own && client.Name != "All Applications" {
				found[fmt.Sprintf("client %s = %s", client.Name, client.ClientID)] = true
			}
		}
		for grant, err := range s.Ports.Grants.List(ctx, tenant.GrantFilter{}) {
			if err != nil {
				return err
			}
			if grant.ClientID != own {
				found[fmt.Sprintf("grant %s %s %s = %s", grant.ClientID, grant.Audience, grant.SubjectType, grant.ID)] = true
			}
		}
		return nil
	})
	return found
}

// attributes contains the attributes of an object in the state that identify it.
type attributes struct {
	ID          string            `json:"id"`
	Identifier  string            `json:"identifier"`
	Scopes      json.RawMessage   `json:"scopes"` // a map of an API, a set of a grant
	Value       string            `json:"value"`
	Name        string            `json:"name"`
	ClientID    string            `json:"client_id"`
	Audience    string            `json:"audience"`
	SubjectType string            `json:"subject_type"`
	owned       map[string]string // of an API
}

// state returns the objects in the state in the format of inventory.
func (s *testbed) state() map[string]bool {
	s.t.Helper()
	found := map[string]bool{}
	for kind, objects := range s.objects() {
		for _, o := range objects {
			switch kind {
			case "timesheets_api":
				found[fmt.Sprintf("API %s = %s", o.Identifier, o.ID)] = true
				for value := range o.owned {
					found[fmt.Sprintf("scope %s %s", o.Identifier, value)] = true
				}
			case "timesheets_api_scope":
				found[fmt.Sprintf("scope %s %s", o.Identifier, o.Value)] = true
			case "timesheets_client":
				found[fmt.Sprintf("client %s = %s", o.Name, o.ClientID)] = true
			case "timesheets_client_grant":
				found[fmt.Sprintf("grant %s %s %s = %s", o.ClientID, o.Audience, o.SubjectType, o.ID)] = true
			}
		}
	}
	return found
}

// objects returns the managed objects in the state file, by type.
func (s *testbed) objects() map[string][]attributes {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join(s.workspace.Dir, "terraform.tfstate"))
	if os.IsNotExist(err) {
		return nil
	}
	var state struct {
		Resources []struct {
			Mode, Type string
			Instances  []struct{ Attributes attributes }
		}
	}
	if err == nil {
		err = json.Unmarshal(content, &state)
	}
	if err != nil {
		s.t.Fatalf("read the state: %v", err)
	}
	found := map[string][]attributes{}
	for _, resource := range state.Resources {
		if resource.Mode != "managed" {
			continue
		}
		for _, instance := range resource.Instances {
			object := instance.Attributes
			_ = json.Unmarshal(object.Scopes, &object.owned) // no map in a grant
			found[resource.Type] = append(found[resource.Type], object)
		}
	}
	return found
}

// search searches every secret in all artifacts of a test.
func (s *testbed) search() {
	s.t.Helper()
	s.Server.ClearFaults()
	s.Server.Shift(time.Minute) // all rate limits have recovered
	s.learn()
	for _, leak := range s.leaks() {
		s.t.Error("leaked: " + leak)
	}
}

// leaks returns the canaries that were found, with their place.
func (s *testbed) leaks() []string {
	s.t.Helper()
	found, err := acctest.Artifacts(s.folder)
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock() // a process that outlives its run still notes its command line
	found["what was printed"] = []byte(s.said.String())
	found["command lines"] = []byte(s.commands.String())
	s.mu.Unlock()
	found["the journal"] = fmt.Appendf(nil, "%+v", s.Server.Journal())
	var leaks []string
	for name, text := range found {
		for _, leak := range s.canaries.In(text) {
			leaks = append(leaks, leak+", in "+name)
		}
	}
	return leaks
}

// learn adds secrets that the tenant generated to the canaries.
func (s *testbed) learn() {
	s.t.Helper()
	for path, member := range map[string]string{clients: "client_secret", apis: "signing_secret"} {
		var objects []map[string]any
		s.dashboard(http.MethodGet, path, nil, &objects)
		for _, object := range objects {
			if secret, ok := object[member].(string); ok && secret != "" {
				s.canaries[fmt.Sprintf("%s of %v", member, object["name"])] = secret
			}
		}
	}
}

// dashboard sends a request to the tenant for which the provider has no port.
func (s *testbed) dashboard(method, path string, body, into any) {
	s.t.Helper()
	answer := s.ask(method, path, body)
	if answer.Code >= http.StatusBadRequest {
		s.t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
	}
	if into == nil || answer.Code == http.StatusNoContent {
		return
	}
	if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
}

// ask sends one request to the tenant, without the front and with all permissions.
func (s *testbed) ask(method, path string, body any) *httptest.ResponseRecorder {
	s.t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request := httptest.NewRequest(method, path, bytes.NewReader(content))
	request.Header.Set("Authorization", "Bearer "+s.Server.Token())
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", behindUserAgent)
	answer := httptest.NewRecorder()
	s.Server.ServeHTTP(answer, request)
	return answer
}

// form sends a form to the tenant without a token.
func (s *testbed) form(path string, fields url.Values, into any) {
	s.t.Helper()
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	s.Server.ServeHTTP(answer, request)
	if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil || answer.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %v", path, answer.Code, err)
	}
}
