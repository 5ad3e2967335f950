package apiscope_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

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

func TestAccAPIScope_listInclude(t *testing.T) { manyScopes(t).Include(t) }

func TestAccAPIScope_listLimit(t *testing.T) { manyScopes(t).Limit(t) }

func TestAccAPIScope_listEmpty(t *testing.T) { manyScopes(t).Empty(t) }

func TestAccAPIScope_listBroken(t *testing.T) { manyScopes(t).Broken(t) }

func TestAccAPIScope_listDenied(t *testing.T) { manyScopes(t).Denied(t) }
