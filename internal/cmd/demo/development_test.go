package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestDevelopmentTenant applies the example and uses its permissions: those of the acceptance tests create, check and destroy the
// timesheets example, and those of plans can plan it and nothing else.
func TestDevelopmentTenant(t *testing.T) {
	th := newTheatre(t)
	server := acctest.Emulator(t, emulator.Options{})
	before := census(t, server)
	setup := th.stage(t, server, th.examples+"/development-tenant")
	must(t, setup, 0, "apply", "-auto-approve")
	must(t, setup, 0, "plan", "-detailed-exitcode")
	with := func(environment string) cli.Workspace {
		w := th.stage(t, server, th.examples+"/timesheets")
		w.Environment = append(slices.DeleteFunc(w.Environment, func(entry string) bool {
			return strings.HasPrefix(entry, "AUTH0_CLIENT")
		}), "AUTH0_API_TOKEN="+server.Token(granted(t, setup, environment)...))
		return w
	}
	tests := with("development-tenant")
	must(t, tests, 0, "apply", "-auto-approve")
	must(t, tests, 0, "plan", "-detailed-exitcode")
	must(t, tests, 0, "destroy", "-auto-approve")
	plans := with("development-tenant-plan")
	must(t, plans, 0, "plan", "-var=access_check=false")
	if said := must(t, plans, 1, "apply", "-auto-approve", "-var=access_check=false"); !strings.Contains(said, "create:") {
		t.Errorf("the error does not contain the missing permission:\n%s", said)
	}
	must(t, setup, 0, "destroy", "-auto-approve")
	if after := census(t, server); after != before {
		t.Errorf("the tenant had %s, and now has %s", before, after)
	}
}

// granted returns the scopes of a client grant in the state of a workspace.
func granted(t *testing.T, w cli.Workspace, key string) []string {
	t.Helper()
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct {
				Key        string `json:"index_key"`
				Attributes struct {
					Scopes []string `json:"scopes"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal([]byte(read(t, w.Dir+"/terraform.tfstate")), &state); err != nil {
		t.Fatal(err)
	}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			if resource.Type == "timesheets_client_grant" && instance.Key == key {
				return instance.Attributes.Scopes
			}
		}
	}
	t.Fatalf("the state has no client grant %s", key)
	return nil
}
