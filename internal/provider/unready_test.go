package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccProvider_unready uses a domain that is known only after an apply. Whatever needs a request fails in the plan, with
// the variable to set. New objects are planned without requests.
func TestAccProvider_unready(t *testing.T) {
	acctest.EmulatorOnly(t, "needs the address of the tenant in the configuration")
	n := acctest.New(t)
	provider := `
resource "terraform_data" "domain" {
  input = "` + n.Server.URL() + `"
}

provider "timesheets" {
  domain = terraform_data.domain.output
}
`
	n.Run(t,
		resource.TestStep{
			Config:      provider + `data "timesheets_api" "test" { identifier = "x" }`,
			ExpectError: acctest.Words("Unable to read API", "domain is not known yet", "AUTH0_DOMAIN"),
		},
		resource.TestStep{
			Config:      strings.Replace(provider, "  domain =", "  client_id = terraform_data.domain.output\n  domain =", 1) + `data "timesheets_api" "test" { identifier = "x" }`,
			ExpectError: acctest.Words("the provider's domain and client_id are not known yet, because they come from resources", "from AUTH0_DOMAIN, AUTH0_CLIENT_ID, or apply those resources"),
		},
		resource.TestStep{
			Config:      provider + `data "timesheets_signing_keys" "test" {}`,
			ExpectError: acctest.Words("Unable to read signing keys", "domain is not known yet", "No request was sent"),
		},
		resource.TestStep{
			Config: provider + `ephemeral "timesheets_access_token" "test" {
  client_id     = "job"
  client_secret = "canary"
  audience      = "https://api.example"
}`,
			ExpectError: acctest.Words("domain is not known yet", "No request was sent"),
		},
		resource.TestStep{
			Config: provider + `resource "timesheets_client" "test" { name = "` + n.Prefix + ` job" }`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("timesheets_client.test", tfjsonpath.New("client_id"), knownvalue.NotNull()),
			},
		},
	)
	if len(n.Writes()) != 2 {
		t.Errorf("the client is not created and deleted once: %v", n.Writes())
	}
}
