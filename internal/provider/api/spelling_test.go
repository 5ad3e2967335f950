package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccAPI_decomposedScope changes scopes of an API that has one in decomposed Unicode, also its description, which Terraform composes: it
// is the same scope, and its value keeps the spelling that the tenant has.
func TestAccAPI_decomposedScope(t *testing.T) {
	acctest.EmulatorOnly(t, "writes a scope that Terraform cannot write")
	const composed, decomposed = "read:caf\u00e9", "read:cafe\u0301"
	n := acctest.New(t)
	identifier := "https://" + n.Prefix + ".example/unicode"
	n.Send(t, http.MethodPost, "resource-servers", map[string]any{
		"name": "Unicode", "identifier": identifier, "scopes": []any{map[string]any{"value": decomposed, "description": "Cre\u0301er"}},
	}, nil)
	config := func(scopes string) string {
		return "import {\n  to = timesheets_api.test\n  id = \"" + identifier + "\"\n}\n" +
			"resource \"timesheets_api\" \"test\" {\n  name       = \"Unicode\"\n  identifier = \"" + identifier + "\"\n  scopes     = " + scopes + "\n}\n"
	}
	w := n.Workspace(t)
	w.Write("main.tf", config("{ \""+composed+"\" = \"Cr\u00e9er\" }"))
	w.Succeed("apply", "-auto-approve")
	w.Write("main.tf", config("{ \""+composed+"\" = \"Cr\u00e9er\", \"write:a\" = \"Write\" }"))
	w.Succeed("apply", "-auto-approve")
	if plan := w.Succeed("plan"); !strings.Contains(plan, "No changes") {
		t.Errorf("the second plan has changes:\n%s", plan)
	}
	var api struct {
		Scopes []struct{ Value string }
	}
	n.Send(t, http.MethodGet, "resource-servers/"+strings.ReplaceAll(strings.ReplaceAll(identifier, ":", "%3A"), "/", "%2F"), nil, &api)
	var values []string
	for _, scope := range api.Scopes {
		values = append(values, scope.Value)
	}
	if slices.Sort(values); !slices.Equal(values, []string{decomposed, "write:a"}) {
		t.Errorf("the tenant has the scopes %q", values)
	}
	w.Write("main.tf", config("{ \"write:a\" = \"Write\" }"))
	w.Succeed("apply", "-auto-approve")
	read, err := n.Ports.APIs.Get(t.Context(), tenant.APIKey{Identifier: identifier})
	if err != nil || len(read.Scopes) != 1 {
		t.Errorf("after the removal the tenant has %v, %v", read.Scopes, err)
	}
	w.Succeed("destroy", "-auto-approve")
}

// TestAccAPI_escapedTwin manages an API whose identifier contains an escaped slash, next to one that has the slash itself.
// Auth0 responds to a request for the first one with the second one if only that exists (GE001): the deletion of the first
// one is recognized all the same, and the second one is left alone.
func TestAccAPI_escapedTwin(t *testing.T) {
	n := acctest.New(t)
	twin := n.DefaultAPI(tenant.Scope{Value: "kept"})
	twin.Identifier = n.Identifier() + "/b"
	stays := n.CreateAPIFrom(t, twin)
	escaped := n.Identifier() + "%2Fb"
	resources := fmt.Sprintf(`
resource "timesheets_api" "test" {
  name       = %[1]q
  identifier = %[2]q
}

resource "timesheets_api_scope" "test" {
  identifier = timesheets_api.test.identifier
  value      = "batch:upload"
}
`, n.Prefix+" API", escaped)
	w := n.Workspace(t)
	w.Write("main.tf", resources)
	w.Succeed("apply", "-auto-approve")
	remove := func() {
		t.Helper()
		found, err := n.Ports.APIs.Get(t.Context(), tenant.APIKey{Identifier: escaped})
		if err == nil {
			err = n.Ports.APIs.Delete(t.Context(), tenant.APIKey{ID: found.ID})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	remove()
	if plan := w.Succeed("plan"); !strings.Contains(plan, "2 to add, 0 to change, 0 to destroy") {
		t.Errorf("the deletion is not recognized:\n%s", plan)
	}
	w.Succeed("apply", "-auto-approve")
	remove()
	w.Succeed("destroy", "-auto-approve")

	p := n.Protocol(t)
	p.ExpectDataErrors(apiType, map[string]any{"identifier": escaped}, "Unable to read API", "There is no API")
	n.Steps(t, "timesheets_api_scope", acctest.Step{
		Config: map[string]any{"identifier": escaped, "value": "read:timesheets"}, Error: acctest.Words("Unable to create scope", "There is no API"),
	})
	if kept, err := n.Ports.APIs.Get(t.Context(), tenant.APIKey{ID: stays.ID}); err != nil || len(kept.Scopes) != 1 {
		t.Errorf("the other API has the scopes %v, %v", kept.Scopes, err)
	}
}
