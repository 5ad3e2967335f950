package reliability_test

import (
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// alteredCreate is a create that succeeds while the tenant stores or reports other values than were sent.
type alteredCreate struct {
	faults  []emulator.Fault
	warns   []string // empty: no warning
	pending bool     // the next plan updates in place
	patches map[string]int
}

func alteredCreates() map[string]alteredCreate {
	type values = map[string]any
	policy := func(client string) values {
		return values{"client": values{"policy": client}, "user": values{"policy": "allow_all"}}
	}
	once := func(route string, request values) emulator.Fault {
		return emulator.Fault{Method: "POST", Route: route, Nth: 1, Request: request}
	}
	longer := values{"token_lifetime": 2592000, "allow_offline_access": true}
	return map[string]alteredCreate{
		"an API with less access": {
			faults:  []emulator.Fault{once(apis, values{"token_lifetime": 60, "token_lifetime_for_web": 60, "subject_type_authorization": policy("deny_all")})},
			warns:   []string{"Warning: API differs from the configuration", "`token_lifetime`, `token_lifetime_for_web`, `subject_type_authorization`", "updates it in place"},
			pending: true,
		},
		"an API with more access": {
			faults:  []emulator.Fault{once(apis, values{"token_lifetime": 2592000, "allow_offline_access": true, "scopes": []values{{"value": "read:timesheets"}, {"value": "batch:upload"}, {"value": "admin"}}})},
			patches: map[string]int{anAPI: 1},
		},
		"an API that stays wider": {
			faults: []emulator.Fault{once(apis, longer), {Method: "PATCH", Route: anAPI, Request: longer}},
			warns: []string{
				"Warning: Access is wider than the configuration", "`token_lifetime`, `allow_offline_access`", "kept them all the same",
			},
			pending: true, patches: map[string]int{anAPI: 1},
		},
		"an API that cannot be corrected": {
			faults:  []emulator.Fault{once(apis, longer), {Method: "PATCH", Route: anAPI, Status: 403}},
			warns:   []string{"Warning: Access is wider than the configuration", "A second request to correct them failed", "Forbidden"},
			pending: true, patches: map[string]int{anAPI: 1},
		},
		"a client with less access": {
			faults:  []emulator.Fault{once(clients, values{"description": nil})},
			warns:   []string{"Warning: Client differs from the configuration", "`description`"},
			pending: true,
		},
		"a client with more access": {
			faults:  []emulator.Fault{once(clients, values{"grant_types": []string{"client_credentials", "password"}, "organization_usage": "allow"})},
			patches: map[string]int{aClient: 1},
		},
		"a grant with less access": {
			faults:  []emulator.Fault{once(grants, values{"scope": []string{}})},
			warns:   []string{"Warning: Client grant differs from the configuration", "`scope`"},
			pending: true,
		},
		"a grant with more access": {
			faults:  []emulator.Fault{once(grants, values{"scope": []string{"batch:upload", "read:timesheets"}, "allow_any_organization": true, "organization_usage": "allow"})},
			patches: map[string]int{aGrant: 1},
		},
		"an API by another identifier": {
			faults: []emulator.Fault{{Method: "POST", Route: apis, Nth: 1, Answer: values{"identifier": "urn:other", "id": "0123456789abcdef01234567"}}},
		},
		"a grant for another audience": {
			faults: []emulator.Fault{{Method: "POST", Route: grants, Nth: 1, Answer: values{"audience": "urn:other", "id": "cgr_other"}}},
		},
	}
}

// A create that the tenant carried out is never an error: Terraform would replace the object in every later apply.
func TestCreateWithOtherValues(t *testing.T) {
	t.Parallel()
	for name, c := range alteredCreates() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "job")
			for _, fault := range c.faults {
				s.inject(fault)
			}
			said := s.apply(0)
			s.expect(said, c.warns...)
			if len(c.warns) == 0 && strings.Contains(said, "Warning: A") || strings.Contains(said, "differs") != (len(c.warns) > 0 && strings.Contains(c.warns[0], "differs")) {
				t.Errorf("unexpected warnings:\n%s", said)
			}
			s.Server.ClearFaults()
			for _, route := range []string{apis, clients, grants} {
				s.expectCalls("POST", route, 1)
			}
			for _, route := range []string{anAPI, aClient, aGrant} {
				s.expectCalls("PATCH", route, c.patches[route])
			}
			if !c.pending {
				s.plan(0)
				s.agree()
				return
			}
			if planned := s.plan(pending); !strings.Contains(planned, "0 to add, 1 to change, 0 to destroy") {
				t.Errorf("the plan does not update in place:\n%s", planned)
			}
			s.settled()
		})
	}
}
