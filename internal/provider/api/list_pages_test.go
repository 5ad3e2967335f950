package api_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

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

func TestAccAPI_listInclude(t *testing.T) { manyAPIs(t).Include(t) }

func TestAccAPI_listLimit(t *testing.T) { manyAPIs(t).Limit(t) }

func TestAccAPI_listEmpty(t *testing.T) { manyAPIs(t).Empty(t) }

func TestAccAPI_listBroken(t *testing.T) { manyAPIs(t).Broken(t) }

func TestAccAPI_listDenied(t *testing.T) { manyAPIs(t).Denied(t) }
