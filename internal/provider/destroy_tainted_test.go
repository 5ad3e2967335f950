package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// lostByTaint lists what the tenant receives if a protected object is tainted and no plan can recognize that. Only the
// deletion of the object itself is rejected then. internal/README.md documents it.
var lostByTaint = map[string][]string{
	"api":        {"PATCH resource-servers/{id} scopes"}, // the single scope is deleted with the API
	"own client": {"DELETE client-grants/{id}"},
	"client":     {"DELETE client-grants/{id}"},
}

// TestDestroy_tainted destroys tainted objects that no plan recognizes: Delete rejects that, and the printed advice
// restores what the apply has deleted before.
func TestDestroy_tainted(t *testing.T) {
	acctest.EmulatorOnly(t, "deletes what depends on a protected object")
	for name, subject := range subjects() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestbed(t, subject, true)
			if s.never {
				return // TestDestroy_apiScope expects that the plan is rejected
			}
			contentBefore := s.content(t)
			printed, ok := s.run(way{}, false, edit(t, s.state, s.address, way{status: "tainted"}))
			if want := acctest.Words(s.summary, "was not deleted", "terraform untaint"); ok || !want.MatchString(printed) {
				t.Errorf("the apply does not end with %q:\n%s", want, printed)
			}
			if writes := s.tenant.Writes(); !slices.Equal(writes, lostByTaint[name]) {
				t.Errorf("the tenant received %v, want %v", writes, lostByTaint[name])
			}
			s.workspace.Succeed("untaint", s.address)
			s.workspace.Succeed("apply", "-auto-approve")
			s.workspace.Succeed("plan", "-detailed-exitcode")
			if now := s.content(t); now != contentBefore {
				t.Errorf("the tenant has\n%s\nwant\n%s", now, contentBefore)
			}
		})
	}
}

// TestDestroy_taintedBefore destroys a tainted client with create_before_destroy: the apply creates a second client, and
// the first one remains as a deposed object, which every later plan rejects. The printed advice ends that.
func TestDestroy_taintedBefore(t *testing.T) {
	acctest.EmulatorOnly(t, "creates a second client")
	s := newTestbed(t, ownClient, true)
	w := way{status: "tainted", variant: variant{lifecycle: before}}
	printed, ok := s.run(w, true, edit(t, s.state, s.address, w))
	if want := acctest.Words("Protected object may be tainted", "terraform untaint", s.summary, "deposed", "state rm"); ok || !want.MatchString(printed) {
		t.Errorf("the apply does not end with %q:\n%s", want, printed)
	}
	want := []string{"DELETE client-grants/{id}", "POST client-grants audience client_id scope subject_type", "POST clients app_type grant_types name token_endpoint_auth_method"}
	// Terraform 1.16 does not delete the grant of the client before the client.
	if writes := s.tenant.Writes(); !slices.Equal(writes, want) && !slices.Equal(writes, want[1:]) {
		t.Errorf("the tenant received %v, want %v", writes, want)
	}
	if printed, ok := s.workspace.Run("apply", "-auto-approve"); ok || !acctest.Words(s.summary, "This plan deletes the").MatchString(printed) {
		t.Errorf("the deposed client is deleted:\n%s", printed)
	}
	var current string
	for client, err := range s.tenant.Ports.Clients.List(t.Context(), tenant.ClientFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if client.Name == "Terraform" && client.ClientID != s.importID {
			current = client.ClientID
		}
	}
	s.workspace.Succeed("state rm", s.address)
	s.workspace.Succeed("import", s.address, current)
	s.workspace.Succeed("apply", "-auto-approve") // deletes a grant that was not deleted before
	s.workspace.Succeed("plan", "-detailed-exitcode")
}

// TestDestroy_unprotected ends the protection: an apply of deletion_protection = false alone, then the replacement.
func TestDestroy_unprotected(t *testing.T) {
	for _, name := range []string{"api", "client"} {
		t.Run(name, func(t *testing.T) { testUnprotected(t, subjects()[name]) })
	}
}

func testUnprotected(t *testing.T, subject func(*testing.T, *acctest.Tenant) protected) {
	t.Helper()
	s := newTestbed(t, subject, true)
	off := variant{dependents: true, trigger: "1", protection: "deletion_protection = false"}
	s.workspace.Write("main.tf", s.config(off))
	if printed, ok := s.workspace.Run("apply", "-auto-approve", "-replace="+s.address); ok || !acctest.Words(s.summary, "apply that alone first").MatchString(printed) {
		t.Errorf("the apply that ends the protection replaces the object:\n%s", printed)
	}
	s.workspace.Succeed("apply", "-auto-approve")
	s.workspace.Succeed("apply", "-auto-approve", "-refresh=false", "-replace="+s.address)
	s.workspace.Succeed("apply", "-auto-approve", "-replace="+s.address)
	s.workspace.Succeed("plan", "-detailed-exitcode")
	s.workspace.Succeed("destroy", "-auto-approve")
}

// TestDestroy_sameName creates a client with the name of the provider's own one, which is not tainted: no warning.
func TestDestroy_sameName(t *testing.T) {
	acctest.EmulatorOnly(t, "manages the provider's own client")
	s := newTestbed(t, ownClient, false)
	s.workspace.Write("main.tf", s.config(variant{trigger: "1"})+`
resource "timesheets_client" "other" {
  name       = "Terraform"
  depends_on = [timesheets_client.subject]
}
`)
	if printed := s.workspace.Succeed("plan"); strings.Contains(printed, "tainted") {
		t.Errorf("the plan warns of a client that is not tainted:\n%s", printed)
	}
}

// content returns the objects of the tenant, without the IDs that Auth0 generates.
func (s *testbed) content(t *testing.T) string {
	t.Helper()
	var lines []string
	names := map[string]string{}
	add := func(err error, format string, args ...any) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf(format, args...))
	}
	ctx := context.WithoutCancel(t.Context())
	for api, err := range s.tenant.Ports.APIs.List(ctx, tenant.APIFilter{}) {
		add(err, "API %s %v", api.Identifier, api.Scopes)
	}
	for client, err := range s.tenant.Ports.Clients.List(ctx, tenant.ClientFilter{}) {
		names[client.ClientID] = client.Name
		client.ClientID, client.Metadata = "", nil
		add(err, "client %+v", client)
	}
	for grant, err := range s.tenant.Ports.Grants.List(ctx, tenant.GrantFilter{}) {
		add(err, "grant of %s for %s %v", names[grant.ClientID], grant.Audience, grant.Scopes)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
