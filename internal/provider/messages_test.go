package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestImportIDIsEmpty expects an error with the format of an ID for an import with an empty one, often from an empty variable.
func TestImportIDIsEmpty(t *testing.T) {
	p := acctest.New(t).Protocol(t)
	for name, form := range map[string]string{
		"timesheets_api": "hexadecimal", "timesheets_api_scope": "identifier value", "timesheets_client": "exact name", "timesheets_client_grant": "cgr_",
	} {
		for _, id := range []string{"", " ", "\t  "} {
			_, diags := p.Import(name, id, nil)
			if len(diags) != 1 || !strings.Contains(diags[0], "Import ID is empty") || !strings.Contains(diags[0], form) {
				t.Errorf("%s with the ID %q: %q", name, id, diags)
			}
		}
	}
}

// TestMoveFromAlexkappa expects an error for a state of the former name of auth0/auth0, with the command that renames it.
func TestMoveFromAlexkappa(t *testing.T) {
	p := acctest.New(t).Unconfigured(t)
	for source, target := range map[string]string{
		"auth0_resource_server": "timesheets_api", "auth0_resource_server_scope": "timesheets_api_scope", "auth0_client": "timesheets_client", "auth0_client_grant": "timesheets_client_grant",
	} {
		_, diags := p.Move("registry.terraform.io/alexkappa/auth0", source, 0, `{"id":"x"}`, target)
		if len(diags) != 1 || !strings.Contains(diags[0], "terraform state replace-provider alexkappa/auth0 auth0/auth0") {
			t.Errorf("%s: %q", source, diags)
		}
	}
}

// TestEveryErrorContainsTheCause expects the cause in one line of every error that it causes, because Terraform prints errors
// in the order of addresses.
func TestEveryErrorContainsTheCause(t *testing.T) {
	acctest.EmulatorOnly(t, "uses wrong credentials")
	for name, c := range map[string]struct {
		environment map[string]string
		cause       string
	}{
		"wrong secret":     {map[string]string{"AUTH0_CLIENT_SECRET": "wrong"}, "Unauthorized (access_denied)"},
		"wrong API token":  {map[string]string{"AUTH0_API_TOKEN": "wrong"}, "Invalid token"},
		"nothing responds": {map[string]string{"AUTH0_DOMAIN": "http://127.0.0.1:1", "TIMESHEETS_REQUEST_TIMEOUT": "2s"}, "127.0.0.1:1 refuses connections"},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			for variable, value := range c.environment {
				n.Environment[variable] = value
			}
			if name == "wrong API token" {
				delete(n.Environment, "AUTH0_CLIENT_SECRET")
			}
			p := n.Protocol(t)
			for range 3 {
				_, diags := p.ReadData("timesheets_api", map[string]any{"identifier": "https://api.example"})
				if len(diags) != 1 || !strings.Contains(diags[0], c.cause) || strings.Contains(diags[0], "first error") {
					t.Errorf("the error is %q, want %q in it", diags, c.cause)
				}
			}
		})
	}
}

// TestIgnoredCredentials expects a warning if an API token of the environment takes precedence over other credentials.
func TestIgnoredCredentials(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token")
	n := acctest.New(t)
	n.Environment["AUTH0_API_TOKEN"] = n.Server.Token()
	if diags := n.Configure(t); len(diags) != 1 || !strings.Contains(diags[0], "WARNING: API token takes precedence") {
		t.Errorf("diagnostics %q", diags)
	}
	delete(n.Environment, "AUTH0_CLIENT_SECRET")
	if diags := n.Configure(t); len(diags) != 0 {
		t.Errorf("without a secret: %q", diags)
	}
}

// TestAccClientGrantRejected expects the attribute that Auth0 named in the error of a rejected grant, and nothing about a
// deletion.
func TestAccClientGrantRejected(t *testing.T) {
	acctest.EmulatorOnly(t, "creates nothing")
	n := acctest.New(t)
	grant := func(client, audience string) string {
		return `
resource "timesheets_client" "test" { name = "` + n.Prefix + `" }
resource "timesheets_client_grant" "test" {
  client_id = ` + client + `
  audience  = "` + audience + `"
  scopes    = []
}`
	}
	n.Run(t,
		resource.TestStep{
			Config:      grant("timesheets_client.test.client_id", "https://none.example"),
			ExpectError: acctest.Words("Unable to create client grant", "audience =", `There is no API "https://none.example" in the tenant. Check this value`),
		},
		resource.TestStep{
			Config:      grant(`"missing"`, n.Server.URL()+"/api/v2/"),
			ExpectError: acctest.Words("Unable to create client grant", "client_id =", `There is no client "missing" in the tenant. Check this value`),
		},
	)
}

