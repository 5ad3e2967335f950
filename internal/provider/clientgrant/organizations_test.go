package clientgrant_test

import (
	"context"
	"fmt"
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
