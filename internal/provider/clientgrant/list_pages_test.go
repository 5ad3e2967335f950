package clientgrant_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// manyGrants returns a tenant with a client with three pages of grants, some for all scopes, and a client without grants.
func manyGrants(t *testing.T) acctest.Lists {
	t.Helper()
	acctest.EmulatorOnly(t, "seeds a tenant, makes requests fail, and counts requests")
	identifier := func(i int) string { return fmt.Sprintf("https://seeded.example/%d", i) }
	seed := acctest.Seeded(t, map[string][]map[string]any{
		"clients": {{"client_id": "seeded", "name": "Seeded", "app_type": "non_interactive"}, {"client_id": "idle", "name": "Idle", "app_type": "non_interactive"}},
		"resource_servers": acctest.Many(250, func(i int) map[string]any {
			return map[string]any{"name": fmt.Sprint("API ", i), "identifier": identifier(i)}
		}),
		"client_grants": acctest.Many(250, func(i int) map[string]any {
			grant := map[string]any{"client_id": "seeded", "audience": identifier(i), "subject_type": []string{"client", "user"}[i%2]}
			if i%3 == 0 {
				grant["allow_all_scopes"] = true
			} else {
				grant["scope"] = []string{"read", "batch:upload"}
			}
			return grant
		}),
	})
	return acctest.Lists{
		Tenant: acctest.New(t, seed), Type: "timesheets_client_grant", Of: map[string]any{"client_id": "seeded"}, None: map[string]any{"client_id": "idle"}, Count: 250,
		Noun: "client grants", Needs: "read:client_grants", Route: "/api/v2/client-grants", Page: 100,
	}
}

func TestAccClientGrant_listInclude(t *testing.T) { manyGrants(t).Include(t) }

func TestAccClientGrant_listLimit(t *testing.T) { manyGrants(t).Limit(t) }

func TestAccClientGrant_listEmpty(t *testing.T) { manyGrants(t).Empty(t) }

func TestAccClientGrant_listBroken(t *testing.T) { manyGrants(t).Broken(t) }

func TestAccClientGrant_listDenied(t *testing.T) { manyGrants(t).Denied(t) }
