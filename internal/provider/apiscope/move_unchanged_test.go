package apiscope_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

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