// TestImportIdentityIsEmpty expects the name of the attribute in the error of an import by an identity with an empty attribute,
// often from an empty variable.
func TestImportIdentityIsEmpty(t *testing.T) {
	p := acctest.New(t).Protocol(t)
	for name, c := range map[string]struct {
		identity map[string]any
		empty    string
	}{
		"timesheets_api":          {map[string]any{"identifier": ""}, "identifier"},
		"timesheets_api_scope":    {map[string]any{"identifier": "https://api.example", "value": " "}, "value"},
		"timesheets_client":       {map[string]any{"client_id": ""}, "client_id"},
		"timesheets_client_grant": {map[string]any{"client_id": "c", "audience": "", "subject_type": nil}, "audience"},
	} {
		_, diags := p.Import(name, "", c.identity)
		if len(diags) != 1 || !strings.Contains(diags[0], "Import identity is empty") || !strings.Contains(diags[0], "`"+c.empty+"`") {
			t.Errorf("%s: %q", name, diags)
		}
	}
}

// TestErrorNamesNestedAttribute expects the nested attribute in an error of Auth0 about a nested field.
func TestErrorNamesNestedAttribute(t *testing.T) {
	acctest.EmulatorOnly(t, "changes requests on their way")
	const api = "resource \"timesheets_api\" \"test\" {\n  name       = \"API\"\n  identifier = \"https://api.example\"\n"
	for name, c := range map[string]struct {
		config, route string
		request       map[string]any
		at            string
	}{
		"token quota": {
			"resource \"timesheets_client\" \"test\" {\n  name = \"Job\"\n  token_quota = {\n    per_hour = 1\n  }\n}\n", "/api/v2/clients",
			map[string]any{"token_quota": map[string]any{"client_credentials": map[string]any{"per_hour": 0}}},
			"token_quota.per_hour",
		},
		"policy": {
			api + "  subject_type_authorization = {\n    client = \"deny_all\"\n  }\n}\n", "/api/v2/resource-servers",
			map[string]any{"subject_type_authorization": map[string]any{"client": map[string]any{"policy": "other"}}},
			"subject_type_authorization.client",
		},
		"proof of possession": {
			api + "  proof_of_possession = {\n    mechanism    = \"dpop\"\n    required_for = \"all_clients\"\n  }\n}\n", "/api/v2/resource-servers",
			map[string]any{"proof_of_possession": map[string]any{"mechanism": "dpop", "required": true, "required_for": "other"}},
			"proof_of_possession.required_for",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := acctest.New(t)
			if err := n.Server.Inject(emulator.Fault{Method: "POST", Route: c.route, Request: c.request}); err != nil {
				t.Fatal(err)
			}
			w := n.Workspace(t)
			w.Write("main.tf", c.config)
			if printed, ok := w.Run("apply", "-auto-approve"); ok || !acctest.Words("Error: Unable to create", "Correct `"+c.at+"` and apply again").MatchString(printed) {
				t.Errorf("the error does not name %q:\n%s", c.at, printed)
			}
		})
	}
}

// TestEmptyValues expects that the error of an empty value, often from an empty variable, reports that, and what to write instead.
func TestEmptyValues(t *testing.T) {
	p := acctest.New(t).Protocol(t)
	for _, name := range []string{"", " "} {
		p.ExpectDataErrors("timesheets_client", map[string]any{"name": name}, "Invalid name", "It is empty. Write the exact name of a client")
		p.ExpectDataErrors("timesheets_api", map[string]any{"id": name}, "Invalid id", "It is empty. Write the ID of an API")
		p.ExpectDataErrors("timesheets_access_check", map[string]any{"client_id": "c", "audience": "a", "organization": name}, "Invalid organization", "It is empty. Write the ID or name of an organization, or omit")
		p.ExpectOpenErrors("timesheets_access_token", map[string]any{"client_id": "c", "audience": "a", "client_secret": "s", "organization": name},
			"Invalid organization", "It is empty. Write the ID or name of an organization, or omit")
		if got := p.List("timesheets_client", map[string]any{"name": name}, false, 1, 0); len(got) != 1 || !strings.Contains(strings.Join(got[0].Problems, ""), "It is empty. Write a name such as") {
			t.Errorf("results %+v", got)
		}
	}
	p.ExpectDataErrors("timesheets_client", map[string]any{"client_id": ""}, "Invalid client_id", "It is empty.")
	p.ExpectDataErrors("timesheets_api", map[string]any{"identifier": ""}, "Invalid identifier", "It is empty.")
}
