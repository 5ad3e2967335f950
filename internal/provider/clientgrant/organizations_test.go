package clientgrant_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// expectOrganizations checks the organizations of the grant in the tenant, and the methods of the requests that changed the grant or its
// organizations since the last check.
func expectOrganizations(n *acctest.Tenant, changes string, want ...string) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		grant, err := findGrant(ctx, n)
		if err != nil {
			return err
		}
		got, err := n.Ports.Organizations.Of(ctx, grant.ID)
		slices.Sort(want)
		if err == nil && !slices.Equal(got, want) {
			err = fmt.Errorf("the tenant associates %v, want %v", got, want)
		}
		var sent []string
		for _, entry := range n.Server.Journal() {
			if strings.HasPrefix(entry.Route, "/api/v2/organizations/") || entry.Route == "/api/v2/client-grants/{id}" && entry.Method == "PATCH" {
				sent = append(sent, entry.Method)
			}
		}
		n.Server.ResetJournal()
		if err == nil && strings.Join(sent, " ") != changes {
			err = fmt.Errorf("the requests were %v, want %s", sent, changes)
		}
		return err
	})
}

func TestAccClientGrant_organizations(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	n := acctest.New(t)
	grant := grants(t, n)
	acme, blue := n.Organization(t, "acme"), n.Organization(t, "blue")
	step := func(organizations []string, usage string, checks ...acctest.Check) acctest.Step {
		config := grant("organization_usage", usage)
		if organizations != nil {
			config["organizations"] = organizations
		}
		return acctest.Step{Config: config, Checks: checks}
	}
	authorized := func(organization string, want bool) acctest.Check {
		return acctest.CheckTenant(func(context.Context) error {
			check := map[string]any{"client_id": grant()["client_id"], "audience": n.Identifier(), "organization": organization}
			if got := n.Protocol(t).Data("timesheets_access_check", check); got["authorized"] != want {
				return fmt.Errorf("the access check of %s returns %v", organization, got)
			}
			return nil
		})
	}
	imported := step([]string{acme}, "allow")
	imported.ImportBy = []string{"id"}
	drift := step([]string{acme}, "allow", expectOrganizations(n, "DELETE", acme))
	drift.Before = changeGrant(t, n, func(ctx context.Context, grant tenant.Grant) error {
		return n.Ports.Organizations.Associate(ctx, grant.ID, blue)
	})
	drift.Action = acctest.Update
	n.Steps(t, grantType,
		step([]string{acme}, "require", value("organizations", acctest.StringSet(acme)), expectOrganizations(n, "POST", acme), authorized(acme, true), authorized(blue, false)),
		step([]string{acme, blue}, "require", expectOrganizations(n, "POST", acme, blue), authorized(blue, true)),
		step([]string{blue}, "allow", expectOrganizations(n, "PATCH DELETE", blue), authorized(blue, true)),
		step([]string{acme}, "allow", expectOrganizations(n, "POST DELETE", acme)),
		imported,
		drift,
		step([]string{}, "deny", value("organizations", acctest.StringSet()), expectOrganizations(n, "DELETE PATCH")),
		step([]string{acme}, "allow", expectOrganizations(n, "PATCH POST", acme)),
		step(nil, "allow", value("organizations", knownvalue.Null()), expectOrganizations(n, "", acme)), // removed: nothing is sent
		step(nil, "require", value("organizations", knownvalue.Null()), expectOrganizations(n, "PATCH", acme)),
	)
}

// TestAccClientGrant_organizationsDenied expects that mistakes are rejected before a request is sent. If an association fails, the
// grant stays, and the next apply adds the organization.
func TestAccClientGrant_organizationsDenied(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	n := acctest.New(t)
	grant := grants(t, n)
	acme := n.Organization(t, "acme")
	step := func(usage, organization string) acctest.Step {
		return acctest.Step{Config: grant("organization_usage", usage, "organizations", []string{organization})}
	}
	denied, named, failed, again := step("deny", acme), step("allow", "acme"), step("allow", acme), step("allow", acme)
	denied.Error = acctest.Words("Organizations without effect", "organization_usage")
	named.Error = acctest.Words("Invalid organizations", "begins with org_")
	failed.Before = func() {
		if err := n.Server.Inject(emulator.Fault{Method: "POST", Route: associationsRoute, Nth: 1, Status: 400}); err != nil {
			t.Fatal(err)
		}
	}
	failed.NonEmpty = true
	again.Action = acctest.Update
	again.Checks = acctest.Checks{value("organizations", acctest.StringSet(acme))}
	n.Steps(t, grantType, denied, named, failed, again)
}

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
		moved, diags := p.Move("registry.terraform.io/auth0/auth0", "auth0_client_grant", 0, old, "timesheets_client_grant")
		if diags != nil {
			t.Fatal(diags)
		}
		if got, _ := p.Read("timesheets_client_grant", moved).State["organizations"].([]any); !slices.Equal(got, want) {
			t.Errorf("%s: the read after a move finds %v", scope, got)
		}
	}
}

