package apiscope_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccAPIScope_list(t *testing.T) {
	n := acctest.New(t)
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload", Description: "Upload"}, tenant.Scope{Value: "read:timesheets"})
	p := n.Protocol(t)
	listConfig := map[string]any{"identifier": api.Identifier}
	got := p.List("timesheets_api_scope", listConfig, true, 100, 0)
	want := []acctest.ListResult{
		listResult("batch:upload", api, "Upload"),
		listResult("read:timesheets", api, nil),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("results %+v\nwant %+v", got, want)
	}
	widened := api // with a scope that Auth0 accepts, and that cannot be managed (RS011)
	widened.Scopes = append(slices.Clone(api.Scopes), tenant.Scope{Value: "read all"})
	if _, err := n.Ports.APIs.Update(t.Context(), api.Key(), tenant.APIUpdate{Prior: api, Planned: widened}); err != nil {
		t.Fatal(err)
	}
	if got := p.List("timesheets_api_scope", listConfig, true, 100, 0); !reflect.DeepEqual(got, want) {
		t.Errorf("with a scope that cannot be managed: results %+v\nwant %+v", got, want)
	}
	if got := p.List("timesheets_api_scope", listConfig, false, 1, 0); len(got) != 1 || got[0].Resource != nil {
		t.Errorf("a list of at most one scope contains %+v", got)
	}
	for identifier, want := range map[string]string{
		"https://" + n.Prefix + ".example/missing": "Unable to list scopes",
		"two parts": "Invalid identifier",
		api.ID:      "has the form of the ID of an API",
	} {
		got := p.List("timesheets_api_scope", map[string]any{"identifier": identifier}, false, 100, 0)
		if len(got) != 1 || !strings.Contains(fmt.Sprint(got[0].Problems), want) {
			t.Errorf("%q: %+v, want %q", identifier, got, want)
		}
	}
}

func listResult(value string, api tenant.API, description any) acctest.ListResult {
	return acctest.ListResult{
		Name: value, Identity: map[string]any{"identifier": api.Identifier, "value": value},
		Resource: map[string]any{"id": api.Identifier + " " + value, "identifier": api.Identifier, "value": value, "description": description, "api_id": api.ID},
	}
}

// manyScopes returns a tenant with an API with many scopes, half of them with a description, and an API without scopes. One request
// reads all scopes of an API.
func manyScopes(t *testing.T) acctest.Lists {
	t.Helper()
	acctest.EmulatorOnly(t, "seeds a tenant, makes requests fail, and counts requests")
	seed := acctest.Seeded(t, map[string][]map[string]any{"resource_servers": {
		{"name": "None", "identifier": "https://seeded.example/none"},
		{"name": "Many", "identifier": "https://seeded.example/many", "scopes": acctest.Many(250, func(i int) map[string]any {
			return map[string]any{"value": fmt.Sprint("read:", i), "description": []string{"", "Read"}[i%2]}
		})},
	}})
	return acctest.Lists{
		Tenant: acctest.New(t, seed), Type: "timesheets_api_scope", Count: 250,
		Of: map[string]any{"identifier": "https://seeded.example/many"}, None: map[string]any{"identifier": "https://seeded.example/none"},
		Noun: "scopes", Needs: "read:resource_servers", Route: "/api/v2/resource-servers/{id}", Page: 250,
	}
}

func TestAccAPIScope_listMany(t *testing.T) { acctest.TestLists(t, manyScopes) }

func TestAccAPIScope_identity(t *testing.T) {
	n := acctest.New(t)
	api := n.CreateAPI(t)
	key := map[string]any{"identifier": api.Identifier, "value": "batch:upload"}
	n.Protocol(t).ExpectIdentity(t, scopeType, key,
		map[string]any{"identifier": api.Identifier, "value": "batch:upload", "description": "Upload"},
		func(map[string]any) map[string]any { return key })
}

func TestAccAPIScope_importIdentity(t *testing.T) {
	n := acctest.New(t)
	api := n.CreateAPI(t, tenant.Scope{Value: "read:timesheets"})
	p := n.Protocol(t)
	key := map[string]any{"identifier": api.Identifier, "value": "batch:upload"}
	created := p.Apply(scopeType, acctest.Stored{}, map[string]any{"identifier": api.Identifier, "value": "batch:upload", "description": "Upload"})
	p.ExpectImports(t, scopeType, created, []string{api.Identifier + " batch:upload"}, key)
	if _, errs := p.Import(scopeType, "", map[string]any{"identifier": api.Identifier, "value": "batch:uplaod"}); errs == nil {
		t.Error("a scope that does not exist is imported")
	}
}
