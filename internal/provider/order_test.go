package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	orderAPI    = "resource \"timesheets_api\" \"a\" {\n  name       = \"A\"\n  identifier = \"https://a.test\"\n  %s\n}\n"
	orderClient = "resource \"timesheets_client\" \"c\" {\n  name = \"C\"\n}\n"
	orderGrant  = "resource \"timesheets_client_grant\" \"g\" {\n  client_id = timesheets_client.c.client_id\n  audience  = \"https://a.test\"\n  scopes    = %s\n  depends_on = [timesheets_client.c]\n}\n"
	orderScope  = "resource \"timesheets_api_scope\" \"%s\" {\n  identifier = timesheets_api.a.identifier\n  value      = \"%s\"\n}\n"
)

func apiBlock(scopes string) string         { return fmt.Sprintf(orderAPI, scopes) }
func singleScope(name, scope string) string { return fmt.Sprintf(orderScope, name, scope) }

var summaries = regexp.MustCompile(`(?m)^(?:│ )?Error: (.*)$`)

// TestAccOrder expects the same errors from plans at several parallelisms if resources share values without references.
func TestAccOrder(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	for name, c := range map[string]struct {
		before, after string
		errors        []string
	}{
		"map removes a scope that a grant keeps": {
			apiBlock(`scopes = { "a" = null, "b" = null }`) + orderClient + fmt.Sprintf(strings.Replace(orderGrant, "depends_on = [timesheets_client.c]", "depends_on = [timesheets_api.a]", 1), `["a", "b"]`),
			apiBlock(`scopes = { "a" = null }`) + orderClient + fmt.Sprintf(orderGrant, `["a", "b"]`),
			[]string{"Scope does not exist"},
		},
		"map and grant add a scope": {
			apiBlock(`scopes = { "a" = null }`) + orderClient + fmt.Sprintf(strings.Replace(orderGrant, "depends_on = [timesheets_client.c]", "depends_on = [timesheets_api.a]", 1), `["a"]`),
			apiBlock(`scopes = { "a" = null, "b" = null }`) + orderClient + fmt.Sprintf(orderGrant, `["a", "b"]`), nil,
		},
		"scope changes its address": {apiBlock("") + singleScope("old", "s"), apiBlock("") + singleScope("new", "s"), []string{"Object changes its address"}},
		"two resources for a scope": {apiBlock("") + singleScope("one", "s"), apiBlock("") + singleScope("one", "s") + singleScope("two", "s"), []string{"Object is configured twice"}},
		"map takes the scope of a resource that moves to another API": {
			apiBlock("") + singleScope("s", "s"),
			apiBlock(`scopes = { "s" = null }`) + "resource \"timesheets_api\" \"other\" {\n  name       = \"B\"\n  identifier = \"https://b.test\"\n}\n" +
				strings.Replace(singleScope("s", "s"), "timesheets_api.a", "timesheets_api.other", 1),
			[]string{"Scopes move into the map of the API"},
		},
		"map to single scopes": {apiBlock(`scopes = { "s" = null }`), apiBlock("") + singleScope("s", "s"), []string{"Scopes exist already"}},
		"map to imported scopes": {
			apiBlock(`scopes = { "s" = null }`), apiBlock("") + singleScope("s", "s") + "import {\n  to = timesheets_api_scope.s\n  id = \"https://a.test s\"\n}\n", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t).Workspace(t)
			w.Write("main.tf", c.before)
			if printed, ok := w.Run("apply -auto-approve"); !ok {
				t.Fatal(printed)
			}
			w.Write("main.tf", c.after)
			for _, parallelism := range []string{"1", "10"} {
				printed, _ := w.Run("plan", "-parallelism="+parallelism)
				var got []string
				for _, match := range summaries.FindAllStringSubmatch(printed, -1) {
					if !slices.Contains(got, match[1]) {
						got = append(got, match[1])
					}
				}
				if !slices.Equal(got, c.errors) {
					t.Errorf("at parallelism %s the errors are %q, want %q:\n%s", parallelism, got, c.errors, printed)
				}
			}
			if c.errors != nil {
				return
			}
			if printed, ok := w.Run("apply -auto-approve"); !ok {
				t.Fatal(printed)
			}
			if printed, ok := w.Run("plan -detailed-exitcode"); !ok {
				t.Errorf("the next plan is not empty:\n%s", printed)
			}
		})
	}
}

// TestAccOrder_scopeWithoutReference replaces an API. A scope that references it is replaced with it. One that does not, and
// that is planned before it, is lost with the old API: the next apply creates it again, as its documentation says.
func TestAccOrder_scopeWithoutReference(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	w := acctest.New(t).Workspace(t)
	w.Write("main.tf", apiBlock("")+singleScope("s", "s"))
	w.Succeed("apply", "-auto-approve")
	w.Succeed("apply", "-auto-approve", "-replace=timesheets_api.a")
	w.Succeed("plan", "-detailed-exitcode")
	literal := strings.Replace(singleScope("s", "s"), "timesheets_api.a.identifier", `"https://a.test"`, 1)
	w.Write("main.tf", apiBlock("depends_on = [timesheets_api_scope.s]")+literal) // plans the scope before the API
	w.Succeed("apply", "-auto-approve", "-replace=timesheets_api.a")
	if printed, ok := w.Run("plan", "-detailed-exitcode"); ok || !strings.Contains(printed, "1 to add, 0 to change, 0 to destroy") {
		t.Errorf("the next plan does not create the scope:\n%s", printed)
	}
	w.Succeed("apply", "-auto-approve")
	w.Succeed("plan", "-detailed-exitcode")
}

