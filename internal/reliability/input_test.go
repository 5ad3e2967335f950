package reliability_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestFault46_BadValues(t *testing.T) {
	proves(t, 46)
	s := open(t, "mistakes")
	s.set("TF_VAR_short_secret", "cny-4711-short")
	s.canaries["the short secret"] = "cny-4711-short"
	said := s.terraform(1, "validate")
	for what, says := range map[string]string{
		"timesheets_api.name":               "It contains < or >, which Auth0 rejects.",
		"timesheets_api.scope_with_blank":   `The scope "batch upload" contains a space`,
		"timesheets_api.no_lifetime":        "0 seconds are not allowed",
		"timesheets_api.endless_lifetime":   "2592001 seconds are not allowed",
		"timesheets_api.longer_for_the_web": "601 seconds exceed token_lifetime, which is 600",
		"timesheets_client.brackets":        "It contains < or >",
		"timesheets_client.metadata":        "café",
	} {
		s.expect(said, "with "+what, says)
	}
	s.expect(said, "There are 1001 scopes")
	writeOnly(t)
	s.write("main.tf", shortSecret) // whose value is not known before the plan
	s.expect(s.plan(1), "The secret is too short: at least 16 characters are required")
	if asked := len(s.Server.Journal()); asked != 0 {
		t.Errorf("%d calls", asked)
	}
}

const shortSecret = `
variable "short_secret" {
  type      = string
  ephemeral = true
}

resource "timesheets_client" "short_secret" {
  name                     = "Job"
  client_secret_wo         = var.short_secret
  client_secret_wo_version = 1
}
`

func TestFault47_OddNames(t *testing.T) {
	proves(t, 47)
	subtest(t, "names", "odd", func(s *testbed) {
		s.settled()
		if made := len(s.objects()["timesheets_api"]); made != 8 {
			s.t.Errorf("%d APIs", made)
		}
		s.set("TF_VAR_description", "second")
		s.settled()
		s.shown()
		s.destroyed()
	})
	subtest(t, "look-alikes", "job", func(s *testbed) {
		s.lacks(s.plan(pending), "Audience may be mistyped")
		s.set("TF_VAR_audience", "https://API.timesheets.example/v1/")
		s.expect(s.plan(pending), "Audience may be mistyped", "differs from the identifier", `"https://api.timesheets.example/v1" of an API of this configuration`)
	})
}

func TestFault48_Imports(t *testing.T) {
	proves(t, 48)
	s := open(t, empty)
	var spa, job struct {
		ID string `json:"client_id"`
	}
	s.dashboard("POST", clients, map[string]any{"name": "Browser", "app_type": "spa"}, &spa)
	s.dashboard("POST", clients, map[string]any{"name": "Job", "app_type": "non_interactive", "grant_types": []any{"client_credentials"}}, &job)
	for range 2 {
		s.dashboard("POST", clients, map[string]any{"name": "Twin", "app_type": "non_interactive"}, nil)
	}
	s.dashboard("POST", apis, map[string]any{"name": "There", "identifier": "https://there.example"}, nil)
	s.dashboard("POST", grants, map[string]any{"client_id": job.ID, "audience": "https://there.example", "scope": []any{}, "subject_type": "client"}, nil)
	s.theirs()

	refused := []struct{ kind, id, says string }{
		{"timesheets_api", "6b05a2ca5b74b1d61ec35bb1", `There is no API "6b05a2ca5b74b1d61ec35bb1" in the tenant`},
		{"timesheets_api", "cgr_1 x", "24 hexadecimal digits"},
		{"timesheets_client", spa.ID, "spa"},
		{"timesheets_client", "Twin", `2 objects have the name "Twin"`},
		{"timesheets_client", "missing", `There is no client "missing"`},
		{"timesheets_client_grant", job.ID, "client_id audience"},
		{"timesheets_client_grant", "cgr_nothing", "There is no client grant"},
		{"timesheets_client_grant", job.ID + " https://there.example robot", "subject_type"},
		{"timesheets_api_scope", "https://there.example", "identifier value"},
		{"timesheets_api_scope", "https://there.example missing", "There is no scope"},
	}
	config := ""
	for i, c := range refused {
		config += imported(fmt.Sprintf("%s.n%d", c.kind, i), c.id, arguments(c.kind, i))
	}
	s.write("refused.tf", config)
	said := s.plan(1)
	for _, c := range refused {
		s.expect(said, c.says)
	}
	s.write("refused.tf", imported("timesheets_api.there", "https://there.example", "name = \"There\"\n  identifier = \"https://there.example\"")+
		imported("timesheets_client.job", "Job", `name = "Job"`)+
		imported("timesheets_client_grant.there", job.ID+" https://there.example",
			"client_id = timesheets_client.job.client_id\n  audience = timesheets_api.there.identifier\n  scopes = []"))
	s.settled()
}

// imported returns a resource with arguments, and the import block for it.
func imported(address, id, arguments string) string {
	kind, name, _ := strings.Cut(address, ".")
	return importBlock(address, id) + fmt.Sprintf("\nresource %q %q {\n  %s\n}\n", kind, name, arguments)
}

// arguments returns valid arguments of a resource type.
func arguments(kind string, i int) string {
	return map[string]string{
		"timesheets_api":          fmt.Sprintf("name = \"A\"\n  identifier = \"https://%d.example\"", i),
		"timesheets_client":       `name = "C"`,
		"timesheets_client_grant": "client_id = \"c\"\n  audience = \"https://x.example\"\n  scopes = []",
		"timesheets_api_scope":    fmt.Sprintf("identifier = \"https://x.example\"\n  value = \"v%d\"", i),
	}[kind]
}
