package main

import (
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestWithAuth0 applies the example with a stand-in for auth0/auth0, whose applications exist in the tenant: the API, the job,
// and a grant for each application coexist with them.
func TestWithAuth0(t *testing.T) {
	th := newTheatre(t)
	server := acctest.Emulator(t, emulator.Options{})
	w := th.stage(t, server, th.examples+"/with-auth0")
	for variable, kind := range map[string]string{"STANDIN_CLIENT_SPA": "spa", "STANDIN_CLIENT_NATIVE": "native"} {
		var made struct {
			ID string `json:"client_id"`
		}
		if err := ask(t.Context(), server, "POST", "/api/v2/clients", map[string]any{"name": kind, "app_type": kind}, &made); err != nil {
			t.Fatal(err)
		}
		w.Environment = append(w.Environment, variable+"="+made.ID)
	}
	before := census(t, server)
	must(t, w, 0, "plan")
	must(t, w, 0, "apply", "-auto-approve")
	must(t, w, 0, "plan", "-detailed-exitcode")
	var grants []struct {
		Subject string   `json:"subject_type"`
		Scopes  []string `json:"scope"`
	}
	if err := ask(t.Context(), server, "GET", "/api/v2/client-grants?audience=https://api.timesheets.example/v1", nil, &grants); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, grant := range grants {
		count[grant.Subject] += len(grant.Scopes)
	}
	if len(grants) != 3 || count["user"] != 8 || count["client"] != 1 {
		t.Errorf("the API has the grants %v", grants)
	}
	must(t, w, 0, "destroy", "-auto-approve")
	if after := census(t, server); after != before {
		t.Errorf("the tenant had %s, and now has %s", before, after)
	}
}
