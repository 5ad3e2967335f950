package client_test

import (
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccClientDataSource(t *testing.T) {
	n := acctest.New(t)
	client := n.DefaultClient("job")
	client.Description, client.Metadata = "Uploads timesheets every night", map[string]string{"team": "payroll"}
	client.TokenQuota = tenant.TokenQuota{PerHour: 60, Enforce: true}
	id := n.CreateClient(t, client)
	for _, config := range []map[string]any{{"name": client.Name}, {"client_id": id}} {
		n.Protocol(t).ExpectData(clientType, config, map[string]any{
			"name":                       client.Name,
			"id":                         id,
			"client_id":                  id,
			"description":                "Uploads timesheets every night",
			"app_type":                   "non_interactive",
			"grant_types":                []any{"client_credentials"},
			"token_endpoint_auth_method": "client_secret_post",
			"token_quota":                map[string]any{"per_hour": int64(60), "per_day": nil, "enforce": true},
			"organization_usage":         "deny",
			"client_metadata":            map[string]any{"team": "payroll"},
		})
	}
}

func TestAccClientDataSource_mistakes(t *testing.T) {
	p := acctest.New(t).Protocol(t)
	p.ExpectDataErrors(clientType, nil, "Exactly one of client_id and name must be set", "exactly one of")
	p.ExpectDataErrors(clientType, map[string]any{"client_id": "missing"}, "Unable to read client", "missing")
	p.ExpectDataErrors(clientType, map[string]any{"name": "missing client"}, "Unable to read client", "missing client")
}

func TestAccClientDataSource_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	p := acctest.New(t).WithToken("read:resource_servers").Protocol(t)
	p.ExpectDataErrors(clientType, map[string]any{"client_id": "x"}, "Unable to read client", "read:clients")
}
