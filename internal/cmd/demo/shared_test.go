package main

import (
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestSharedAPI runs two configurations on one API. Neither plan shows a change after an apply of the other, and the plan
// that deletes the API lists the grants that depend on it.
func TestSharedAPI(t *testing.T) {
	th := newTheatre(t)
	server := acctest.Emulator(t, emulator.Options{})
	before := census(t, server)
	owner, team := th.stage(t, server, th.examples+"/shared-api/owner"), th.stage(t, server, th.examples+"/shared-api/team")
	must(t, owner, 0, "apply", "-auto-approve")
	must(t, team, 0, "apply", "-auto-approve")
	must(t, owner, 0, "plan", "-detailed-exitcode")
	must(t, team, 0, "plan", "-detailed-exitcode")

	warned := must(t, owner, 0, "plan", "-destroy")
	for _, said := range []string{"Client grants are deleted with the API", "https://api.timesheets.example/v1", "cgr_"} {
		if !strings.Contains(warned, said) {
			t.Errorf("the plan that deletes the API does not print %q:\n%s", said, warned)
		}
	}
	must(t, team, 0, "destroy", "-auto-approve")
	alone := must(t, owner, 0, "plan", "-destroy")
	if strings.Contains(alone, "Client grants are deleted") {
		t.Errorf("the API has no grants, and the plan warns:\n%s", alone)
	}
	must(t, owner, 0, "destroy", "-auto-approve")
	if after := census(t, server); after != before {
		t.Errorf("the tenant had %s, and now has %s", before, after)
	}
}
