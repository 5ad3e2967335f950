package provider_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
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

// TestAccRecreated deletes objects that were re-created since they were read. Auth0 confirms the deletion of an ID that does not exist,
// so the new object would remain, outside of the state. The apply is rejected, and the next one deletes the new object.
func TestAccRecreated(t *testing.T) {
	api := "resource \"timesheets_api\" \"test\" {\n  name       = \"API\"\n  identifier = %q\n}\n"
	for noun, more := range map[string]string{
		"API":   "",
		"scope": "resource \"timesheets_api_scope\" \"test\" {\n  identifier = timesheets_api.test.identifier\n  value      = \"read:all\"\n}\n",
		"client grant": "resource \"timesheets_client\" \"test\" {\n  name = \"Job\"\n}\n" +
			"resource \"timesheets_client_grant\" \"test\" {\n  client_id = timesheets_client.test.client_id\n  audience  = timesheets_api.test.identifier\n  scopes    = []\n}\n",
	} {
		t.Run(noun, func(t *testing.T) {
			n := acctest.New(t)
			w := n.Workspace(t)
			w.Write("main.tf", fmt.Sprintf(api, n.Identifier())+more)
			w.Succeed("apply", "-auto-approve")
			acctest.ChangeTenant(t, func(ctx context.Context) error { return recreate(ctx, n) })()
			address := "timesheets_" + strings.ReplaceAll(strings.Replace(strings.ToLower(noun), "scope", "api_scope", 1), " ", "_") + ".test"
			for _, args := range [][]string{{"destroy"}, {"apply", "-replace=" + address}} {
				printed, ok := w.Run(args[0], append(args[1:], "-auto-approve", "-refresh=false")...)
				if want := acctest.Words("Unable to delete "+noun, "was deleted and re-created", "Nothing was changed. Plan again"); ok || !want.MatchString(printed) {
					t.Errorf("%q is not rejected with %q:\n%s", args, want, printed)
				}
			}
			w.Succeed("destroy", "-auto-approve")
			if _, err := n.Ports.APIs.Get(t.Context(), tenant.APIKey{Identifier: n.Identifier()}); !errors.As(err, new(*tenant.NotFound)) {
				t.Errorf("the API remains: %v", err)
			}
		})
	}
}

// TestAccRecreated_savedPlan applies a plan that deletes a re-created API, five minutes after it was made and at once. Only the older one
// costs a read, so the API of the other one is still there afterwards.
func TestAccRecreated_savedPlan(t *testing.T) {
	for age, rejected := range map[time.Duration]bool{0: false, 6 * time.Minute: true} {
		t.Run(age.String(), func(t *testing.T) {
			ctx, n := t.Context(), acctest.New(t)
			must := func(found core.Diagnostics, err error) {
				t.Helper()
				if err != nil || found.Failed() {
					t.Fatal(err, found)
				}
			}
			start := func() *core.Process {
				process, err := core.Start(ctx, n.Providers()["timesheets"])
				must(nil, err)
				must(process.Configure(ctx))
				return process
			}
			process := start()
			kind := process.Schemas.ResourceSchemas["timesheets_api"].ValueType()
			state, err := objectOf(t, kind, map[string]tftypes.Value{"id": text(n.CreateAPI(t).ID)}).Unmarshal(kind)
			if err != nil {
				t.Fatal(err)
			}
			current, found, err := process.Read(ctx, "timesheets_api", &core.Instance{State: state})
			must(found, err)
			change, found, err := process.PlanDelete(ctx, "timesheets_api", current)
			must(found, err)
			change.Private = older(t, change.Private, age)
			acctest.ChangeTenant(t, func(ctx context.Context) error { return recreate(ctx, n) })()
			left, found, err := start().Destroy(ctx, change)
			if err != nil || found.Failed() != rejected || (left != nil) != rejected {
				t.Errorf("the destroy ends with %v (%v), and leaves %v", found, err, left)
			}
		})
	}
}

// older returns the private state of a plan that was made some time ago.
func older(t *testing.T, private []byte, age time.Duration) []byte {
	t.Helper()
	var members map[string][]byte
	if err := json.Unmarshal(private, &members); err != nil {
		t.Fatal(err)
	}
	members = maps.Clone(members)
	var at time.Time
	if err := json.Unmarshal(members["planned"], &at); err != nil {
		t.Fatal(err)
	}
	members["planned"], _ = json.Marshal(at.Add(-age))
	private, _ = json.Marshal(members)
	return private
}
