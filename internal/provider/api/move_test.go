package api_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// States of several versions of auth0/auth0 become ours: "" and what is missing is the tenant's default, and no secret
// comes along. The next read fills the rest.
func TestAccAPI_move(t *testing.T) {
	acctest.EmulatorOnly(t, "looks into the emulator's journal")
	n := acctest.New(t)
	api := plain(n)
	api.Scopes = []tenant.Scope{{Value: "batch:upload", Description: "Upload"}, {Value: "read:timesheets"}}
	made, err := n.Ports.APIs.Create(t.Context(), api)
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error { return n.Ports.APIs.Delete(ctx, made.Key()) })
	for name, rest := range map[string]string{
		"of today": `"name":"%[3]s","signing_alg":"RS256","signing_secret":"canary-canary-canary","token_lifetime":86400,"token_lifetime_for_web":7200,
			"allow_offline_access":false,"enforce_policies":false,"token_dialect":"","consent_policy":"null","is_system":false,"client_id":"",
			"skip_consent_for_verifiable_first_party_clients":false,"verification_location":"",
			"subject_type_authorization":[{"client":[{"policy":"require_client_grant"}],"user":[{"policy":"allow_all"}]}],
			"token_encryption":[{"disable":true,"encryption_key":[],"format":""}],"authorization_policy":[]`,
		"before subjects": `"name":"%[3]s","signing_alg":"RS256","signing_secret":null,"token_lifetime":86400,"token_lifetime_for_web":7200,"token_dialect":null`,
		"before 1.0":      `"name":"%[3]s","scopes":[{"value":"batch:upload","description":"Upload"}],"options":null,"token_lifetime":86400`,
	} {
		t.Run(name, func(t *testing.T) {
			state := fmt.Sprintf(`{"id":%[1]q,"identifier":%[2]q,`+rest+`}`, made.ID, made.Identifier, made.Name)
			p := n.Unconfigured(t)
			moved, said := p.Move("registry.opentofu.org/auth0/auth0", "auth0_resource_server", 0, state, "timesheets_api")
			if said != nil {
				t.Fatal(said)
			}
			for attribute, want := range map[string]any{
				"id": made.ID, "identifier": made.Identifier, "name": made.Name, "signing_alg": "RS256", "token_lifetime": int64(86400), "token_lifetime_for_web": int64(7200),
				"token_dialect": "access_token", "deletion_protection": false, "signing_secret_wo": nil, "signing_secret_wo_version": nil, "scopes": nil,
				"subject_type_authorization": map[string]any{"user": "allow_all", "client": "require_client_grant"},
				"consent_policy":             nil, "token_encryption": nil, "proof_of_possession": nil, "allow_online_access": false,
			} {
				if !reflect.DeepEqual(moved.State[attribute], want) {
					t.Errorf("%s is %v, not %v", attribute, moved.State[attribute], want)
				}
			}
			if strings.Contains(fmt.Sprint(moved.State, string(moved.Private)), "canary") {
				t.Error("the signing secret came along")
			}
			n.Server.ResetJournal()
			read := n.Protocol(t).Read("timesheets_api", moved)
			if want := map[string]any{"batch:upload": "Upload", "read:timesheets": nil}; !reflect.DeepEqual(read.State["scopes"], want) {
				t.Errorf("the first read finds the scopes %v, not %v", read.State["scopes"], want)
			}
			if wrote := n.Writes(); len(wrote) > 0 {
				t.Errorf("the move writes: %v", wrote)
			}
		})
	}
}

func TestAccAPI_moveRefused(t *testing.T) {
	p := acctest.New(t).Unconfigured(t)
	for name, c := range map[string]struct{ address, source, state, says string }{
		"no key":           {"registry.terraform.io/auth0/auth0", "auth0_resource_server", `{"id":"x"}`, "State cannot be read"},
		"other form":       {"registry.terraform.io/auth0/auth0", "auth0_resource_server", `{"id":["canary"]}`, "State cannot be read"},
		"another provider": {"registry.terraform.io/someone/auth0", "auth0_resource_server", `{"id":"x","identifier":"y"}`, "Unable to Move Resource State"},
		"another type":     {"registry.terraform.io/auth0/auth0", "auth0_client", `{"id":"x","identifier":"y"}`, "Unable to Move Resource State"},
	} {
		t.Run(name, func(t *testing.T) {
			_, said := p.Move(c.address, c.source, 0, c.state, "timesheets_api")
			if len(said) != 1 || !strings.Contains(said[0], c.says) || strings.Contains(said[0], "canary") {
				t.Errorf("said %q, not %q", said, c.says)
			}
		})
	}
}
