package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// protected is a protected object, and what depends on it.
type protected struct {
	address    string
	summary    string // first line of the error
	arguments  string // of the resource
	importID   string // empty for an object that the test creates
	changed    string // arguments that replace the object; empty if there are none
	dependents string // resources, with LIFECYCLE where theirs belongs
	keyless    bool   // a create does not show which object it replaces
	never      bool   // a create is always rejected
}

// variant describes how a configuration differs from the applied one.
type variant struct {
	absent, changed, renamed, dependents bool
	lifecycle, dependentLifecycle        string
	trigger                              string
	protection                           string
}

func (p protected) config(v variant) string {
	arguments, address := p.arguments, p.address
	if v.changed {
		arguments = p.changed
	}
	if v.protection != "" {
		arguments = strings.Replace(arguments, "deletion_protection = true", v.protection, 1)
	}
	kind, name, _ := strings.Cut(address, ".")
	dependents := strings.ReplaceAll(p.dependents, "LIFECYCLE", "lifecycle {\n"+v.dependentLifecycle+"\n}")
	if v.renamed {
		dependents = strings.ReplaceAll(dependents, address, kind+".renamed")
		name = "renamed"
	}
	text := fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n  input = %q\n}\n", v.trigger)
	if !v.absent {
		text += fmt.Sprintf("resource %q %q {\n%s\nlifecycle {\n%s\n}\n}\n", kind, name, arguments, v.lifecycle)
	}
	if v.dependents && !v.absent {
		text += dependents
	}
	return text
}

// way is one way in which Terraform destroys or replaces an object.
type way struct {
	name    string
	command string // apply if empty
	replace bool   // with -replace
	variant variant
	status  string // of the object in the state
	deposed bool
	want    string // text of the error
}

const before = "create_before_destroy = true"

var ways = []way{
	{name: "destroy", command: "destroy", want: "This plan deletes the"},
	{name: "block removed", variant: variant{absent: true}, want: "This plan deletes the"},
	{name: "change", variant: variant{changed: true}, want: "` changes."},
	{name: "change with create_before_destroy", variant: variant{changed: true, lifecycle: before}, want: "` changes."},
	{name: "replace", replace: true, want: "because of `-replace` or `replace_triggered_by`"},
	{name: "replace_triggered_by", variant: variant{trigger: "2", lifecycle: "replace_triggered_by = [terraform_data.trigger]"}, want: "because of `-replace` or `replace_triggered_by`"},
	{name: "create_before_destroy", replace: true, variant: variant{lifecycle: before}, want: "because of `-replace` or `replace_triggered_by`"},
	{name: "inherited create_before_destroy", replace: true, variant: variant{dependentLifecycle: before}, want: "because of `-replace` or `replace_triggered_by`"},
	{name: "tainted", status: "tainted", want: "is in the state already"},
	{name: "tainted with create_before_destroy", status: "tainted", variant: variant{lifecycle: before}, want: "is in the state already"},
	{name: "tainted and destroyed", command: "destroy", status: "tainted", want: "This plan"},
	{name: "tainted and removed", status: "tainted", variant: variant{absent: true}, want: "This plan deletes the"},
	{name: "deposed", deposed: true, want: "This plan deletes the"},
	{name: "address changed", variant: variant{renamed: true}, want: "This plan deletes the"},
}

// onlyDelete reports whether no plan can recognize the way: Terraform plans a tainted object without its prior state, and
// nothing was read, or what was read has no natural key.
func (w way) onlyDelete(p protected, refresh bool) bool {
	return w.status == "tainted" && w.command == "" && !w.variant.absent && (p.keyless || !refresh) && !p.never
}

// TestDestroy_api and its siblings try every way to destroy or replace each protected object of a resource type: the plan
// is rejected, and nothing in the tenant has changed.
func TestDestroy_api(t *testing.T) {
	testDestroy(t, "api", "system api")
}

func TestDestroy_apiScope(t *testing.T) {
	testDestroy(t, "scope of a system api")
}

func TestDestroy_client(t *testing.T) {
	testDestroy(t, "own client", "client")
}

func TestDestroy_clientGrant(t *testing.T) {
	testDestroy(t, "own grant", "system grant")
}

func testDestroy(t *testing.T, names ...string) {
	t.Helper()
	acctest.EmulatorOnly(t, "compares the whole tenant, and risks to lock the tests out")
	for _, dependents := range []bool{false, true} {
		for _, name := range names {
			subject := subjects()[name]
			t.Run(fmt.Sprintf("%s/dependents=%v", name, dependents), func(t *testing.T) {
				t.Parallel()
				s := newTestbed(t, subject, dependents)
				for _, w := range ways {
					for _, refresh := range []bool{true, false} {
						if w.onlyDelete(s.protected, refresh) || w.variant.changed && s.changed == "" || w.variant.dependentLifecycle != "" && !dependents {
							continue
						}
						t.Run(fmt.Sprintf("%s/refresh=%v", w.name, refresh), func(t *testing.T) { s.rejects(t, w, refresh) })
					}
				}
			})
		}
	}
}

