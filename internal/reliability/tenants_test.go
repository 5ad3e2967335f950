package reliability_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// second starts another tenant, which has an API with the identifier.
func (s *testbed) second(identifier string, scopes ...string) *acctest.Tenant {
	s.t.Helper()
	other := acctest.New(s.t)
	api := tenant.NewAPI{API: tenant.API{Name: "Production", Identifier: identifier, TokenLifetime: 3600, TokenLifetimeForWeb: 3600}}
	for _, value := range scopes {
		api.Scopes = append(api.Scopes, tenant.Scope{Value: value, Description: "Production"})
	}
	if _, err := other.Ports.APIs.Create(s.t.Context(), api); err != nil {
		s.t.Fatal(err)
	}
	return other
}

// use sets the tenant of the provider from now on.
func (s *testbed) use(other *acctest.Tenant) {
	for name, value := range other.Environment {
		s.set(name, value)
	}
}

// untouched checks that the provider changed nothing in a tenant.
func untouched(t *testing.T, other *acctest.Tenant) {
	t.Helper()
	for _, entry := range other.Server.Journal() {
		if entry.Method != http.MethodGet && entry.Route != tokens && !strings.HasPrefix(entry.UserAgent, behindUserAgent) {
			t.Errorf("the other tenant got %s %s", entry.Method, entry.Route)
		}
	}
}

// carryOut executes the commands and adds the import block that an error shows about an object.
func (s *testbed) carryOut(said, address string) {
	s.t.Helper()
	kind, name, _ := strings.Cut(address, ".")
	text := regexp.MustCompile(`(?m)^\s*│ ?`).ReplaceAllString(said, "")
	if !strings.Contains(text, "terraform state rm "+kind+".NAME") {
		s.t.Fatalf("no command for %s:\n%s", address, said)
	}
	s.removeFromState(address)
	block := regexp.MustCompile(`import \{\n\s*to = ` + kind + `\.NAME\n\s*id = "[^"]+"\n\s*\}`).FindString(text)
	if block != "" {
		s.write("import-"+kind+"-"+name+".tf", strings.Replace(block, kind+".NAME", address, 1))
	}
}

