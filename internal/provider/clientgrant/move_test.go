package clientgrant_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClientGrant_move moves states of several versions of auth0/auth0.
func TestAccClientGrant_move(t *testing.T) {
	n := acctest.New(t)
	for name, c := range map[string]struct {
		state   string
		scopes  any
		all     bool
		subject string
	}{
		"current":              {`"scopes":["b","a"],"subject_type":"client","allow_all_scopes":false,"organization_usage":"","default_for":"","is_system":false`, []any{"a", "b"}, false, "client"},
		"all scopes":           {`"scopes":[],"subject_type":"client","allow_all_scopes":true,"authorization_details_types":null`, nil, true, "client"},
		"no scopes":            {`"scopes":[],"subject_type":"client","allow_all_scopes":false`, []any{}, false, "client"},
		"for users":            {`"scopes":["a"],"subject_type":"user"`, []any{"a"}, false, "user"},
		"before subject types": {`"scopes":["a"]`, []any{"a"}, false, "client"},
		"before 1.0":           {`"scope":["a"]`, []any{"a"}, false, "client"},
	} {
		t.Run(name, func(t *testing.T) {
			moved := n.ExpectMove(t, movedGrant(`{"id":"cgr_1","client_id":"c1","audience":"https://x",`+c.state+`}`), map[string]any{
				"id": "cgr_1", "client_id": "c1", "audience": "https://x", "subject_type": c.subject, "scopes": c.scopes, "allow_all_scopes": c.all,
			})
			if system := moved.State["is_system"]; system != nil && system != false { // null: the next read finds it
				t.Errorf("is_system is %v", system)
			}
		})
	}
}

// movedGrant is a grant in a state of auth0/auth0.
func movedGrant(state string) acctest.MovedObject {
	return acctest.MovedObject{Source: "auth0_client_grant", Type: "timesheets_client_grant", State: state}
}

func TestAccClientGrant_moveRejected(t *testing.T) {
	n := acctest.New(t)
	for name, c := range map[string]struct{ state, want string }{
		"of no client": {`{"id":"cgr_1","client_id":"","audience":"https://x","default_for":"third_party_clients"}`, "`default_for`"},
		"no audience":  {`{"id":"cgr_1","client_id":"c1"}`, "State cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			n.ExpectMoveRejected(t, movedGrant(c.state), c.want)
		})
	}
}

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
			object := movedGrant(fmt.Sprintf(`{"id": %q, "client_id": %q, "audience": %q, "default_for": "", "is_system": false, %s}`, created.ID, client, audience, c.state))
			object.Config, object.Key = c.config, map[string]any{"client_id": client, "audience": audience, "subject_type": created.SubjectType}
			n.ExpectUnchangedMove(t, object)
		})
	}
}