// testbed is an applied configuration with a protected object.
type testbed struct {
	protected
	tenant     *acctest.Tenant
	workspace  *acctest.Workspace
	dependents bool
	stateFile  string // of the tenant
	state      string // of Terraform, after the apply
}

func newTestbed(t *testing.T, subject func(*testing.T, *acctest.Tenant) protected, dependents bool) *testbed {
	t.Helper()
	s := &testbed{dependents: dependents, stateFile: filepath.Join(t.TempDir(), "tenant")}
	s.tenant = acctest.New(t, func(o *emulator.Options) { o.State = s.stateFile })
	s.protected = subject(t, s.tenant)
	s.workspace = s.tenant.Workspace(t)
	config := s.config(variant{dependents: dependents, trigger: "1"})
	if s.importID != "" {
		config += fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", s.address, s.importID)
	}
	s.workspace.Write("main.tf", config)
	s.workspace.Succeed("apply", "-auto-approve")
	s.state = s.workspace.Read("terraform.tfstate")
	s.tenant.Server.ResetJournal()
	return s
}

// rejects checks that the plan is rejected, and that neither the tenant nor the state has changed.
func (s *testbed) rejects(t *testing.T, w way, refresh bool) {
	t.Helper()
	state := edit(t, s.state, s.address, w)
	tenantBefore := s.tenantState(t)
	printed, ok := s.run(w, refresh, state)
	if want := acctest.Words(s.summary, w.want); ok || !want.MatchString(printed) {
		t.Errorf("the plan is not rejected with %q:\n%s", want, printed)
	}
	if writes := s.tenant.Writes(); len(writes) > 0 {
		t.Errorf("the tenant received %v", writes)
	}
	if s.tenantState(t) != tenantBefore {
		t.Error("the tenant has changed")
	}
	if s.workspace.Read("terraform.tfstate") != state {
		t.Error("the state has changed")
	}
}

// run runs one way on a state.
func (s *testbed) run(w way, refresh bool, state string) (string, bool) {
	v := w.variant
	v.dependents = s.dependents
	if v.trigger == "" {
		v.trigger = "1"
	}
	s.workspace.Write("main.tf", s.config(v))
	s.workspace.Write("terraform.tfstate", state)
	command, args := "apply", []string{"-auto-approve"}
	if w.command != "" {
		command = w.command
	}
	if w.replace {
		args = append(args, "-replace="+s.address)
	}
	if !refresh {
		args = append(args, "-refresh=false")
	}
	return s.workspace.Run(command, args...)
}