// TestAccClientGrant_organizationsTakenOver starts to manage organizations of a grant whose organizations the state does not show. Those
// that the configuration omits would keep their access without being in any plan, so it is rejected until it contains them. An import
// shows them, also without effect.
func TestAccClientGrant_organizationsTakenOver(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	n := acctest.New(t)
	grant := grants(t, n)
	acme, blue := n.Organization(t, "acme"), n.Organization(t, "blue")
	associate := changeGrant(t, n, func(ctx context.Context, grant tenant.Grant) error {
		return n.Ports.Organizations.Associate(ctx, grant.ID, acme)
	})
	step := func(organizations ...string) acctest.Step {
		return acctest.Step{Config: grant("organization_usage", "allow", "organizations", append([]string{}, organizations...))}
	}
	rejected := func(made acctest.Step) acctest.Step {
		made.Error = acctest.Words("Existing organizations are missing", "does not contain `"+acme+"`")
		return made
	}
	created := acctest.Step{Config: grant()}
	all, one, none := step(acme, blue), step(blue), step()
	all.Before, all.Checks = associate, acctest.Checks{expectOrganizations(n, "PATCH POST POST", acme, blue)}
	removed := acctest.Step{Config: grant("organization_usage", "allow")}
	taken := step(acme)
	taken.Checks = acctest.Checks{expectOrganizations(n, "POST", acme)}
	other := n.DefaultAPI()
	other.Identifier += "/other"
	replaced := acctest.Step{Config: acctest.With(taken.Config, "audience", n.CreateAPIFrom(t, other).Identifier, "organizations", []string{blue}), Action: acctest.Replace}
	n.Steps(t, grantType, created, acctest.Step{Before: associate, Config: grant()}, rejected(one), rejected(none), all, step(acme), removed, rejected(one), rejected(none), taken,
		removed, replaced)
}

// TestAccClientGrant_organizationsImportedDenied imports a grant that is associated with an organization and permits none. The plan of a
// configuration with other organizations shows the removal, and that of a configuration without organizations shows no change.
func TestAccClientGrant_organizationsImportedDenied(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	n := acctest.New(t)
	grant := grants(t, n)
	acme, blue := n.Organization(t, "acme"), n.Organization(t, "blue")
	id := fmt.Sprint(grant()["client_id"]) + " " + n.Identifier()
	n.Steps(t, grantType,
		acctest.Step{Config: grant()},
		acctest.Step{Before: changeGrant(t, n, func(ctx context.Context, grant tenant.Grant) error {
			return n.Ports.Organizations.Associate(ctx, grant.ID, acme)
		}), Forget: true},
		acctest.Step{ImportID: id, Config: grant(), Action: acctest.Noop, Checks: acctest.Checks{expectOrganizations(n, "", acme)}},
		acctest.Step{Forget: true},
		acctest.Step{
			ImportID: id, Config: grant("organization_usage", "allow", "organizations", []string{blue}), Action: acctest.Update,
			Checks: acctest.Checks{value("organizations", acctest.StringSet(blue)), expectOrganizations(n, "PATCH POST DELETE", blue)},
		},
	)
}

// TestAccClientGrant_organizationsRecreated re-creates the grant, with its organizations, between a plan that removes one and its apply.
// Auth0 confirms the removal from a grant that does not exist (OR007), so the apply must not succeed.
func TestAccClientGrant_organizationsRecreated(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	n := acctest.New(t)
	w, config := n.Workspace(t), grants(t, n)()
	acme, blue := n.Organization(t, "acme"), n.Organization(t, "blue")
	write := func(organizations ...string) {
		w.Write("main.tf", fmt.Sprintf("resource %q \"test\" {\n  client_id = %q\n  audience = %q\n  scopes = []\n  organization_usage = \"require\"\n  organizations = [\"%s\"]\n}\n",
			grantType, config["client_id"], config["audience"], strings.Join(organizations, `", "`)))
	}
	write(acme, blue)
	w.Succeed("apply", "-auto-approve")
	write(acme)
	w.Succeed("plan", "-out=plan")
	changeGrant(t, n, func(ctx context.Context, grant tenant.Grant) error {
		if err := n.Ports.Grants.Delete(ctx, grant.Key()); err != nil {
			return err
		}
		recreated, err := n.Ports.Grants.Create(ctx, grant)
		for _, organization := range []string{acme, blue} {
			if err == nil {
				err = n.Ports.Organizations.Associate(ctx, recreated.ID, organization)
			}
		}
		return err
	})()
	printed, ok := w.Run("apply", "plan")
	if want := acctest.Words("Unable to change the organizations of client grant", "It may have been deleted outside Terraform: plan again"); ok || !want.MatchString(printed) {
		t.Errorf("success %v, want %s:\n%s", ok, want, printed)
	}
	w.Succeed("apply", "-auto-approve")
	grant, err := findGrant(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := n.Ports.Organizations.Of(t.Context(), grant.ID); err != nil || !slices.Equal(got, []string{acme}) {
		t.Errorf("the grant has the organizations %v, want %s (%v)", got, acme, err)
	}
}
