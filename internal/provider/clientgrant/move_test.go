package clientgrant_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

const source = "registry.terraform.io/auth0/auth0"

// TestAccClientGrant_move moves states of several versions of auth0/auth0.
func TestAccClientGrant_move(t *testing.T) {
	p := acctest.New(t).Unconfigured(t)
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
			moved, errs := p.Move(source, "auth0_client_grant", 0, `{"id":"cgr_1","client_id":"c1","audience":"https://x",`+c.state+`}`, "timesheets_client_grant")
			if errs != nil {
				t.Fatal(errs)
			}
			for attribute, want := range map[string]any{
				"id": "cgr_1", "client_id": "c1", "audience": "https://x", "subject_type": c.subject, "scopes": c.scopes, "allow_all_scopes": c.all,
			} {
				if !reflect.DeepEqual(moved.State[attribute], want) {
					t.Errorf("%s is %v, want %v", attribute, moved.State[attribute], want)
				}
			}
			if system := moved.State["is_system"]; system != nil && system != false { // null: the next read finds it
				t.Errorf("is_system is %v", system)
			}
		})
	}
}

func TestAccClientGrant_moveRejected(t *testing.T) {
	p := acctest.New(t).Unconfigured(t)
	for name, c := range map[string]struct{ state, want string }{
		"of no client": {`{"id":"cgr_1","client_id":"","audience":"https://x","default_for":"third_party_clients"}`, "`default_for`"},
		"no audience":  {`{"id":"cgr_1","client_id":"c1"}`, "State cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := p.Move(source, "auth0_client_grant", 0, c.state, "timesheets_client_grant")
			if len(errs) != 1 || !strings.Contains(errs[0], c.want) {
				t.Errorf("errors %q, want %q", errs, c.want)
			}
		})
	}
}
