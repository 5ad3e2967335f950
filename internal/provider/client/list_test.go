package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClient_list lists clients by a pattern for their names, without clients for user login and without secrets.
func TestAccClient_list(t *testing.T) {
	n := acctest.New(t)
	for name, kind := range map[string]string{
		"import job": tenant.MachineToMachine, "export job": tenant.MachineToMachine, "import * job": tenant.MachineToMachine, "import page job": "spa",
	} {
		client := n.DefaultClient(name)
		client.AppType = kind
		n.CreateClient(t, client)
	}
	p := n.Protocol(t)
	for pattern, want := range map[string][]string{
		"import job":    {"import job"},
		"import*":       {"import * job", "import job"},
		"*port*":        {"export job", "import * job", "import job"},
		"*port job":     {"export job", "import job"},
		"import**job":   {"import * job", "import job"},
		"import job*":   {"import job"},
		"import job*b":  nil,
		"imp":           nil,
		"import * job*": {"import * job"},
	} {
		t.Run(pattern, func(t *testing.T) {
			var names []string
			for _, result := range p.List("timesheets_client", map[string]any{"name": n.Prefix + " " + pattern}, true, 100, 0) {
				names = append(names, strings.TrimPrefix(result.Name, n.Prefix+" "))
				if result.Problems != nil || result.Identity["client_id"] == nil || result.Identity["client_id"] != result.Resource["client_id"] || result.Resource["client_secret_wo"] != nil {
					t.Errorf("result %+v", result)
				}
			}
			slices.Sort(names)
			if !slices.Equal(names, want) {
				t.Errorf("found %q, want %q", names, want)
			}
		})
	}
	for _, result := range p.List("timesheets_client", nil, false, 1000, 0) {
		if result.Identity["client_id"] == n.Environment["AUTH0_CLIENT_ID"] {
			t.Error("the provider's own client is listed")
		}
	}
	if got := p.List("timesheets_client", nil, false, 2, 0); len(got) != 2 || got[0].Resource != nil {
		t.Errorf("a list of at most two clients contains %+v", got)
	}
}

// TestAccClient_listKeys expects that keys are read only for lists with resources, and only of clients that have keys. Clients that
// use mTLS are omitted. Without the permission to read keys, all clients are listed like clients with a secret, and no further
// requests are sent.
func TestAccClient_listKeys(t *testing.T) {
	n := acctest.New(t)
	keyed, _ := n.KeyPair(t, n.Prefix+" keyed")
	certified, _ := n.KeyPair(t, n.Prefix+" certified")
	n.Certificate(t, certified)
	n.SilentClient(t, n.Prefix+" silent")
	all := []string{"certified", "keyed", "silent"}
	for name, c := range map[string]struct {
		by        *acctest.Tenant
		include   bool
		names     []string
		requested []string // clients whose keys are requested
	}{
		"names":                         {n, false, all[1:], nil},
		"resources":                     {n, true, all[1:], []string{keyed}},
		"names, without permission":     {n.WithToken("read:clients"), false, all, nil},
		"resources, without permission": {n.WithToken("read:clients"), true, all, nil},
	} {
		n.Server.ResetJournal()
		names := []string{}
		for _, result := range c.by.Protocol(t).List("timesheets_client", map[string]any{"name": n.Prefix + " *"}, c.include, 100, 0) {
			name := strings.TrimPrefix(result.Name, n.Prefix+" ")
			names = append(names, name)
			keys, _ := result.Resource["private_key_jwt"].(map[string]any)
			if want := c.by == n && c.include && name == "keyed"; (len(keys) == 1) != want || c.include && (result.Resource["token_endpoint_auth_method"] == nil) != want {
				t.Errorf("%s: %s is listed as %v, %q", name, result.Name, result.Resource, result.Problems)
			}
		}
		var requested []string
		for _, entry := range n.Server.Journal() {
			if clientID, ok := strings.CutPrefix(entry.Path, "/api/v2/clients/"); ok {
				requested = append(requested, strings.TrimSuffix(clientID, "/credentials"))
			}
		}
		if slices.Sort(names); !slices.Equal(names, c.names) || !slices.Equal(requested, c.requested) {
			t.Errorf("%s: found %q and requested the keys of %q", name, names, requested)
		}
	}
}

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

func TestAccClient_listMany(t *testing.T) { acctest.TestLists(t, manyClients) }

// clientKey returns the natural key of a client, which Auth0 generates.
func clientKey(state map[string]any) map[string]any {
	return map[string]any{"client_id": state["client_id"]}
}

func TestAccClient_identity(t *testing.T) {
	acctest.EmulatorOnly(t, "does not delete what it creates")
	n := acctest.New(t)
	stored := n.Protocol(t).ExpectIdentity(t, "timesheets_client",
		map[string]any{"name": n.Prefix + " job"},
		map[string]any{"name": n.Prefix + " job", "description": "Uploads"}, clientKey)
	if created, err := findClient(t.Context(), n); err != nil || stored.Identity["client_id"] != created.ClientID {
		t.Errorf("the identity is %v, and the tenant has %s (%v)", stored.Identity, created.ClientID, err)
	}
}

// TestAccClient_importIdentity imports a client by its ID and its name as an import ID, and by an identity, which cannot contain
// the name.
func TestAccClient_importIdentity(t *testing.T) {
	acctest.EmulatorOnly(t, "does not delete what it creates")
	n := acctest.New(t)
	p := n.Protocol(t)
	created := p.Apply("timesheets_client", acctest.Stored{}, map[string]any{
		"name": n.Prefix + " job", "description": "Uploads", "client_metadata": map[string]any{"team": "billing"}, "token_quota": map[string]any{"per_hour": 10},
	})
	p.ExpectImports(t, "timesheets_client", created, []string{fmt.Sprint(created.State["client_id"]), n.Prefix + " job"}, clientKey(created.State))
	if _, errs := p.Import("timesheets_client", "", map[string]any{"client_id": "missing"}); errs == nil {
		t.Error("a client that does not exist is imported")
	}
}
