package apiscope_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccAPIScope_move(t *testing.T) {
	n := acctest.New(t)
	for name, c := range map[string]struct {
		address string
		state   string
		want    any // the description
	}{
		"with description":    {"registry.terraform.io/auth0/auth0", `{"id":"https://x::read","resource_server_identifier":"https://x","scope":"read","description":"Read"}`, "Read"},
		"without description": {"registry.opentofu.org/auth0/auth0", `{"id":"https://x::read","resource_server_identifier":"https://x","scope":"read","description":""}`, nil},
		"of an older version": {"auth0", `{"id":"2023","resource_server_identifier":"https://x","scope":"read","description":null}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			n.ExpectMove(t, acctest.MovedObject{From: c.address, Source: "auth0_resource_server_scope", Type: "timesheets_api_scope", State: c.state},
				map[string]any{"id": "https://x read", "identifier": "https://x", "value": "read", "description": c.want, "api_id": nil})
		})
	}
}

func TestAccAPIScope_moveRejected(t *testing.T) {
	acctest.New(t).ExpectMoveRejected(t,
		acctest.MovedObject{Source: "auth0_resource_server_scope", Type: "timesheets_api_scope", State: `{"id":"https://x::read"}`}, "State cannot be read")
}

// TestAccAPIScope_moveUnchanged moves scopes with and without a description, for which auth0/auth0 writes "", without a change in
// the tenant.
func TestAccAPIScope_moveUnchanged(t *testing.T) {
	acctest.EmulatorOnly(t, "reads the emulator's journal")
	n := acctest.New(t)
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload", Description: "Upload"}, tenant.Scope{Value: "read:timesheets"})
	for _, scope := range api.Scopes {
		t.Run(scope.Value, func(t *testing.T) {
			key := map[string]any{"identifier": api.Identifier, "value": scope.Value}
			config := map[string]any{"identifier": api.Identifier, "value": scope.Value}
			if scope.Description != "" {
				config["description"] = scope.Description
			}
			n.ExpectUnchangedMove(t, acctest.MovedObject{
				Source: "auth0_resource_server_scope", Type: "timesheets_api_scope", Config: config, Key: key,
				State: fmt.Sprintf(`{"id": "%[1]s::%[2]s", "resource_server_identifier": %[1]q, "scope": %[2]q, "description": %[3]q}`, api.Identifier, scope.Value, scope.Description),
			})
		})
	}
}
