package client_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClient_deletion plans deletions of a client: a warning states that it cannot be restored, and lists the client grants
// that are deleted with it.
func TestAccClient_deletion(t *testing.T) {
	acctest.EmulatorOnly(t, "counts requests in the emulator's journal")
	const deletes = "This plan deletes the client"
	const managed = `
resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = timesheets_api.test.identifier
  scopes    = []
}
`
	for name, c := range map[string]struct {
		grant   bool // of the same configuration
		removed bool // the block of the client is removed
		tainted bool
		args    []string // of the plan
		token   []string // scopes of the provider's token
		lists   int      // requests for lists of client grants
		event   string   // in the warning, before the client ID; empty if there is none
		want    []string
		absent  string
	}{
		"destroy":                {event: deletes, args: []string{"-destroy"}, lists: 1, want: []string{"Auth0 deletes its client grants with it", "for the API https://"}},
		"block removed":          {event: deletes, removed: true, lists: 1, want: []string{"Auth0 deletes its client grants with it", "for the API https://"}},
		"tainted":                {tainted: true, absent: "cannot be restored"}, // its plan is that of a new client
		"unchanged":              {absent: "cannot be restored"},
		"destroy with the grant": {event: deletes, grant: true, args: []string{"-destroy"}, absent: "client grants"},
		"lists are not permitted": {
			event: deletes, args: []string{"-destroy"}, lists: 1, token: []string{"read:clients", "read:resource_servers"},
			want: []string{"Client grants are not known", "could not be listed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := acctest.New(t)
			w := n.Workspace(t)
			api := "resource \"timesheets_api\" \"test\" {\n  name = \"Timesheets\"\n  identifier = \"https://" + n.Prefix + ".example/v1\"\n}\n"
			config := api + "resource \"timesheets_client\" \"test\" {\n  name = \"Job\"\n}\n"
			if c.grant {
				config += managed
			}
			w.Write("main.tf", config)
			w.Succeed("apply", "-auto-approve")
			client, err := n.Ports.Clients.Get(t.Context(), tenant.ClientKey{Name: "Job"})
			if err != nil {
				t.Fatal(err)
			}
			if !c.grant {
				grant := tenant.Grant{ClientID: client.ClientID, Audience: "https://" + n.Prefix + ".example/v1", SubjectType: tenant.SubjectClient}
				if _, err := n.Ports.Grants.Create(t.Context(), grant); err != nil {
					t.Fatal(err)
				}
			}
			if c.tainted {
				w.Succeed("taint", "timesheets_client.test")
			}
			if c.removed {
				w.Write("main.tf", api)
			}
			if c.token != nil {
				state := w.Read("terraform.tfstate")
				w = n.WithToken(c.token...).Workspace(t)
				w.Write("main.tf", config)
				w.Write("terraform.tfstate", state)
			}
			n.Server.ResetJournal()
			output := w.Succeed("plan", append(c.args, "-target=timesheets_client.test")...)
			want := c.want
			if c.event != "" {
				want = append([]string{"Client cannot be restored", c.event + ` "` + client.ClientID}, want...)
			}
			for _, phrase := range want {
				if !acctest.Words(phrase).MatchString(output) {
					t.Errorf("the plan does not contain %q:\n%s", phrase, output)
				}
			}
			if c.absent != "" && strings.Contains(output, c.absent) {
				t.Errorf("the plan contains %q:\n%s", c.absent, output)
			}
			lists := 0
			for _, entry := range n.Server.Journal() {
				if entry.Route == "/api/v2/client-grants" {
					lists++
				}
			}
			if lists != c.lists {
				t.Errorf("the plan lists client grants %d times, want %d", lists, c.lists)
			}
		})
	}
}

// TestAccClient_lostGrant forces the replacement of a client whose grant ignores the change, and ends with it. The next plan creates the
// grant again, and does not claim that something else has deleted it.
func TestAccClient_lostGrant(t *testing.T) {
	n := acctest.New(t)
	n.CreateAPI(t)
	w := n.Workspace(t)
	w.Write("main.tf", fmt.Sprintf(`
resource "timesheets_client" "test" {
  name = %q
}

resource "timesheets_client_grant" "test" {
  client_id = timesheets_client.test.client_id
  audience  = %q
  scopes    = []
  lifecycle {
    ignore_changes = [client_id]
  }
}
`, n.Prefix+" Job", n.Identifier()))
	w.Succeed("apply", "-auto-approve")
	w.Succeed("apply", "-auto-approve", "-replace=timesheets_client.test")
	printed := w.Succeed("plan")
	w.ExpectPlanned(printed, "Client grant is no longer in the tenant", "it was deleted outside Terraform, or with its client or API, or the provider", "the next apply creates it again")
	w.Succeed("apply", "-auto-approve")
	w.Succeed("destroy", "-auto-approve")
}

// TestAccClient_own expects that the provider rejects changes of its own client that would lock it out, and that it can be removed from
// the state. A new secret is rejected because the old secret would become invalid during the run.
func TestAccClient_own(t *testing.T) {
	acctest.EmulatorOnly(t, "could lock the tests out of the tenant")
	n := acctest.New(t)
	own := func(more ...any) map[string]any { return acctest.With(map[string]any{"name": "Terraform"}, more...) }
	rejected := func(config map[string]any, phrases ...string) acctest.Step {
		return acctest.Step{Config: config, Error: acctest.Words(append([]string{"Client is the provider's own"}, phrases...)...)}
	}
	destroy := rejected(nil, "deletes", "removed")
	destroy.Destroy = true
	n.Steps(t, clientType,
		acctest.Step{ImportID: n.Environment["AUTH0_CLIENT_ID"], Config: own()},
		destroy,
		rejected(own("grant_types", []string{"password"}), "client_credentials"),
		rejected(own("private_key_jwt", map[string]any{"first": map[string]any{"pem": newPair().pem}}), "between a secret and keys"),
		rejected(own("require_proof_of_possession", true), "no proof of possession"),
		rejected(own("organization_usage", "require"), "contain no organization"),
		rejected(own("client_secret_wo", "canary-secret-of-the-provider", "client_secret_wo_version", "1"), "secret"),
		acctest.Step{Forget: true},
	)
	if writes := n.Writes(); len(writes) > 0 {
		t.Errorf("the provider wrote %q", writes)
	}
}
