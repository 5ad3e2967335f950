package provider_test

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// recreate deletes the API of the test and what belongs to it, and creates everything again with other IDs.
func recreate(ctx context.Context, n *acctest.Tenant) error {
	api, err := n.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: n.Identifier()})
	if err != nil {
		return err
	}
	grants := []tenant.Grant{}
	for grant, err := range n.Ports.Grants.List(ctx, tenant.GrantFilter{Audience: api.Identifier}) {
		if err != nil {
			return err
		}
		grants = append(grants, grant)
		err = n.Ports.Grants.Delete(ctx, tenant.GrantKey{ID: grant.ID})
		if err != nil {
			return err
		}
	}
	if err = n.Ports.APIs.Delete(ctx, tenant.APIKey{ID: api.ID}); err == nil {
		_, err = n.Ports.APIs.Create(ctx, tenant.NewAPI{API: api})
	}
	for _, grant := range grants {
		if err == nil {
			_, err = n.Ports.Grants.Create(ctx, grant)
		}
	}
	return err
}

// TestAccRecreated applies plans that delete objects which were re-created since. Auth0 confirms the deletion of an ID that does not exist,
// so the new object would remain, outside of the state. If a plan is older than five minutes, a read before the deletion prevents that.
func TestAccRecreated(t *testing.T) {
	for noun, planned := range map[string]func(t *testing.T, n *acctest.Tenant) (typeName string, state map[string]tftypes.Value){
		"API": func(t *testing.T, n *acctest.Tenant) (string, map[string]tftypes.Value) {
			return "timesheets_api", map[string]tftypes.Value{"id": text(n.CreateAPI(t).ID)}
		},
		"client grant": func(t *testing.T, n *acctest.Tenant) (string, map[string]tftypes.Value) {
			n.CreateAPI(t)
			grant := n.CreateGrant(t, n.CreateClient(t, n.DefaultClient("job")))
			return "timesheets_client_grant", map[string]tftypes.Value{"id": text(grant.ID), "client_id": text(grant.ClientID), "audience": text(grant.Audience)}
		},
	} {
		for age, rejected := range map[time.Duration]bool{0: false, 6 * time.Minute: true} {
			t.Run(noun+" "+age.String(), func(t *testing.T) {
				n := acctest.New(t)
				typeName, state := planned(t, n)
				change, err := planDelete(t, n, typeName, state).Aged(age)
				if err != nil {
					t.Fatal(err)
				}
				acctest.ChangeTenant(t, func(ctx context.Context) error { return recreate(ctx, n) })()
				left, found, err := start(t, n).Destroy(t.Context(), change)
				if err != nil || found.Failed() != rejected || (left != nil) != rejected {
					t.Fatalf("the destroy ends with %v (%v), and leaves %v", found, err, left)
				}
				if want := acctest.Words("Nothing was changed. Plan again"); rejected && (found[0].Summary != "Unable to delete "+noun || !want.MatchString(found[0].Detail)) {
					t.Errorf("the error is %s: %s, want %s", found[0].Summary, found[0].Detail, want)
				}
			})
		}
	}
}

// start starts a configured provider, as Terraform does for a plan and again for an apply.
func start(t *testing.T, n *acctest.Tenant) *core.Process {
	t.Helper()
	process, err := core.Start(t.Context(), n.Providers()["timesheets"])
	if err != nil {
		t.Fatal(err)
	}
	found, err := process.Configure(t.Context())
	succeeds(t, found, err)
	return process
}

func succeeds(t *testing.T, found core.Diagnostics, err error) {
	t.Helper()
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
}

// planDelete reads an object and plans its deletion.
func planDelete(t *testing.T, n *acctest.Tenant, typeName string, state map[string]tftypes.Value) core.Change {
	t.Helper()
	process := start(t, n)
	kind := process.Schemas.ResourceSchemas[typeName].ValueType()
	prior, err := objectOf(t, kind, state).Unmarshal(kind)
	if err != nil {
		t.Fatal(err)
	}
	current, found, err := process.Read(t.Context(), typeName, &core.Instance{State: prior})
	succeeds(t, found, err)
	change, found, err := process.PlanDelete(t.Context(), typeName, current)
	succeeds(t, found, err)
	return change
}
