package api_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// auth0State is the state of an API of auth0/auth0, which writes "" and blocks with "disable" for unset attributes.
const auth0State = `{
	"allow_offline_access": true, "allow_online_access": false, "allow_online_access_with_ephemeral_sessions": false,
	"authorization_details": [{"disable": %[4]t, "type": %[5]q}], "authorization_policy": [], "client_id": "", "consent_policy": "null",
	"enforce_policies": true, "id": %[1]q, "identifier": %[2]q, "is_system": false, "name": %[3]q,
	"proof_of_possession": [{"disable": true, "mechanism": "", "required": false, "required_for": ""}],
	"signing_alg": "HS256", "signing_secret": "canary-canary-canary", "skip_consent_for_verifiable_first_party_clients": true,
	"subject_type_authorization": [{"client": [{"policy": "deny_all"}], "user": [{"policy": "require_client_grant"}]}],
	"token_dialect": "rfc9068_profile_authz", "token_encryption": [{"disable": true, "encryption_key": [], "format": ""}],
	"token_lifetime": 3600, "token_lifetime_for_web": 1800, "verification_location": ""
}`

// TestAccAPI_moveUnchanged moves an API without default values, with managed scopes and with omitted scopes, without a change in the
// tenant.
func TestAccAPI_moveUnchanged(t *testing.T) {
	acctest.EmulatorOnly(t, "needs features of few subscription plans, and reads the emulator's journal")
	for name, c := range map[string]struct {
		details string // authorization_details_types
		scopes  any
	}{
		"managed scopes": {"", map[string]any{"batch:upload": "Upload", "read:timesheets": nil}},
		"omitted scopes": {"", nil},
		"with details":   {"timesheet", nil},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			created := createCustomAPI(t, n, c.details)
			config := map[string]any{
				"name": created.Name, "identifier": created.Identifier, "signing_alg": "HS256", "token_lifetime": 3600, "token_lifetime_for_web": 1800,
				"token_dialect": "rfc9068_profile_authz", "enforce_policies": true, "allow_offline_access": true,
				"skip_consent_for_verifiable_first_party_clients": true,
				"subject_type_authorization":                      map[string]any{"user": "require_client_grant", "client": "deny_all"}, "scopes": c.scopes,
			}
			if c.details != "" {
				config["authorization_details_types"] = []any{c.details}
			}
			n.ExpectUnchangedMove(t, acctest.MovedObject{
				Source: "auth0_resource_server", Type: "timesheets_api", Config: config, Key: map[string]any{"identifier": created.Identifier},
				State: fmt.Sprintf(auth0State, created.ID, created.Identifier, created.Name, c.details == "", c.details),
			})
		})
	}
}

// createCustomAPI creates an API without default values.
func createCustomAPI(t *testing.T, n *acctest.Tenant, details string) tenant.API {
	t.Helper()
	api := n.DefaultAPI()
	api.SigningAlg, api.TokenLifetime, api.TokenLifetimeForWeb = "HS256", 3600, 1800
	api.TokenDialect, api.EnforcePolicies, api.AllowOfflineAccess, api.SkipConsent = "rfc9068_profile_authz", true, true, true
	api.SubjectTypeAuthorization = tenant.SubjectTypeAuthorization{User: "require_client_grant", Client: "deny_all"}
	api.Scopes = []tenant.Scope{{Value: "batch:upload", Description: "Upload"}, {Value: "read:timesheets"}}
	if details != "" {
		api.AuthorizationDetailsTypes = []string{details}
	}
	created, err := n.Ports.APIs.Create(t.Context(), api)
	if err != nil {
		t.Fatal(err)
	}
	return created
}
