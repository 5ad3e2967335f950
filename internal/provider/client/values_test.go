package client_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccClient_emptyValues expects that an empty description and null elements of metadata mean the same as none, and that the
// state keeps them: every step includes a second plan, which is empty.
func TestAccClient_emptyValues(t *testing.T) {
	n := acctest.New(t)
	step := func(description any, metadata map[string]any, checks ...acctest.Check) acctest.Step {
		return acctest.Step{Config: job(n, "description", description, "client_metadata", metadata), Checks: checks}
	}
	const write = "PATCH clients/{id} client_metadata description"
	n.Steps(t, clientType,
		step("", map[string]any{"owner": "a", "team": nil}, n.ExpectWrites("POST clients app_type client_metadata grant_types name token_endpoint_auth_method"),
			value("description", knownvalue.StringExact("")),
			value("client_metadata", knownvalue.MapExact(map[string]knownvalue.Check{"owner": knownvalue.StringExact("a"), "team": knownvalue.Null()}))),
		step(nil, map[string]any{"owner": "a"}, n.ExpectWrites(), value("description", knownvalue.Null())),
		step("Uploads.", map[string]any{"owner": nil, "team": "b"}, n.ExpectWrites(write)),
		step("", map[string]any{"owner": nil}, n.ExpectWrites(write)),
		step(nil, nil, n.ExpectWrites()),
	)
}
