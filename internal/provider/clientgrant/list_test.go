package clientgrant_test

import (
	"reflect"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccClientGrant_list(t *testing.T) {
	n := acctest.New(t)
	var clients, audiences []string
	for _, letter := range []string{"a", "b"} {
		definition := n.DefaultAPI()
		definition.Identifier = "https://" + n.Prefix + letter + ".example"
		clients, audiences = append(clients, n.CreateClient(t, n.DefaultClient(letter))), append(audiences, n.CreateAPIFrom(t, definition).Identifier)
	}
	for _, pair := range [][2]int{{0, 0}, {0, 1}, {1, 0}} {
		if _, err := n.Ports.Grants.Create(t.Context(), tenant.Grant{
			ClientID: clients[pair[0]], Audience: audiences[pair[1]], SubjectType: tenant.SubjectClient, Scopes: []string{"batch:upload"},
		}); err != nil {
			t.Fatal(err)
		}
	}
	p := n.Protocol(t)
	for name, c := range map[string]struct {
		config map[string]any
		want   int
	}{
		"of a client":          {map[string]any{"client_id": clients[0]}, 2},
		"for an API":           {map[string]any{"audience": audiences[0]}, 2},
		"of both":              {map[string]any{"client_id": clients[0], "audience": audiences[1]}, 1},
		"of another client":    {map[string]any{"client_id": clients[1], "audience": audiences[1]}, 0},
		"the provider's own":   {map[string]any{"client_id": n.Environment["AUTH0_CLIENT_ID"]}, 0},
		"of an unknown client": {map[string]any{"client_id": "unknown"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.List("timesheets_client_grant", c.config, true, 100, 0)
			if len(got) != c.want {
				t.Fatalf("%d results, want %d: %+v", len(got), c.want, got)
			}
			for _, result := range got {
				key := map[string]any{"client_id": result.Resource["client_id"], "audience": result.Resource["audience"], "subject_type": "client"}
				if result.Problems != nil || !reflect.DeepEqual(result.Identity, key) || result.Resource["scopes"] == nil {
					t.Errorf("result %+v", result)
				}
			}
		})
	}
	if got := p.List("timesheets_client_grant", map[string]any{"client_id": "two parts"}, false, 100, 0); len(got) != 1 || got[0].Problems == nil {
		t.Errorf("an ID with a space: %+v", got)
	}
}

// TestAccClientGrant_listUnmanageable omits grants that cannot be managed: system grants, defaults of a type of clients, and the
// provider's own.
func TestAccClientGrant_listUnmanageable(t *testing.T) {
	acctest.EmulatorOnly(t, "a real tenant creates such grants only with few subscription plans")
	n := acctest.New(t, acctest.Seeded(t, map[string][]map[string]any{
		"resource_servers": {{"name": "API", "identifier": "https://seeded.example"}},
		"client_grants":    {{"default_for": "third_party_clients", "audience": "https://seeded.example", "scope": []string{}}},
	}))
	if _, err := n.Ports.Clients.Create(t.Context(), tenant.Client{Name: n.Prefix + " express", AppType: "express_configuration"}); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for grant, err := range n.Ports.Grants.List(t.Context(), tenant.GrantFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		counts[map[bool]string{true: "system"}[grant.IsSystem]+map[bool]string{true: "default"}[grant.ClientID == ""]]++
	}
	if want := map[string]int{"": 1, "system": 1, "default": 1}; !reflect.DeepEqual(counts, want) {
		t.Fatalf("the tenant has %v, want %v", counts, want)
	}
	got := n.Protocol(t).List("timesheets_client_grant", nil, true, 100, 0)
	if len(got) != 0 {
		t.Errorf("results %+v", got)
	}
}