// The state is of one tenant, and the credentials are of another.
func TestFault53_OtherTenant(t *testing.T) {
	proves(t, 53)
	subtest(t, "all objects", "job", func(s *testbed) {
		s.apply(0)
		own, other := s.Tenant, s.second(timesheetsAPI, "read:timesheets")
		s.use(other)
		said := s.plan(1)
		s.expect(said, "API belongs to another tenant", "Client belongs to another tenant", own.Server.ManagementAudience(), other.Server.ManagementAudience(), "Check first whether this is the right tenant")
		s.terraform(1, "destroy", "-auto-approve", "-input=false")
		s.expect(s.terraform(1, "destroy", "-auto-approve", "-input=false", "-refresh=false"), "Client grant belongs to another tenant")
		untouched(s.t, other)
		s.use(own)
		s.steady()

		// The configuration moves to the other tenant, as the errors say.
		s.use(other)
		s.carryOut(said, jobAddress)
		s.carryOut(said, "timesheets_api.timesheets")
		said = s.plan(1) // read only now: it depends on the others
		s.expect(said, "Client grant belongs to another tenant")
		s.carryOut(said, "timesheets_client_grant.job")
		s.expect(s.apply(0), "1 imported, 2 added, 1 changed, 0 destroyed")
		s.plan(0)
		untouchedSince(s.t, own, 3)
	})
	subtest(t, "updates without a refresh", "job", func(s *testbed) {
		s.apply(0)
		own, other := s.Tenant, s.second(timesheetsAPI, "batch:upload", "read:timesheets")
		for _, older := range []bool{false, true} {
			if older { // a state without the tenant
				s.forget()
			}
			s.use(other)
			for variable, summary := range map[string]string{
				`TF_VAR_scopes={"batch:upload":"Upload","read:timesheets":"Read"}`: "API", "TF_VAR_name=Renamed": "API", "TF_VAR_description=changed": "Client", `TF_VAR_granted=["read:timesheets"]`: "Client grant",
			} {
				s.workspace.Environment = append(s.workspace.Environment, variable)
				said := s.terraform(1, "apply", "-auto-approve", "-input=false", "-refresh=false")
				s.workspace.Environment = s.workspace.Environment[:len(s.workspace.Environment)-1]
				if older {
					s.expect(said, summary+" has another id", "does not record its tenant")
				} else {
					s.expect(said, summary+" belongs to another tenant", own.Server.ManagementAudience())
				}
			}
			untouched(s.t, other)
			s.use(own)
			s.plan(0)
		}
	})
	subtest(t, "a saved plan", "job", func(s *testbed) {
		s.apply(0)
		own, other := s.Tenant, s.second(timesheetsAPI, "batch:upload", "read:timesheets")
		apply := func(args ...string) string {
			s.use(own)
			s.terraform(0, append([]string{"plan", "-input=false", "-out=saved"}, args...)...)
			s.use(other)
			return s.terraform(1, "apply", "-input=false", "saved")
		}
		s.set("TF_VAR_scopes", `{"batch:upload":"Upload","read:timesheets":"Read"}`)
		s.expect(apply(), "API belongs to another tenant")
		s.set("TF_VAR_scopes", `{"batch:upload":"Upload timesheets in bulk","read:timesheets":"Read timesheets"}`)
		s.expect(apply("-destroy"), "Client grant belongs to another tenant")
		s.expect(apply("-replace=timesheets_api.timesheets"), "API belongs to another tenant")
		for _, address := range []string{"timesheets_api.timesheets", "timesheets_client_grant.job", jobAddress} {
			s.terraform(0, "taint", address)
		}
		s.expect(apply(), "has another id", "does not record its tenant")
		untouched(s.t, other)
		s.use(own)
		for _, address := range []string{"timesheets_api.timesheets", "timesheets_client_grant.job", jobAddress} {
			s.terraform(0, "untaint", address)
		}
		s.plan(0)
	})
	subtest(t, "workspaces", "job", func(s *testbed) {
		workspace := func(args ...string) {
			if out, err := s.workspace.Command(s.t.Context(), append([]string{"workspace"}, args...)...).CombinedOutput(); err != nil {
				s.t.Fatalf("terraform workspace %q: %v\n%s", args, err, out)
			}
		}
		staging, production := s.Tenant, acctest.New(s.t)
		s.apply(0)
		workspace("new", "production")
		s.use(production)
		s.apply(0)
		s.use(staging) // and forgets to select the workspace
		s.expect(s.plan(1), "API belongs to another tenant", "Client belongs to another tenant", "the workspace")
		s.terraform(1, "destroy", "-auto-approve", "-input=false")
		s.terraform(1, "destroy", "-auto-approve", "-input=false", "-refresh=false")
		workspace("select", "default")
		s.plan(0)
		s.use(production)
		s.expect(s.plan(1), "API belongs to another tenant")
		s.terraform(1, "destroy", "-auto-approve", "-input=false", "-refresh=false")
		workspace("select", "production")
		s.plan(0)
		untouchedSince(s.t, staging, 3)
		untouchedSince(s.t, production, 3)
	})
	subtest(t, "a single scope", "scopes", func(s *testbed) {
		s.sharedAPI()
		s.apply(0)
		own, other := s.Tenant, s.second(shared, "team:a", "team:b", "team:c", "team:d")
		s.use(other)
		s.expect(s.plan(1), "Scope belongs to another tenant")
		s.set("TF_VAR_values", `{"a":"A","b":"changed","c":"C","d":"D"}`)
		s.expect(s.terraform(1, "apply", "-auto-approve", "-input=false", "-refresh=false"), "Scope belongs to another tenant")
		s.expect(s.terraform(1, "destroy", "-auto-approve", "-input=false", "-refresh=false"), "Scope belongs to another tenant")
		untouched(s.t, other)
		s.set("TF_VAR_values", `{"a":"A","b":"B","c":"C","d":"D"}`)
		s.use(own)
		s.steady()
	})
	subtest(t, "swapped provider aliases", "aliases", func(s *testbed) {
		other := acctest.New(s.t)
		tenants := func(staging, production *acctest.Tenant) {
			of := func(n *acctest.Tenant) map[string]string {
				return map[string]string{
					"domain": n.Environment["AUTH0_DOMAIN"], "client_id": n.Environment["AUTH0_CLIENT_ID"], "client_secret": n.Environment["AUTH0_CLIENT_SECRET"],
				}
			}
			value, err := json.Marshal(map[string]any{"staging": of(staging), "production": of(production)})
			if err != nil {
				s.t.Fatal(err)
			}
			s.set("TF_VAR_tenants", string(value))
		}
		tenants(s.Tenant, other)
		s.apply(0)
		tenants(other, s.Tenant)
		said := s.plan(1)
		if got := strings.Count(said, "API belongs to another tenant"); got != 2 {
			s.t.Errorf("%d errors:\n%s", got, said)
		}
		s.terraform(1, "destroy", "-auto-approve", "-input=false")
		tenants(s.Tenant, other)
		s.plan(0)
	})
}

