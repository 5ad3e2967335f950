package clientgrant_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClientGrant_moveUnchanged moves grants without a change in the tenant. auth0/auth0 writes "", false and null for unset
// attributes.
func TestAccClientGrant_moveUnchanged(t *testing.T) {
	acctest.EmulatorOnly(t, "needs features of few subscription plans, and reads the emulator's journal")
	for name, c := range map[string]struct {
		grant  tenant.Grant
		state  string
		config map[string]any
	}{
		"defaults": {
			tenant.Grant{SubjectType: "client", Scopes: []string{"batch:upload"}},
			`"allow_all_scopes": false, "allow_any_organization": false, "authorization_details_types": null, "organization_usage": "", "scopes": ["batch:upload"], "subject_type": "client"`,
			map[string]any{"scopes": []any{"batch:upload"}},
		},
		"all scopes": {
			tenant.Grant{SubjectType: "client", AllowAllScopes: true},
			`"allow_all_scopes": true, "allow_any_organization": false, "authorization_details_types": null, "organization_usage": "", "scopes": null, "subject_type": "client"`,
			map[string]any{"allow_all_scopes": true},
		},
		"no scopes": {
			tenant.Grant{SubjectType: "client", Scopes: []string{}},
			`"allow_all_scopes": false, "allow_any_organization": false, "authorization_details_types": null, "organization_usage": "", "scopes": [], "subject_type": "client"`,
			map[string]any{"scopes": []any{}},
		},
		"for users": {
			tenant.Grant{SubjectType: "user", Scopes: []string{"batch:upload", "read:timesheets"}, AuthorizationDetailsTypes: []string{"timesheet"}},
			`"allow_all_scopes": false, "allow_any_organization": false, "authorization_details_types": ["timesheet"], "organization_usage": "", "scopes": ["read:timesheets", "batch:upload"], "subject_type": "user"`,
			map[string]any{"scopes": []any{"batch:upload", "read:timesheets"}, "subject_type": "user", "authorization_details_types": []any{"timesheet"}},
		},
		"for organizations": {
			tenant.Grant{SubjectType: "client", Scopes: []string{"batch:upload"}, OrganizationUsage: "require", AllowAnyOrganization: true},
			`"allow_all_scopes": false, "allow_any_organization": true, "authorization_details_types": null, "organization_usage": "require", "scopes": ["batch:upload"], "subject_type": "client"`,
			map[string]any{"scopes": []any{"batch:upload"}, "organization_usage": "require", "allow_any_organization": true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			client, audience := createClientAndAPI(t, n)
			c.grant.ClientID, c.grant.Audience = client, audience
			created, err := n.Ports.Grants.Create(t.Context(), c.grant)
			if err != nil {
				t.Fatal(err)
			}
			c.config["client_id"], c.config["audience"] = client, audience
			n.ExpectUnchangedMove(t, acctest.MovedObject{
				Source: "auth0_client_grant", Type: "timesheets_client_grant", Config: c.config,
				Key:   map[string]any{"client_id": client, "audience": audience, "subject_type": created.SubjectType},
				State: fmt.Sprintf(`{"id": %q, "client_id": %q, "audience": %q, "default_for": "", "is_system": false, %s}`, created.ID, client, audience, c.state),
			})
		})
	}
}
