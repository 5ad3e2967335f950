package tally_test

import (
	"net/url"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestCount counts one request of each kind.
func TestCount(t *testing.T) {
	journal := []emulator.Entry{
		{Method: "POST", Route: "/oauth/token", Caller: "provider"},
		{Method: "POST", Route: "/oauth/token", Caller: "job"},
		{Method: "GET", Route: "/.well-known/jwks.json"},
		{Method: "GET", Route: "/api/v2/clients/{id}", Caller: "provider", Query: url.Values{"fields": {"client_id,client_secret"}}},
		{Method: "GET", Route: "/api/v2/clients/{id}", Caller: "provider", Query: url.Values{"fields": {"client_id,name"}}},
		{Method: "GET", Route: "/api/v2/client-grants", Caller: "provider", Query: url.Values{"audience": {"a"}}},
		{Method: "POST", Route: "/api/v2/clients", Caller: "provider"},
		{Method: "PATCH", Route: "/api/v2/clients/{id}", Caller: "provider"},
		{Method: "DELETE", Route: "/api/v2/clients/{id}", Caller: "provider"},
		{Method: "DELETE", Route: "/api/v2/clients/{id}", Caller: tally.Dashboard},
		{Method: "GET", Route: ""},
		{Method: "GET", Route: "/api/v2/clients/{id}", Caller: "provider", Status: 429},
	}
	want := tally.Calls{Creates: 1, Reads: 2, Updates: 1, Deletes: 1, Tokens: 1, Checks: 1, JobTokens: 1, KeySets: 1, Refused: 1, Others: 1}
	if got := tally.Count(journal, "provider"); got != want {
		t.Errorf("counted: %+v, want %+v", got, want)
	}
	if got := want.Management(); got != 5 {
		t.Errorf("%d requests for the resources, want 5", got)
	}
}