// untouchedSince checks that a tenant still has the objects of the fixture.
func untouchedSince(t *testing.T, own *acctest.Tenant, objects int) {
	t.Helper()
	found := 0
	for _, err := range own.Ports.APIs.List(t.Context(), tenant.APIFilter{Identifiers: []string{timesheetsAPI}}) {
		if err == nil {
			found++
		}
	}
	for grant, err := range own.Ports.Grants.List(t.Context(), tenant.GrantFilter{Audience: timesheetsAPI}) {
		if _, missing := own.Ports.Clients.Get(t.Context(), tenant.ClientKey{ClientID: grant.ClientID}); err == nil && missing == nil {
			found += 2
		}
	}
	if found != objects {
		t.Errorf("the first tenant has %d objects, want %d", found, objects)
	}
}

// The tenant is the same with another domain, and a grant that the dashboard re-creates is followed.
func TestFault54_SameTenant(t *testing.T) {
	proves(t, 54)
	subtest(t, "custom domain", "job", func(s *testbed) {
		s.apply(0)
		custom := httptest.NewServer(s.front)
		s.t.Cleanup(custom.Close)
		s.set("AUTH0_DOMAIN", custom.URL)
		s.set("AUTH0_AUDIENCE", s.Server.ManagementAudience())
		s.plan(0)
		s.followed()
	})
	file := filepath.Join(t.TempDir(), "tenant.json")
	subtest(t, "another port", "job", func(s *testbed) {
		s.apply(0)
		copied := filepath.Join(s.t.TempDir(), "tenant.json")
		content, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(copied, content, 0o600)
		}
		if err != nil {
			s.t.Fatal(err)
		}
		moved := acctest.New(s.t, func(o *emulator.Options) { o.State = copied })
		s.use(moved)
		s.Tenant = moved
		s.expect(s.apply(0), "No changes.") // found by their IDs: the state now has this address
		s.followed()
	}, func(o *emulator.Options) { o.State = file })
}

// followed checks that the next apply follows a grant that the dashboard has re-created.
func (s *testbed) followed() {
	s.t.Helper()
	s.toggle()
	s.expect(s.settled(), "Client grant was re-created", "0 added, 0 changed, 0 destroyed")
}

// toggle deauthorizes and authorizes the client in the dashboard, so that the grant has another ID.
func (s *testbed) toggle() {
	s.t.Helper()
	before := s.objects()["timesheets_client_grant"][0]
	s.behind(func(ctx context.Context) error {
		if err := s.Ports.Grants.Delete(ctx, tenant.GrantKey{ID: before.ID}); err != nil {
			return err
		}
		_, err := s.Ports.Grants.Create(ctx, tenant.Grant{ClientID: before.ClientID, Audience: before.Audience, Scopes: []string{"batch:upload"}})
		return err
	})
}

// A state of an older version does not contain the tenant. An object with another ID is not followed.
func TestFault55_StateWithoutTenant(t *testing.T) {
	proves(t, 55)
	subtest(t, "it has another id", "job", func(s *testbed) {
		s.apply(0)
		s.forget()
		s.toggle()
		said := s.plan(1)
		s.expect(said, "Client grant has another id", "does not record its tenant")
		s.carryOut(said, "timesheets_client_grant.job")
		s.expect(s.settled(), "1 imported, 0 added, 0 changed, 0 destroyed")
	})
	subtest(t, "a read remembers", "job", func(s *testbed) {
		s.apply(0)
		s.forget()
		s.expect(s.apply(0), "No changes.")
		s.followed()
	})
}

// forget removes the private state of all objects.
func (s *testbed) forget() {
	s.t.Helper()
	path := filepath.Join(s.workspace.Dir, "terraform.tfstate")
	content, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	older := regexp.MustCompile(`(?m)^\s*"private": "[^"]*",?\n`).ReplaceAllString(string(content), "")
	older = regexp.MustCompile(`,(\s*\})`).ReplaceAllString(older, "$1")
	if older == string(content) {
		s.t.Fatal("the state has no private state")
	}
	if err := os.WriteFile(path, []byte(older), 0o600); err != nil {
		s.t.Fatal(err)
	}
}
