package clientgrant_test

import (
	"fmt"
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

func TestAccClientGrant_listMany(t *testing.T) { acctest.TestLists(t, manyGrants) }

// createClientAndAPI creates a client and an API, which Terraform does not manage.
func createClientAndAPI(t *testing.T, n *acctest.Tenant) (clientID, audience string) {
	t.Helper()
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload"}, tenant.Scope{Value: "read:timesheets"})
	return n.CreateClient(t, n.DefaultClient("job")), api.Identifier
}

// TestAccClientGrant_identity expects that the resource identity contains client, audience and subject type, but not the ID, which
// changes when the client is switched off and on.
func TestAccClientGrant_identity(t *testing.T) {
	for _, subject := range []string{"client", "user"} {
		t.Run(subject, func(t *testing.T) {
			n := acctest.New(t)
			client, audience := createClientAndAPI(t, n)
			grantConfig := func(scope string) map[string]any {
				return map[string]any{"client_id": client, "audience": audience, "subject_type": subject, "scopes": []string{scope}}
			}
			key := map[string]any{"client_id": client, "audience": audience, "subject_type": subject}
			n.Protocol(t).ExpectIdentity(t, "timesheets_client_grant", grantConfig("batch:upload"), grantConfig("read:timesheets"),
				func(map[string]any) map[string]any { return key })
		})
	}
}

// TestAccClientGrant_importIdentity imports grants by an import ID and by an identity. An identity without a subject type means the
// subject type client, and is complete after the read.
func TestAccClientGrant_importIdentity(t *testing.T) {
	n := acctest.New(t)
	client, audience := createClientAndAPI(t, n)
	p := n.Protocol(t)
	pair, own, users := client+" "+audience, map[string]any{"client_id": client, "audience": audience}, map[string]any{"client_id": client, "audience": audience, "subject_type": "user"}
	user := p.Apply("timesheets_client_grant", acctest.Stored{}, map[string]any{"client_id": client, "audience": audience, "subject_type": "user", "scopes": []string{"batch:upload"}})
	p.ExpectImports(t, "timesheets_client_grant", user, []string{pair + " user", fmt.Sprint(user.State["id"])}, users)
	if _, errs := p.Import("timesheets_client_grant", "", own); errs == nil {
		t.Error("the grant with subject type user is imported with subject type client")
	}
	complete := map[string]any{"client_id": client, "audience": audience, "subject_type": "client"}
	created := p.Apply("timesheets_client_grant", acctest.Stored{}, map[string]any{"client_id": client, "audience": audience, "scopes": []string{"read:timesheets"}})
	p.ExpectImports(t, "timesheets_client_grant", created, []string{pair, pair + " client", fmt.Sprint(created.State["id"])}, own, complete)
	if !reflect.DeepEqual(created.Identity, complete) {
		t.Errorf("the identity is %v, want %v", created.Identity, complete)
	}
}
