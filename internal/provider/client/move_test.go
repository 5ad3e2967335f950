package client_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

const source = "registry.terraform.io/auth0/auth0"

// TestAccClient_move moves states of several versions of auth0/auth0, and drops the secrets that they contain.
func TestAccClient_move(t *testing.T) {
	p := acctest.New(t).Unconfigured(t)
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
			moved, errs := p.Move(source, "auth0_client", 0, `{"id":"c1","client_id":"c1","name":"job",`+c.state+`}`, "timesheets_client")
			if errs != nil {
				t.Fatal(errs)
			}
			c.want["id"], c.want["client_id"], c.want["name"] = "c1", "c1", "job"
			for attribute, want := range c.want {
				if !reflect.DeepEqual(moved.State[attribute], want) {
					t.Errorf("%s is %v, want %v", attribute, moved.State[attribute], want)
				}
			}
			if strings.Contains(fmt.Sprint(moved.State, string(moved.Private)), "canary") {
				t.Errorf("the state contains a secret: %v", moved.State)
			}
		})
	}
}

// TestAccClient_moveRejected moves clients that cannot be managed: the error states the reason.
func TestAccClient_moveRejected(t *testing.T) {
	p := acctest.New(t).Unconfigured(t)
	for name, c := range map[string]struct{ state, want string }{
		"single page":     {`"client_id":"c1","app_type":"spa"`, "`spa`"},
		"regular web":     {`"client_id":"c1","app_type":"regular_web"`, "lock its users out"},
		"third party":     {`"client_id":"c1","app_type":"non_interactive","is_first_party":false`, "third-party"},
		"without an id":   {`"app_type":"non_interactive"`, "State cannot be read"},
		"of another form": {`"client_id":"c1","client_metadata":["canary"]`, "State cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := p.Move(source, "auth0_client", 0, `{"name":"job",`+c.state+`}`, "timesheets_client")
			if len(errs) != 1 || !strings.Contains(errs[0], c.want) || strings.Contains(errs[0], "canary") {
				t.Errorf("errors %q, want %q", errs, c.want)
			}
		})
	}
}
