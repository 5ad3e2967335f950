package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

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
			api("") + scope, strings.Replace(scope, "timesheets_api.a.identifier", `"https://a.test"`, 1), "", `timesheets_api_scope for "s"`,
		},
		"ignored identifier of a scope": {
			api("") + other + scope, other + ignoring(strings.Replace(scope, "api.a", "api.other", 1), "identifier"), other, `timesheets_api_scope for "s"`,
		},
		"literal audience": {
			api("") + orderClient + grant, orderClient + strings.Replace(grant, "timesheets_api.a.identifier", `"https://a.test"`, 1), orderClient, `for the API "https://a.test"`,
		},
		"ignored audience": {
			api("") + other + orderClient + grant, other + orderClient + ignoring(strings.Replace(grant, "api.a", "api.other", 1), "audience"), other + orderClient, `for the API "https://a.test"`,
		},
		"ignored audience of another identifier": {
			api("") + orderClient + grant, strings.Replace(api(""), "a.test", "c.test", 1) + orderClient + ignoring(grant, "audience"), orderClient, `for the API "https://a.test"`,
		},
		"ignored client": {
			api("") + orderClient + another + grant, api("") + another + ignoring(strings.Replace(grant, "client.c", "client.other", 1), "client_id"), api("") + another, `for the API "https://a.test"`,
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
