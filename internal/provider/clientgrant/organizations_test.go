package clientgrant_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// expectOrganizations checks the organizations of the grant in the tenant, and the methods of the requests that changed the grant or its
// organizations since the last check.
func expectOrganizations(n *acctest.Tenant, changes string, want ...string) statecheck.StateCheck {
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
	acme, blue := n.Organization(t, "acme"), n.Organization(t, "blue")
	step := func(organizations config.Variable, usage, check string, checks ...statecheck.StateCheck) resource.TestStep {
		variables := config.Variables{"usage": config.StringVariable(usage)}
		if organizations != nil {
			variables["organizations"] = organizations
		}
		if check != "" {
			variables["check"] = config.StringVariable(check)
		}
		return resource.TestStep{ConfigDirectory: acctest.Fixture(t.Name()), ConfigVariables: variables, ConfigStateChecks: checks}
	}
	authorized := func(want bool) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.timesheets_access_check.test", tfjsonpath.New("authorized"), knownvalue.Bool(want))
	}
	imported := step(set(acme), "allow", "")
	imported.ConfigStateChecks, imported.ResourceName, imported.ImportState, imported.ImportStateVerify = nil, address, true, true
	imported.ImportStateVerifyIgnore = nil
	drift := step(set(acme), "allow", "", expectOrganizations(n, "DELETE", acme))
	drift.PreConfig = acctest.ChangeTenant(t, func(ctx context.Context) error {
		grant, err := findGrant(ctx, n)
		if err != nil {
			return err
		}
		defer n.Server.ResetJournal()
		return n.Ports.Organizations.Associate(ctx, grant.ID, blue)
	})
	drift.ConfigPlanChecks = action(plancheck.ResourceActionUpdate)
	n.Run(t,
		step(set(acme), "require", acme, value("organizations", stringSet(acme)), authorized(true), expectOrganizations(n, "POST", acme)),
		step(set(acme), "require", blue, authorized(false), expectOrganizations(n, "", acme)),
		step(set(acme, blue), "require", blue, authorized(true), expectOrganizations(n, "POST", acme, blue)),
		step(set(blue), "allow", blue, authorized(true), expectOrganizations(n, "PATCH DELETE", blue)),
		step(set(acme), "allow", "", expectOrganizations(n, "POST DELETE", acme)),
		imported,
		drift,
		step(set(), "deny", "", value("organizations", stringSet()), expectOrganizations(n, "DELETE PATCH")),
		step(set(acme), "allow", "", expectOrganizations(n, "PATCH POST", acme)),
		step(nil, "allow", "", value("organizations", knownvalue.Null()), expectOrganizations(n, "", acme)), // removed: nothing is sent
		step(nil, "require", "", value("organizations", knownvalue.Null()), expectOrganizations(n, "PATCH", acme)),
	)
}

// TestAccClientGrant_organizationsDenied expects that mistakes are rejected before a request is sent. If an association fails, the
// grant stays, and the next apply adds the organization.
func TestAccClientGrant_organizationsDenied(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	n := acctest.New(t)
	acme := n.Organization(t, "acme")
	step := func(usage string, organizations ...string) resource.TestStep {
		return resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccClientGrant_organizations"), ConfigVariables: config.Variables{
			"usage": config.StringVariable(usage), "organizations": set(organizations...),
		}}
	}
	denied, named, failed := step("deny", acme), step("allow", "acme"), step("allow", acme)
	denied.ExpectError = acctest.Words("Organizations without effect", "organization_usage")
	named.ExpectError = acctest.Words("Invalid organizations", "begins with org_")
	failed.PreConfig = func() {
		if err := n.Server.Inject(emulator.Fault{Method: "POST", Route: "/api/v2/organizations/{id}/client-grants", Nth: 1, Status: 400}); err != nil {
			t.Fatal(err)
		}
	}
	failed.ExpectNonEmptyPlan = true
	again := step("allow", acme)
	again.ConfigPlanChecks = action(plancheck.ResourceActionUpdate)
	again.ConfigStateChecks = []statecheck.StateCheck{value("organizations", stringSet(acme))}
	n.Run(t, denied, named, failed, again)
}
