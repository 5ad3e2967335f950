package api_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

func TestAccAPIDataSource(t *testing.T) {
	n := acctest.New(t)
	var checks []statecheck.StateCheck
	for _, name := range []string{"by_identifier", "by_id"} {
		for attribute, want := range map[string]knownvalue.Check{
			"name":                   knownvalue.StringExact(n.Prefix + " API"),
			"identifier":             knownvalue.StringExact(identifier(n)),
			"id":                     knownvalue.NotNull(),
			"signing_alg":            knownvalue.StringExact("RS256"),
			"token_lifetime":         knownvalue.Int64Exact(86400),
			"token_lifetime_for_web": knownvalue.Int64Exact(7200),
			"is_system":              knownvalue.Bool(false),
			"scopes": knownvalue.MapExact(map[string]knownvalue.Check{
				"batch:upload": knownvalue.StringExact("Upload"), "read:timesheets": knownvalue.Null(),
			}),
		} {
			checks = append(checks, statecheck.ExpectKnownValue("data.timesheets_api."+name, tfjsonpath.New(attribute), want))
		}
	}
	n.Run(t, resource.TestStep{ConfigStateChecks: checks})
}

func TestAccAPIDataSource_mistakes(t *testing.T) {
	n := acctest.New(t)
	mistake := func(block string, phrases ...string) resource.TestStep {
		return resource.TestStep{Config: "data \"timesheets_api\" \"test\" {\n" + block + "\n}", ConfigVariables: nil, ExpectError: acctest.Words(phrases...)}
	}
	n.Run(t,
		mistake("", "Exactly one of id and identifier must be set", "exactly one of"),
		mistake("id = \"x\"\nidentifier = \"x\"", "Exactly one of id and identifier must be set"),
		mistake(`identifier = "https://missing.example"`, "Unable to read API", "https://missing.example"),
	)
}

func TestAccAPIDataSource_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:clients")
	n.Run(t, resource.TestStep{
		Config: "data \"timesheets_api\" \"test\" {\nidentifier = \"x\"\n}", ExpectError: acctest.Words("Unable to read API", "read:resource_servers"),
	})
}

// Auth0 never returns the PEM text of an encryption key, so the data source has no attribute for it.
func TestAccAPIDataSource_encryption(t *testing.T) {
	acctest.EmulatorOnly(t, "not every tenant's subscription plan includes token encryption")
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		Config: fmt.Sprintf(`
resource "timesheets_api" "test" {
  name             = "Encrypted"
  identifier       = %q
  token_encryption = { encryption_key = { pem = %q, kid = "2026" } }
}
data "timesheets_api" "test" {
  identifier = timesheets_api.test.identifier
  depends_on = [timesheets_api.test]
}`, identifier(n), encryptionPEM),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("data.timesheets_api.test", tfjsonpath.New("token_encryption"),
			knownvalue.ObjectExact(map[string]knownvalue.Check{
				"format": knownvalue.StringExact("compact-nested-jwe"),
				"encryption_key": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"name": knownvalue.Null(), "algorithm": knownvalue.StringExact("RSA-OAEP-256"), "kid": knownvalue.StringExact("2026"),
				}),
			}),
		)},
	})
}
