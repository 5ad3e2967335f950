package api_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// elsewhere is the state of an API under auth0/auth0, which writes "" and blocks that say "disable" for what is not set.
const elsewhere = `{
	"allow_offline_access": true, "allow_online_access": false, "allow_online_access_with_ephemeral_sessions": false,
	"authorization_details": [{"disable": %[4]t, "type": %[5]q}], "authorization_policy": [], "client_id": "", "consent_policy": "null",
	"enforce_policies": true, "id": %[1]q, "identifier": %[2]q, "is_system": false, "name": %[3]q,
	"proof_of_possession": [{"disable": true, "mechanism": "", "required": false, "required_for": ""}],
	"signing_alg": "HS256", "signing_secret": "canary-canary-canary", "skip_consent_for_verifiable_first_party_clients": true,
	"subject_type_authorization": [{"client": [{"policy": "deny_all"}], "user": [{"policy": "require_client_grant"}]}],
	"token_dialect": "rfc9068_profile_authz", "token_encryption": [{"disable": true, "encryption_key": [], "format": ""}],
	"token_lifetime": 3600, "token_lifetime_for_web": 1800, "verification_location": ""
}`

// An API with nothing as usual comes over as it is, with its scopes named and with its scopes left to others.
func TestAccAPI_moveUnchanged(t *testing.T) {
	acctest.EmulatorOnly(t, "needs what few plans have, and looks into the emulator's journal")
	for name, c := range map[string]struct {
		details string // authorization_details_types
		scopes  any
	}{
		"scopes named":          {"", map[string]any{"batch:upload": "Upload", "read:timesheets": nil}},
		"scopes left to others": {"", nil},
		"with details":          {"timesheet", nil},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			made := unusual(t, n, c.details)
			config := map[string]any{
				"name": made.Name, "identifier": made.Identifier, "signing_alg": "HS256", "token_lifetime": 3600, "token_lifetime_for_web": 1800,
				"token_dialect": "rfc9068_profile_authz", "enforce_policies": true, "allow_offline_access": true,
				"skip_consent_for_verifiable_first_party_clients": true,
				"subject_type_authorization":                      map[string]any{"user": "require_client_grant", "client": "deny_all"}, "scopes": c.scopes,
			}
			if c.details != "" {
				config["authorization_details_types"] = []any{c.details}
			}
			n.ExpectUnchangedMove(t, acctest.MovedObject{
				Source: "auth0_resource_server", Type: "timesheets_api", Config: config, Key: map[string]any{"identifier": made.Identifier},
				State: fmt.Sprintf(elsewhere, made.ID, made.Identifier, made.Name, c.details == "", c.details),
			})
		})
	}
}

// unusual is an API that has nothing as Auth0 would choose it.
func unusual(t *testing.T, n *acctest.Tenant, details string) tenant.API {
	t.Helper()
	api := plain(n)
	api.SigningAlg, api.TokenLifetime, api.TokenLifetimeForWeb = "HS256", 3600, 1800
	api.TokenDialect, api.EnforcePolicies, api.AllowOfflineAccess, api.SkipConsent = "rfc9068_profile_authz", true, true, true
	api.SubjectTypeAuthorization = tenant.SubjectTypeAuthorization{User: "require_client_grant", Client: "deny_all"}
	api.Scopes = []tenant.Scope{{Value: "batch:upload", Description: "Upload"}, {Value: "read:timesheets"}}
	if details != "" {
		api.AuthorizationDetailsTypes = []string{details}
	}
	made, err := n.Ports.APIs.Create(t.Context(), api)
	if err != nil {
		t.Fatal(err)
	}
	return made
}
