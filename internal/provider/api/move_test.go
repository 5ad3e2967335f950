package api_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccAPI_move moves states of several versions of auth0/auth0: "" and missing attributes become defaults, secrets are dropped, and
// the next read adds the scopes.
func TestAccAPI_move(t *testing.T) {
	acctest.EmulatorOnly(t, "reads the emulator's journal")
	n := acctest.New(t)
	api := n.DefaultAPI()
	api.Scopes = []tenant.Scope{{Value: "batch:upload", Description: "Upload"}, {Value: "read:timesheets"}}
	created, err := n.Ports.APIs.Create(t.Context(), api)
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error { return n.Ports.APIs.Delete(ctx, created.Key()) })
	for name, rest := range map[string]string{
		"current": `"name":"%[3]s","signing_alg":"RS256","signing_secret":"canary-canary-canary","token_lifetime":86400,"token_lifetime_for_web":7200,
			"allow_offline_access":false,"enforce_policies":false,"token_dialect":"","consent_policy":"null","is_system":false,"client_id":"",
			"skip_consent_for_verifiable_first_party_clients":false,"verification_location":"",
			"subject_type_authorization":[{"client":[{"policy":"require_client_grant"}],"user":[{"policy":"allow_all"}]}],
			"token_encryption":[{"disable":true,"encryption_key":[],"format":""}],"authorization_policy":[]`,
		"before subjects": `"name":"%[3]s","signing_alg":"RS256","signing_secret":null,"token_lifetime":86400,"token_lifetime_for_web":7200,"token_dialect":null`,
		"before 1.0":      `"name":"%[3]s","scopes":[{"value":"batch:upload","description":"Upload"}],"options":null,"token_lifetime":86400`,
	} {
		t.Run(name, func(t *testing.T) {
			state := fmt.Sprintf(`{"id":%[1]q,"identifier":%[2]q,`+rest+`}`, created.ID, created.Identifier, created.Name)
			moved := n.ExpectMove(t, acctest.MovedObject{From: "registry.opentofu.org/auth0/auth0", Source: "auth0_resource_server", Type: "timesheets_api", State: state}, map[string]any{
				"id": created.ID, "identifier": created.Identifier, "name": created.Name, "signing_alg": "RS256", "token_lifetime": int64(86400), "token_lifetime_for_web": int64(7200),
				"token_dialect": "access_token", "deletion_protection": false, "signing_secret_wo": nil, "signing_secret_wo_version": nil, "scopes": nil,
				"subject_type_authorization": map[string]any{"user": "allow_all", "client": "require_client_grant"},
				"consent_policy":             nil, "token_encryption": nil, "proof_of_possession": nil, "allow_online_access": false,
			})
			n.Server.ResetJournal()
			read := n.Protocol(t).Read("timesheets_api", moved)
			if want := map[string]any{"batch:upload": "Upload", "read:timesheets": nil}; !reflect.DeepEqual(read.State["scopes"], want) {
				t.Errorf("the first read finds the scopes %v, want %v", read.State["scopes"], want)
			}
			if writes := n.Writes(); len(writes) > 0 {
				t.Errorf("the move writes: %v", writes)
			}
		})
	}
}

func TestAccAPI_moveRejected(t *testing.T) {
	n := acctest.New(t)
	for name, c := range map[string]struct{ address, source, state, want string }{
		"no key":           {"registry.terraform.io/auth0/auth0", "auth0_resource_server", `{"id":"x"}`, "State cannot be read"},
		"other form":       {"registry.terraform.io/auth0/auth0", "auth0_resource_server", `{"id":["canary"]}`, "State cannot be read"},
		"another provider": {"registry.terraform.io/someone/auth0", "auth0_resource_server", `{"id":"x","identifier":"y"}`, "Unable to Move Resource State"},
		"another type":     {"registry.terraform.io/auth0/auth0", "auth0_client", `{"id":"x","identifier":"y"}`, "Unable to Move Resource State"},
	} {
		t.Run(name, func(t *testing.T) {
			n.ExpectMoveRejected(t, acctest.MovedObject{From: c.address, Source: c.source, Type: "timesheets_api", State: c.state}, c.want)
		})
	}
}

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
