package function_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccJWTClaims_known decodes a token of the tenant, and a token with every type of JSON value.
func TestAccJWTClaims_known(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token")
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		Config: fmt.Sprintf(`
output "issuer" { value = provider::timesheets::jwt_claims(%[1]q).iss }
output "scopes" { value = split(" ", provider::timesheets::jwt_claims(%[1]q).scope) }
output "all" { value = provider::timesheets::jwt_claims(%[2]q) }`,
			n.Server.Token("read:clients", "read:client_grants"),
			token(`{"aud":["a",2],"exp":1732464000,"https://x/ok":true,"none":null}`)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("issuer", knownvalue.StringExact(n.Server.Issuer())),
			statecheck.ExpectKnownOutputValue("scopes", knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact("read:clients"), knownvalue.StringExact("read:client_grants"),
			})),
			statecheck.ExpectKnownOutputValue("all", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"aud": knownvalue.TupleExact([]knownvalue.Check{knownvalue.StringExact("a"), knownvalue.Int64Exact(2)}),
				"exp": knownvalue.Int64Exact(1732464000), "https://x/ok": knownvalue.Bool(true), "none": knownvalue.Null(),
			})),
		},
	})
}

// TestAccJWTClaims_unknown decodes a token that is known only after the apply.
func TestAccJWTClaims_unknown(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		Config: fmt.Sprintf("resource \"terraform_data\" \"token\" {\n input = %q\n}\noutput \"aud\" {\n value = provider::timesheets::jwt_claims(terraform_data.token.output).aud\n}",
			token(`{"aud":"https://api.example"}`)),
		ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("aud")}},
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("aud", knownvalue.StringExact("https://api.example"))},
	})
}

func TestAccJWTClaims_mistakes(t *testing.T) {
	n := acctest.New(t)
	mistake := func(argument string, phrases ...string) resource.TestStep {
		return resource.TestStep{
			Config:      "output \"x\" {\n value = provider::timesheets::jwt_claims(" + argument + ")\n}",
			ExpectError: acctest.Words(append([]string{`Invalid value for "token" parameter`}, phrases...)...),
		}
	}
	n.Run(t,
		mistake("null", "must not be null"),
		mistake(`"opaque"`, "it is not a signed token"),
		mistake(`"e30.a.b.c.d"`, "encrypted (five parts)"),
	)
}
