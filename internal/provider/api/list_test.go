package api_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccAPI_list(t *testing.T) {
	n := acctest.New(t)
	for i, prefix := range []string{"https://a.", "https://a.", "https://b."} {
		api := n.DefaultAPI(tenant.Scope{Value: "batch:upload", Description: "Upload"})
		api.Identifier = fmt.Sprintf("%s%s.example/%d", prefix, n.Prefix, i)
		n.CreateAPIFrom(t, api)
	}
	p := n.Protocol(t)
	for name, c := range map[string]struct {
		prefix any
		limit  int64
		want   int
	}{
		"one prefix":    {"https://a." + n.Prefix, 100, 2},
		"the other":     {"https://b." + n.Prefix, 100, 1},
		"none":          {"https://c." + n.Prefix, 100, 0},
		"up to a limit": {"https://a." + n.Prefix, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.List("timesheets_api", map[string]any{"identifier_prefix": c.prefix}, true, c.limit, 0)
			if len(got) != c.want {
				t.Fatalf("%d results, want %d: %v", len(got), c.want, got)
			}
			for _, result := range got {
				identifier, _ := result.Identity["identifier"].(string)
				if (result.Problems != nil) != (c.limit == 1) || !strings.HasPrefix(identifier, fmt.Sprint(c.prefix)) || !strings.Contains(result.Name, identifier) {
					t.Errorf("result %+v", result)
				}
				if want := map[string]any{"batch:upload": "Upload"}; result.Resource["identifier"] != identifier || !reflect.DeepEqual(result.Resource["scopes"], want) {
					t.Errorf("resource %v", result.Resource)
				}
			}
		})
	}
	unmanageable := n.DefaultAPI()
	unmanageable.Identifier = "https://" + n.Prefix + ".example/two parts"
	n.CreateAPIFrom(t, unmanageable)
	for _, result := range p.List("timesheets_api", nil, false, 1000, 0) {
		if result.Resource != nil {
			t.Errorf("%s contains its resource, which was not requested", result.Name)
		}
		if result.Identity["identifier"] == unmanageable.Identifier {
			t.Errorf("%s cannot be managed", result.Name)
		}
		if identifier := fmt.Sprint(result.Identity["identifier"]); strings.HasSuffix(identifier, "/api/v2/") {
			t.Errorf("the system API %s is listed", identifier)
		}
	}
}

// TestAccAPI_listWithoutScopes lists APIs with a response that omits scopes: the generated configuration must not remove them.
func TestAccAPI_listWithoutScopes(t *testing.T) {
	acctest.EmulatorOnly(t, "changes what lists contain")
	n := acctest.New(t, func(options *emulator.Options) { options.Switches.ListsWithoutScopes = true })
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload"})
	got := n.Protocol(t).List("timesheets_api", map[string]any{"identifier_prefix": api.Identifier}, true, 100, 0)
	if len(got) != 1 || got[0].Resource["scopes"] != nil {
		t.Errorf("results %+v", got)
	}
}

// manyAPIs returns a tenant with three pages of APIs, some with scopes. The tenant's own are on the first page.
func manyAPIs(t *testing.T) acctest.Lists {
	t.Helper()
	acctest.EmulatorOnly(t, "seeds a tenant, makes requests fail, and counts requests")
	seed := acctest.Seeded(t, map[string][]map[string]any{"resource_servers": acctest.Many(250, func(i int) map[string]any {
		scopes := []map[string]any{{"value": "batch:upload", "description": "Upload"}, {"value": "read:timesheets"}}
		return map[string]any{"name": fmt.Sprint("API ", i), "identifier": fmt.Sprintf("https://seeded.example/%d", i), "scopes": scopes[:i%3]}
	})})
	return acctest.Lists{
		Tenant: acctest.New(t, seed), Type: "timesheets_api", None: map[string]any{"identifier_prefix": "https://missing.example/"}, Count: 250,
		Noun: "APIs", Needs: "read:resource_servers", Route: "/api/v2/resource-servers", Page: 100,
	}
}

func TestAccAPI_listMany(t *testing.T) { acctest.TestLists(t, manyAPIs) }

// TestAccAPI_identity expects that the resource identity contains only the identifier, which does not change.
func TestAccAPI_identity(t *testing.T) {
	acctest.EmulatorOnly(t, "does not delete what it creates")
	n := acctest.New(t)
	key := map[string]any{"identifier": n.Identifier()}
	n.Protocol(t).ExpectIdentity(t, "timesheets_api",
		map[string]any{"name": n.Prefix, "identifier": n.Identifier()},
		map[string]any{"name": n.Prefix + " changed", "identifier": n.Identifier(), "scopes": map[string]any{"batch:upload": "Upload"}},
		func(map[string]any) map[string]any { return key })
}

func TestAccAPI_importIdentity(t *testing.T) {
	acctest.EmulatorOnly(t, "does not delete what it creates")
	n := acctest.New(t)
	p := n.Protocol(t)
	created := p.Apply("timesheets_api", acctest.Stored{}, map[string]any{
		"name": n.Prefix, "identifier": n.Identifier(), "scopes": map[string]any{"batch:upload": "Upload", "read:timesheets": nil}, "token_lifetime": 3600,
	})
	p.ExpectImports(t, "timesheets_api", created, []string{n.Identifier(), fmt.Sprint(created.State["id"])}, map[string]any{"identifier": n.Identifier()})
	if _, errs := p.Import("timesheets_api", "", map[string]any{"identifier": n.Identifier() + "/missing"}); errs == nil {
		t.Error("an API that does not exist is imported")
	}
}
