package api_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// system returns a step that applies a system API with additional arguments.
func system(identifier, name, arguments string, checks ...statecheck.StateCheck) resource.TestStep {
	return resource.TestStep{ConfigStateChecks: checks, Config: `
variable "prefix" { type = string }
resource "timesheets_api" "system" {
  identifier = "` + identifier + `"
  name       = "` + name + `"
` + arguments + `
}`}
}

func expectError(step resource.TestStep, phrases ...string) resource.TestStep {
	step.ExpectError = acctest.Words(phrases...)
	return step
}

// subjects checks subject_type_authorization of the API of the test.
func subjects(user, client string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("timesheets_api.system", tfjsonpath.New("subject_type_authorization"), knownvalue.ObjectExact(map[string]knownvalue.Check{
		"user": knownvalue.StringExact(user), "client": knownvalue.StringExact(client),
	}))
}

func systemValue(name string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("timesheets_api.system", tfjsonpath.New(name), check)
}

// TestAccAPI_systemCreated creates a system API: omitted attributes have the tenant's values, and the second plan is empty.
func TestAccAPI_systemCreated(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system APIs of a real tenant")
	n := acctest.New(t)
	identifier, removed := n.Server.URL()+"/me/", config.StaticDirectory("testdata/TestAccAPI_systemRemoved")
	const name = "Auth0 My Account API"
	rejected := func(arguments string, phrases ...string) resource.TestStep {
		return expectError(system(identifier, name, arguments), append([]string{"API is a system API"}, phrases...)...)
	}
	n.Run(t,
		expectError(system(identifier, "Ours", ""), "API is a system API", `Set name = "Auth0 My Account API"`),
		rejected(`scopes = { "read:me" = null }`, "determines scopes", "Remove the attribute"),
		rejected(`enforce_policies = true`, "determines enforce_policies"),
		rejected(`subject_type_authorization = { client = "require_client_grant" }`, "determines subject_type_authorization"),
		system(identifier, name, "", n.ExpectWrites("POST resource-servers identifier name"), subjects("require_client_grant", "deny_all"),
			systemValue("token_lifetime", knownvalue.Int64Exact(600)), systemValue("allow_offline_access", knownvalue.Bool(true)), systemValue("is_system", knownvalue.Bool(true))),
		system(identifier, name, `subject_type_authorization = { user = "deny_all" }`, subjects("deny_all", "deny_all"), n.ExpectWrites("PATCH resource-servers/{id} subject_type_authorization")),
		system(identifier, name, `token_lifetime = 300`, subjects("deny_all", "deny_all"), n.ExpectWrites("PATCH resource-servers/{id} token_lifetime token_lifetime_for_web")),
		rejected(`subject_type_authorization = { client = "require_client_grant" }`, "subject_type_authorization.client"),
		rejected(`enforce_policies = true`, "enforce_policies"),
		system(identifier, name, "", n.ExpectWrites(), systemValue("token_lifetime", knownvalue.Int64Exact(300))),
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: config.Variables{"identifier": config.StringVariable(identifier)}},
	)
}

// TestAccAPI_systemSubjects changes subject_type_authorization of a system API: only the half that can be changed is sent, and a change
// of the other half is rejected in the plan. Nothing is lost if the tenant replaces objects.
func TestAccAPI_systemSubjects(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system API of a real tenant")
	for _, replaces := range []bool{false, true} {
		t.Run(fmt.Sprintf("replaces %v", replaces), func(t *testing.T) {
			n := acctest.New(t, func(o *emulator.Options) { o.Switches.ReplaceObjects = replaces })
			identifier, removed := n.Server.URL()+"/api/v2/", config.StaticDirectory("testdata/TestAccAPI_systemRemoved")
			management := func(arguments string, checks ...statecheck.StateCheck) resource.TestStep {
				step := system(identifier, "Auth0 Management API", arguments, checks...)
				step.Config += "\nimport {\n  to = timesheets_api.system\n  id = \"" + identifier + "\"\n}"
				return step
			}
			n.Run(t,
				management("", n.ExpectWrites()),
				management(`subject_type_authorization = { user = "deny_all" }`, n.ExpectWrites("PATCH resource-servers/{id} subject_type_authorization"), subjects("deny_all", "require_client_grant")),
				expectError(management(`subject_type_authorization = { client = "deny_all" }`), "API is a system API", "subject_type_authorization.client"),
				resource.TestStep{ConfigDirectory: removed, ConfigVariables: config.Variables{"identifier": config.StringVariable(identifier)}},
			)
		})
	}
}

// TestAccAPI_subjects expects that the unchanged half of subject_type_authorization is kept, whether the tenant merges objects or
// replaces them.
func TestAccAPI_subjects(t *testing.T) {
	for _, replaces := range []bool{false, true} {
		t.Run(fmt.Sprintf("replaces %v", replaces), func(t *testing.T) {
			n := acctest.New(t, func(o *emulator.Options) { o.Switches.ReplaceObjects = replaces })
			identifier := "https://" + n.Prefix + ".example"
			n.Run(t,
				system(identifier, "API", `subject_type_authorization = { client = "deny_all" }`, subjects("allow_all", "deny_all")),
				system(identifier, "API", `subject_type_authorization = { client = "deny_all", user = "deny_all" }`, subjects("deny_all", "deny_all")),
				system(identifier, "API", `subject_type_authorization = { client = "deny_all", user = "require_client_grant" }`, subjects("require_client_grant", "deny_all")),
			)
		})
	}
}

// TestAccAPI_systemUpdated expects that a create of a system API also sends the configured values.
func TestAccAPI_systemUpdated(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system APIs of a real tenant")
	n := acctest.New(t)
	removed := config.StaticDirectory("testdata/TestAccAPI_systemRemoved")
	const identifier, name = "urn:auth0:express-configure", "Okta OIN Express Configuration API"
	n.Run(t,
		system(identifier, name, `
  token_lifetime             = 120
  allow_offline_access       = true
  subject_type_authorization = { user = "deny_all" }`,
			n.ExpectWrites("POST resource-servers allow_offline_access identifier name subject_type_authorization token_lifetime token_lifetime_for_web",
				"PATCH resource-servers/{id} subject_type_authorization token_lifetime token_lifetime_for_web"),
			subjects("deny_all", "deny_all"), systemValue("token_lifetime", knownvalue.Int64Exact(120)), systemValue("token_lifetime_for_web", knownvalue.Int64Exact(120)),
			systemValue("enforce_policies", knownvalue.Bool(true))),
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: config.Variables{"identifier": config.StringVariable(identifier)}},
	)
}
