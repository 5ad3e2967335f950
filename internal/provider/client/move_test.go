package client_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccClient_move moves states of several versions of auth0/auth0, and drops the secrets that they contain.
func TestAccClient_move(t *testing.T) {
	n := acctest.New(t)
	for name, c := range map[string]struct {
		state string
		want  map[string]any
	}{
		"current": {
			`"app_type":"non_interactive","description":"","client_metadata":null,"grant_types":["client_credentials"],"is_first_party":true,
			"default_organization":[{"disable":true,"flows":[],"organization_id":""}],"signing_keys":[{"cert":"canary"}],"callbacks":[],"organization_usage":""`,
			map[string]any{"description": nil, "client_metadata": nil, "grant_types": []any{"client_credentials"}, "token_endpoint_auth_method": "client_secret_post"},
		},
		"with everything": {
			`"app_type":"non_interactive","description":"Job","client_metadata":{"team":"x"},"grant_types":["client_credentials","password"],"is_first_party":true`,
			map[string]any{"description": "Job", "client_metadata": map[string]any{"team": "x"}, "grant_types": []any{"client_credentials", "password"}},
		},
		"before 1.0": {
			`"app_type":"non_interactive","client_secret":"canary","token_endpoint_auth_method":"client_secret_basic","grant_types":["client_credentials"]`,
			map[string]any{"token_endpoint_auth_method": "client_secret_basic", "client_secret_wo": nil, "client_secret_wo_version": nil, "deletion_protection": false},
		},
		"with quota and organization": {
			`"app_type":"non_interactive","grant_types":["client_credentials"],"token_quota":[{"client_credentials":[{"enforce":false,"per_day":0,"per_hour":10}]}],
			"default_organization":[{"disable":false,"flows":["client_credentials"],"organization_id":"org_AbCdEfGh12345678"}],"require_proof_of_possession":true`,
			map[string]any{
				"token_quota":             map[string]any{"per_hour": int64(10), "per_day": nil, "enforce": false},
				"default_organization_id": "org_AbCdEfGh12345678", "require_proof_of_possession": true, "private_key_jwt": nil,
			},
		},
		"without app_type": {`"app_type":"","grant_types":["client_credentials"]`, map[string]any{"grant_types": []any{"client_credentials"}}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want["id"], c.want["client_id"], c.want["name"] = "c1", "c1", "job"
			n.ExpectMove(t, movedClient(`{"id":"c1","client_id":"c1","name":"job",`+c.state+`}`), c.want)
		})
	}
}

// movedClient is a client in a state of auth0/auth0.
func movedClient(state string) acctest.MovedObject {
	return acctest.MovedObject{Source: "auth0_client", Type: "timesheets_client", State: state}
}

// TestAccClient_moveRejected moves clients that cannot be managed: the error states the reason.
func TestAccClient_moveRejected(t *testing.T) {
	n := acctest.New(t)
	for name, c := range map[string]struct{ state, want string }{
		"single page":     {`"client_id":"c1","app_type":"spa"`, "`spa`"},
		"regular web":     {`"client_id":"c1","app_type":"regular_web"`, "lock its users out"},
		"third party":     {`"client_id":"c1","app_type":"non_interactive","is_first_party":false`, "third-party"},
		"without an id":   {`"app_type":"non_interactive"`, "State cannot be read"},
		"of another form": {`"client_id":"c1","client_metadata":["canary"]`, "State cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			n.ExpectMoveRejected(t, movedClient(`{"name":"job",`+c.state+`}`), c.want)
		})
	}
}

// auth0State is the state of a client of auth0/auth0, which writes "" and blocks with "disable" for unset attributes.
const auth0State = `{
	"addons": [], "allowed_clients": null, "allowed_logout_urls": null, "allowed_origins": null, "app_type": "non_interactive",
	"async_approval_notification_channels": null, "callbacks": [], "client_aliases": null, "client_id": %[1]q, "client_metadata": %[3]s,
	"compliance_level": "", "cross_origin_auth": false, "cross_origin_loc": "", "custom_login_page": "", "custom_login_page_on": true,
	"default_organization": [%[4]s], "description": %[5]q, "encryption_key": null, "express_configuration": [], "external_client_id": "",
	"fedcm_login": [], "form_template": "", "grant_types": ["client_credentials"%[6]s], "id": %[1]q, "initiate_login_uri": "", "is_first_party": true,
	"is_token_endpoint_ip_header_trusted": false, "jwt_configuration": [{"alg": "", "lifetime_in_seconds": 36000, "scopes": {}, "secret_encoded": false}],
	"logo_uri": "", "mobile": [], "name": %[2]q, "native_social_login": [], "oidc_conformant": false, "organization_discovery_methods": null,
	"organization_require_behavior": "", "organization_usage": %[7]q, "refresh_token": [{"expiration_type": "non-expiring", "leeway": 0, "policies": [],
	"rotation_type": "non-rotating"}], "require_proof_of_possession": %[9]t, "signing_keys": [], "sso": false, "token_exchange": [], "token_quota": [%[8]s],
	"web_origins": null
}`