// TestAccOrder_mapOfImportedAPI replaces the `scopes` of an imported API by a single scope. Until its first update, its state
// does not show that the configuration has set `scopes`, so only the apply rejects the creation. Nothing is lost, and the
// printed import block is all that is missing.
func TestAccOrder_mapOfImportedAPI(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	n := acctest.New(t)
	if _, err := n.Ports.APIs.Create(t.Context(), tenant.NewAPI{API: tenant.API{
		Name: "A", Identifier: "https://a.test", TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb, Scopes: []tenant.Scope{{Value: "s"}},
	}}); err != nil {
		t.Fatal(err)
	}
	w := n.Workspace(t)
	w.Write("main.tf", apiBlock(`scopes = { "s" = null }`)+"import {\n  to = timesheets_api.a\n  id = \"https://a.test\"\n}\n")
	w.Succeed("apply", "-auto-approve")
	w.Write("main.tf", apiBlock("")+singleScope("s", "s"))
	printed, ok := w.Run("apply", "-auto-approve")
	if want := acctest.Words("Unable to create scope", "already has a scope", "to = timesheets_api_scope.NAME", `id = "https://a.test s"`); ok || !want.MatchString(printed) {
		t.Errorf("the apply does not end with %q:\n%s", want, printed)
	}
	w.Write("import.tf", "import {\n  to = timesheets_api_scope.s\n  id = \"https://a.test s\"\n}\n")
	if printed := w.Succeed("apply", "-auto-approve"); !strings.Contains(printed, "1 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("the import changes something:\n%s", printed)
	}
	w.Succeed("plan", "-detailed-exitcode")
}

// TestAccOrder_dependents removes an API or a client whose scopes or grants stay in the configuration. Auth0 deletes them with
// it, so the plan is rejected, whatever Terraform plans first. With its dependents, the object can be removed.
func TestAccOrder_dependents(t *testing.T) {
	acctest.EmulatorOnly(t, "uses fixed identifiers")
	const (
		other   = "resource \"timesheets_api\" \"other\" {\n  name       = \"B\"\n  identifier = \"https://b.test\"\n}\n"
		another = "resource \"timesheets_client\" \"other\" {\n  name = \"D\"\n}\n"
		grant   = "resource \"timesheets_client_grant\" \"g\" {\n  client_id = timesheets_client.c.client_id\n  audience  = timesheets_api.a.identifier\n  scopes    = []\n}\n"
	)
	ignoring := func(block, attribute string) string {
		return strings.TrimSuffix(block, "}\n") + "  lifecycle {\n    ignore_changes = [" + attribute + "]\n  }\n}\n"
	}
	scope := singleScope("s", "s")
	for name, c := range map[string]struct{ before, after, without, named string }{
		"literal identifier of a scope": {
			apiBlock("") + scope, strings.Replace(scope, "timesheets_api.a.identifier", `"https://a.test"`, 1), "", `timesheets_api_scope for "s"`,
		},
		"ignored identifier of a scope": {
			apiBlock("") + other + scope, other + ignoring(strings.Replace(scope, "api.a", "api.other", 1), "identifier"), other, `timesheets_api_scope for "s"`,
		},
		"literal audience": {
			apiBlock("") + orderClient + grant, orderClient + strings.Replace(grant, "timesheets_api.a.identifier", `"https://a.test"`, 1), orderClient, `for the API "https://a.test"`,
		},
		"ignored audience": {
			apiBlock("") + other + orderClient + grant, other + orderClient + ignoring(strings.Replace(grant, "api.a", "api.other", 1), "audience"), other + orderClient, `for the API "https://a.test"`,
		},
		"ignored audience of another identifier": {
			apiBlock("") + orderClient + grant, strings.Replace(apiBlock(""), "a.test", "c.test", 1) + orderClient + ignoring(grant, "audience"), orderClient, `for the API "https://a.test"`,
		},
		"ignored client": {
			apiBlock("") + orderClient + another + grant, apiBlock("") + another + ignoring(strings.Replace(grant, "client.c", "client.other", 1), "client_id"), apiBlock("") + another, `for the API "https://a.test"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t).Workspace(t)
			w.Write("main.tf", c.before)
			w.Succeed("apply", "-auto-approve")
			before := w.Succeed("state", "list")
			w.Write("main.tf", c.after)
			for _, parallelism := range []string{"1", "10"} {
				printed, ok := w.Run("apply -auto-approve", "-parallelism="+parallelism)
				if want := acctest.Words("Resource of a deleted", "keeps resources that depend on it", c.named, "Remove them from the configuration too"); ok || !want.MatchString(printed) {
					t.Errorf("at parallelism %s the apply does not end with %q:\n%s", parallelism, want, printed)
				}
			}
			if after := w.Succeed("state", "list"); !slices.Equal(strings.Fields(after), strings.Fields(before)) {
				t.Errorf("the state contains\n%s\nafter the rejected plan; before:\n%s", after, before)
			}
			w.Write("main.tf", c.without)
			w.Succeed("apply", "-auto-approve")
			w.Succeed("plan", "-detailed-exitcode")
		})
	}
}
