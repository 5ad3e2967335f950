package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// TestActions invokes the actions of the examples, and triggers one by a change of a resource.
func TestActions(t *testing.T) {
	bed := newTestbed(t)
	bed.needs(t, cli.Actions)
	job := bed.example(t, "actions/timesheets_rotate_client_secret/action.tf")
	write(t, job, "trigger.tf", read(t, filepath.Join(bed.examples, "actions", "timesheets_rotate_client_secret", "trigger.tf")))
	must(t, job, 0, "apply", "-auto-approve")
	bed.server.ResetJournal()
	said := must(t, job, 0, "apply", "-auto-approve", "-invoke=action.timesheets_rotate_client_secret.import_job")
	for _, shown := range []string{"Rotating the secret of the client", "has a new secret"} {
		if !strings.Contains(said, shown) {
			t.Errorf("the action does not print %q:\n%s", shown, said)
		}
	}
	bed.wantRequests(t, "/api/v2/clients/{id}/rotate-secret", 1)
	must(t, job, 0, "apply", "-auto-approve")
	bed.wantRequests(t, "/api/v2/clients/{id}/rotate-secret", 1)
	if said := must(t, job, 0, "apply", "-auto-approve", "-var=rotation=2026-12"); !strings.Contains(said, "has a new secret") {
		t.Errorf("the triggered action does not print its last message:\n%s", said)
	}
	bed.wantRequests(t, "/api/v2/clients/{id}/rotate-secret", 2)

	key := bed.example(t, "actions/timesheets_rotate_signing_key/action.tf")
	key.Environment = append(key.Environment, "TF_VAR_domain="+bed.server.URL())
	const invoke = "-invoke=action.timesheets_rotate_signing_key.tenant"
	must(t, key, 0, "apply", "-auto-approve", invoke)
	key.Environment = append(key.Environment, "TF_VAR_domain=example.eu.auth0.com")
	if said := must(t, key, 1, "apply", "-auto-approve", invoke); !strings.Contains(said, "Wrong tenant") {
		t.Errorf("another tenant's domain is not refused:\n%s", said)
	}
	bed.wantRequests(t, "/api/v2/keys/signing/rotate", 1)

	revocation := bed.example(t, "actions/timesheets_revoke_signing_key/action.tf")
	revocation.Environment = append(revocation.Environment, "TF_VAR_domain="+bed.server.URL(), "TF_VAR_kid="+bed.previousKey(t))
	said = must(t, revocation, 0, "apply", "-auto-approve", "-invoke=action.timesheets_revoke_signing_key.compromised")
	if !strings.Contains(said, "is revoked") {
		t.Errorf("the action prints:\n%s", said)
	}
	bed.wantRequests(t, "/api/v2/keys/signing/{kid}/revoke", 1)
}

// previousKey returns the ID of the previous signing key.
func (bed testbed) previousKey(t *testing.T) string {
	t.Helper()
	id, found := bed.object(t, "keys/signing", func(key map[string]any) bool { return key["previous"] == true })["kid"].(string)
	if !found {
		t.Fatal("no key is previous")
	}
	return id
}

// wantRequests compares the number of requests of a route with the expected number.
func (bed testbed) wantRequests(t *testing.T, route string, want int) {
	t.Helper()
	got := 0
	for _, entry := range bed.server.Journal() {
		if entry.Route == route {
			got++
		}
	}
	if got != want {
		t.Errorf("%s received %d requests, not %d", route, got, want)
	}
}