// TestAccClient_moveUnchanged moves clients with no more than a name and with other values than the defaults, without a change in the
// tenant.
func TestAccClient_moveUnchanged(t *testing.T) {
	acctest.EmulatorOnly(t, "needs an organization and a quota, and reads the emulator's journal")
	for name, c := range map[string]struct {
		client       tenant.Client
		metadata     string
		organization string
		more         string // grant types
		quota        string
		config       map[string]any
	}{
		"defaults": {
			tenant.Client{GrantTypes: []string{"client_credentials"}, TokenEndpointAuthMethod: "client_secret_post"},
			`null`, `{"disable": true, "flows": [], "organization_id": ""}`, ``, ``,
			map[string]any{},
		},
		"no defaults": {
			tenant.Client{
				Description: "Uploads", GrantTypes: []string{"client_credentials", "refresh_token"}, TokenEndpointAuthMethod: "client_secret_basic",
				Metadata: map[string]string{"team": "billing"}, TokenQuota: tenant.TokenQuota{PerHour: 10, PerDay: 100, Enforce: false},
				OrganizationUsage: "require", DefaultOrganization: "org_AbCdEfGh12345678", RequireProof: true,
			},
			`{"team": "billing"}`, `{"disable": false, "flows": ["client_credentials"], "organization_id": "org_AbCdEfGh12345678"}`, `, "refresh_token"`,
			`{"client_credentials": [{"enforce": false, "per_day": 100, "per_hour": 10}]}`,
			map[string]any{
				"description": "Uploads", "grant_types": []any{"client_credentials", "refresh_token"}, "token_endpoint_auth_method": "client_secret_basic",
				"client_metadata": map[string]any{"team": "billing"}, "token_quota": map[string]any{"per_hour": 10, "per_day": 100, "enforce": false},
				"organization_usage": "require", "default_organization_id": "org_AbCdEfGh12345678", "require_proof_of_possession": true,
			},
		},
		"method never set": {tenant.Client{GrantTypes: []string{"client_credentials"}}, `null`, ``, ``, ``, map[string]any{}},
		"one limit": {
			tenant.Client{GrantTypes: []string{"client_credentials"}, TokenEndpointAuthMethod: "client_secret_post", TokenQuota: tenant.TokenQuota{PerHour: 10, Enforce: true}},
			`null`, ``, ``, `{"client_credentials": [{"enforce": true, "per_day": 0, "per_hour": 10}]}`,
			map[string]any{"token_quota": map[string]any{"per_hour": 10}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			c.client.Name, c.client.AppType = n.Prefix+" job", tenant.MachineToMachine
			created, err := n.Ports.Clients.Create(t.Context(), c.client)
			if err != nil {
				t.Fatal(err)
			}
			if c.client.TokenEndpointAuthMethod == "" { // clients that the dashboard creates can have none (CL027)
				if _, err := n.Ports.Clients.Update(t.Context(), tenant.ClientKey{ClientID: created.ClientID}, tenant.ClientUpdate{Prior: tenant.Client{TokenEndpointAuthMethod: created.TokenEndpointAuthMethod}}); err != nil {
					t.Fatal(err)
				}
			}
			c.config["name"] = created.Name
			object := movedClient(fmt.Sprintf(auth0State, created.ClientID, created.Name, c.metadata, c.organization, c.client.Description, c.more, c.client.OrganizationUsage, c.quota, c.client.RequireProof))
			object.Config, object.Key = c.config, map[string]any{"client_id": created.ClientID}
			n.ExpectUnchangedMove(t, object)
		})
	}
}