// tenantState returns everything that the tenant stores.
func (s *testbed) tenantState(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(s.stateFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// edit marks the object as tainted, or adds a deposed copy of it.
func edit(t *testing.T, state, address string, w way) string {
	t.Helper()
	if w.status == "" && !w.deposed {
		return state
	}
	var content map[string]any
	if err := json.Unmarshal([]byte(state), &content); err != nil {
		t.Fatal(err)
	}
	for _, one := range content["resources"].([]any) {
		resource := one.(map[string]any)
		if address != fmt.Sprintf("%s.%s", resource["type"], resource["name"]) {
			continue
		}
		instance := resource["instances"].([]any)[0].(map[string]any)
		if w.status != "" {
			instance["status"] = w.status
		}
		if w.deposed {
			deposed := map[string]any{"deposed": "abcd1234"}
			for name, value := range instance {
				deposed[name] = value
			}
			resource["instances"] = append(resource["instances"].([]any), deposed)
		}
	}
	edited, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return string(edited)
}

// subjects returns every kind of protected object.
func subjects() map[string]func(*testing.T, *acctest.Tenant) protected {
	return map[string]func(*testing.T, *acctest.Tenant) protected{
		"api": protectedAPI, "system api": systemAPI, "own client": ownClient, "client": protectedClient,
		"own grant": ownGrant, "system grant": systemGrant, "scope of a system api": systemScope,
	}
}

func protectedAPI(_ *testing.T, n *acctest.Tenant) protected {
	identifier := "https://" + n.Prefix + ".example/v1"
	arguments := "name = \"Timesheets\"\nidentifier = %q\ndeletion_protection = true\n"
	return protected{
		address: "timesheets_api.subject", summary: "API is protected",
		arguments: fmt.Sprintf(arguments, identifier), changed: fmt.Sprintf(arguments, identifier+"2"),
		dependents: `
resource "timesheets_api_scope" "dependent" {
  identifier = timesheets_api.subject.identifier
  value      = "read:timesheets"
  LIFECYCLE
}
` + jobClient + dependentGrant("timesheets_client.job", "timesheets_api.subject", "timesheets_api_scope.dependent.value"),
	}
}

func systemAPI(_ *testing.T, n *acctest.Tenant) protected {
	identifier := n.Server.ManagementAudience()
	arguments := "name = \"Auth0 Management API\"\nidentifier = %q\n"
	return protected{
		address: "timesheets_api.subject", summary: "API is a system API", importID: identifier,
		arguments: fmt.Sprintf(arguments, identifier), changed: fmt.Sprintf(arguments, "https://"+n.Prefix+".example/v1"),
		dependents: jobClient + dependentGrant("timesheets_client.job", "timesheets_api.subject", `"read:clients"`),
	}
}

func ownClient(_ *testing.T, n *acctest.Tenant) protected {
	return protected{
		address: "timesheets_client.subject", summary: "Client is the provider's own", keyless: true,
		importID: n.Environment["AUTH0_CLIENT_ID"], arguments: "name = \"Terraform\"\n",
		dependents: otherAPI(n) + dependentGrant("timesheets_client.subject", "timesheets_api.other", `"read:timesheets"`),
	}
}

func protectedClient(_ *testing.T, n *acctest.Tenant) protected {
	return protected{
		address: "timesheets_client.subject", summary: "Client is protected", keyless: true,
		arguments:  "name = \"Job\"\ndeletion_protection = true\n",
		dependents: otherAPI(n) + dependentGrant("timesheets_client.subject", "timesheets_api.other", `"read:timesheets"`),
	}
}

const jobClient = "resource \"timesheets_client\" \"job\" {\n  name = \"Job\"\n}\n"

func otherAPI(n *acctest.Tenant) string {
	return fmt.Sprintf(`
resource "timesheets_api" "other" {
  name       = "Timesheets"
  identifier = "https://%s.example/v1"
  scopes     = { "read:timesheets" = null }
}
`, n.Prefix)
}

// dependentGrant depends on a client and an API: it is a grant of a scope, which is given as an expression.
func dependentGrant(client, api, scope string) string {
	return fmt.Sprintf(`
resource "timesheets_client_grant" "dependent" {
  client_id = %s.client_id
  audience  = %s.identifier
  scopes    = [%s]
  LIFECYCLE
}
`, client, api, scope)
}

// clientWithGrantID depends on a grant, because the metadata of the client contains its ID.
const clientWithGrantID = `
resource "timesheets_client" "dependent" {
  name            = "Job"
  client_metadata = { grant = timesheets_client_grant.subject.id }
  LIFECYCLE
}
`

func grantOf(t *testing.T, n *acctest.Tenant, clientID, summary string) protected {
	t.Helper()
	grant, err := n.Ports.Grants.Get(t.Context(), tenant.GrantKey{ClientID: clientID, Audience: n.Server.ManagementAudience()})
	if err != nil {
		t.Fatal(err)
	}
	scopes, err := json.Marshal(grant.Scopes)
	if err != nil {
		t.Fatal(err)
	}
	arguments := "client_id = %q\naudience = %q\nscopes = %s\n"
	return protected{
		address: "timesheets_client_grant.subject", summary: summary, importID: grant.ID,
		arguments:  fmt.Sprintf(arguments, clientID, grant.Audience, scopes),
		changed:    fmt.Sprintf(arguments, clientID, "https://"+n.Prefix+".example/v1", scopes),
		dependents: clientWithGrantID,
	}
}

func ownGrant(t *testing.T, n *acctest.Tenant) protected {
	t.Helper()
	return grantOf(t, n, n.Environment["AUTH0_CLIENT_ID"], "Client grant is the provider's own")
}

func systemGrant(t *testing.T, n *acctest.Tenant) protected {
	t.Helper()
	client, err := n.Ports.Clients.Create(t.Context(), tenant.Client{Name: n.Prefix + " express", AppType: "express_configuration"})
	if err != nil {
		t.Fatal(err)
	}
	return grantOf(t, n, client.ClientID, "Client grant is a system grant")
}

func systemScope(_ *testing.T, n *acctest.Tenant) protected {
	identifier := n.Server.ManagementAudience()
	arguments := "identifier = %q\nvalue = %q\ndescription = \"Read Clients\""
	return protected{
		address: "timesheets_api_scope.subject", summary: "Scope belongs to a system API", importID: identifier + " read:clients", never: true,
		arguments: fmt.Sprintf(arguments, identifier, "read:clients"), changed: fmt.Sprintf(arguments, identifier, "read:timesheets"),
		dependents: fmt.Sprintf(`
resource "timesheets_client" "job" {
  name = "Job"
}
resource "timesheets_client_grant" "dependent" {
  client_id = timesheets_client.job.client_id
  audience  = %q
  scopes    = [timesheets_api_scope.subject.value]
  LIFECYCLE
}
`, identifier),
	}
}
