package clientgrant_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

const associationsRoute = "/api/v2/organizations/{id}/client-grants"

// A lost response to an association or its removal is repeated: a conflict and a missing association count as done. If no
// attempt has a response, an association is an error, and the next apply finds nothing to do; after a removal, a read finds that it is
// done.
func TestAccClientGrant_organizationsLost(t *testing.T) {
	acctest.EmulatorOnly(t, "makes requests fail")
	n := acctest.New(t)
	n.Environment["TIMESHEETS_REQUEST_TIMEOUT"] = "5s"
	acme, blue := n.Organization(t, "acme"), n.Organization(t, "blue")
	inject := func(method, route string, nth int) func() {
		return func() {
			n.Server.ClearFaults()
			if err := n.Server.Inject(emulator.Fault{Method: method, Route: route, Nth: nth, Cut: emulator.CutAfter}); err != nil {
				t.Fatal(err)
			}
		}
	}
	const one = associationsRoute + "/{grant_id}"
	grant := grants(t, n)
	step := func(fault func(), changes string, organizations ...string) acctest.Step {
		return acctest.Step{
			Before: fault, Config: grant("organization_usage", "allow", "organizations", append([]string{}, organizations...)),
			Checks: acctest.Checks{value("organizations", acctest.StringSet(organizations...)), expectOrganizations(n, changes, slices.Clone(organizations)...)},
		}
	}
	failing := func(made acctest.Step) acctest.Step {
		made.Error = acctest.Words("Unable to change the organizations of client grant")
		return made
	}
	settled := func(made acctest.Step) acctest.Step {
		made.Before, made.Action = n.Server.ClearFaults, acctest.Noop
		return made
	}
	found := step(inject(http.MethodDelete, one, 0), "")
	found.Checks = found.Checks[:1] // how many requests there is time for does not matter
	n.Steps(t, grantType,
		step(inject(http.MethodPost, associationsRoute, 1), "POST POST", acme),
		step(inject(http.MethodDelete, one, 1), "DELETE DELETE"),
		failing(step(inject(http.MethodPost, associationsRoute, 0), "", blue)),
		settled(step(nil, "", blue)),
		found,
		settled(step(nil, "")),
	)
}

// An import, or the first read after a move, reads the organizations if the token may, and otherwise leaves them alone without
// an error.
func TestAccClientGrant_organizationsImported(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t)
	acme := n.Organization(t, "acme")
	made := n.Protocol(t)
	client := made.Apply("timesheets_client", acctest.Stored{}, map[string]any{"name": "job"}).State["client_id"]
	api := made.Apply("timesheets_api", acctest.Stored{}, map[string]any{"name": "A", "identifier": "https://a.example"}).State["identifier"]
	grant := made.Apply("timesheets_client_grant", acctest.Stored{}, map[string]any{
		"client_id": client, "audience": api, "scopes": []string{}, "organization_usage": "allow", "organizations": []string{acme},
	}).State
	id, _ := grant["id"].(string)
	old := `{"id":"` + id + `","client_id":"` + client.(string) + `","audience":"https://a.example","scopes":[],"subject_type":"client","organization_usage":"allow"}`
	for scope, want := range map[string][]any{"read:organization_client_grants": {acme}, "read:nothing": nil} {
		p := n.WithToken("read:client_grants", scope).Protocol(t)
		imported, diags := p.Import("timesheets_client_grant", id, nil)
		if got, _ := imported.State["organizations"].([]any); diags != nil || !slices.Equal(got, want) {
			t.Errorf("%s: the import reads %v, diagnostics %q", scope, got, diags)
		}
		moved, diags := p.Move(source, "auth0_client_grant", 0, old, "timesheets_client_grant")
		if diags != nil {
			t.Fatal(diags)
		}
		if got, _ := p.Read("timesheets_client_grant", moved).State["organizations"].([]any); !slices.Equal(got, want) {
			t.Errorf("%s: the read after a move finds %v", scope, got)
		}
	}
}
