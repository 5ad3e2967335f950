package client_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// manyClients returns a tenant with three pages of clients in addition to the tenant's own.
func manyClients(t *testing.T) acctest.Lists {
	t.Helper()
	acctest.EmulatorOnly(t, "seeds a tenant, makes requests fail, and counts requests")
	seed := acctest.Seeded(t, map[string][]map[string]any{"clients": acctest.Many(250, func(i int) map[string]any {
		return map[string]any{
			"name": fmt.Sprint("Seeded ", i), "app_type": "non_interactive", "grant_types": []string{"client_credentials"},
			"token_endpoint_auth_method": []string{"client_secret_post", "client_secret_basic"}[i%2], "description": []string{"", "Uploads"}[i%2],
			"token_quota": map[string]any{"client_credentials": map[string]any{"per_hour": i + 1, "enforce": true}},
		}
	})})
	return acctest.Lists{
		Tenant: acctest.New(t, seed), Type: "timesheets_client", Of: map[string]any{"name": "Seeded *"}, None: map[string]any{"name": "Unseeded *"}, Count: 250,
		Noun: "clients", Needs: "read:clients", Route: "/api/v2/clients", Page: 100,
	}
}

func TestAccClient_listInclude(t *testing.T) { manyClients(t).Include(t) }

func TestAccClient_listLimit(t *testing.T) { manyClients(t).Limit(t) }

func TestAccClient_listEmpty(t *testing.T) { manyClients(t).Empty(t) }

func TestAccClient_listBroken(t *testing.T) { manyClients(t).Broken(t) }
