package client_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Clients by a pattern of their names; those that people log in with, and secrets, are not among what is found.
func TestAccClient_list(t *testing.T) {
	n := acctest.New(t)
	for name, kind := range map[string]string{
		"import job": tenant.MachineToMachine, "export job": tenant.MachineToMachine, "import * job": tenant.MachineToMachine, "import page job": "spa",
	} {
		made, err := n.Ports.Clients.Create(t.Context(), tenant.Client{
			Name: n.Prefix + " " + name, AppType: kind, GrantTypes: []string{tenant.ClientCredentials}, TokenEndpointAuthMethod: "client_secret_post",
		})
		if err != nil {
			t.Fatal(err)
		}
		n.Later(func(ctx context.Context) error {
			return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: made.ClientID})
		})
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
			for _, one := range p.List("timesheets_client", map[string]any{"name": n.Prefix + " " + pattern}, true, 100, 0) {
				names = append(names, strings.TrimPrefix(one.Name, n.Prefix+" "))
				if one.Problems != nil || one.Identity["client_id"] == nil || one.Identity["client_id"] != one.Resource["client_id"] || one.Resource["client_secret_wo"] != nil {
					t.Errorf("result %+v", one)
				}
			}
			slices.Sort(names)
			if !slices.Equal(names, want) {
				t.Errorf("found %q, not %q", names, want)
			}
		})
	}
	if got := p.List("timesheets_client", nil, false, 2, 0); len(got) != 2 || got[0].Resource != nil {
		t.Errorf("up to two of all: %+v", got)
	}
}

// Keys are read where whole resources are asked for, and nowhere else. A client that authenticates by a certificate is
// then known, and left out.
func TestAccClient_listKeys(t *testing.T) {
	n := acctest.New(t)
	keyed, _ := n.KeyPair(t, n.Prefix+" keyed")
	certified, _ := n.KeyPair(t, n.Prefix+" certified")
	n.Certificate(t, certified)
	for include, want := range map[bool]struct{ names, asked []string }{
		false: {[]string{"certified", "keyed"}, nil},
		true:  {[]string{"keyed"}, []string{certified, keyed}},
	} {
		n.Server.ResetJournal()
		var names []string
		for _, one := range n.Protocol(t).List("timesheets_client", map[string]any{"name": n.Prefix + " *"}, include, 100, 0) {
			names = append(names, strings.TrimPrefix(one.Name, n.Prefix+" "))
			if keys, _ := one.Resource["private_key_jwt"].(map[string]any); include && (len(keys) != 1 || one.Resource["token_endpoint_auth_method"] != nil) {
				t.Errorf("a client with keys is listed as %v, %q", one.Resource, one.Problems)
			}
		}
		var asked []string
		for _, entry := range n.Server.Journal() {
			if clientID, ok := strings.CutSuffix(strings.TrimPrefix(entry.Path, "/api/v2/clients/"), "/credentials"); ok {
				asked = append(asked, clientID)
			}
		}
		slices.Sort(names)
		if slices.Sort(asked); !slices.Equal(names, want.names) || !slices.Equal(asked, slices.Sorted(slices.Values(want.asked))) {
			t.Errorf("whole resources %v: found %q and asked for the keys of %q", include, names, asked)
		}
	}
}

func TestAccClient_listDenied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	got := acctest.New(t).WithToken("read:client_grants").Protocol(t).List("timesheets_client", nil, false, 100, 0)
	if len(got) != 1 || len(got[0].Problems) != 1 || !acctest.Words("Unable to list clients", "read:clients").MatchString(got[0].Problems[0]) {
		t.Errorf("results %+v", got)
	}
}
