package clientsecret_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

const fixture = "TestAccClientSecret"

// withEcho returns a tenant with the provider echo, which stores ephemeral values in the state for tests.
func withEcho(t *testing.T) *acctest.Tenant {
	t.Helper()
	n := acctest.New(t)
	n.Others = map[string]func() (tfprotov6.ProviderServer, error){"echo": echoprovider.NewProviderServer()}
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for client_secret_wo
	return n
}

func TestAccClientSecret_read(t *testing.T) {
	n := withEcho(t)
	n.Run(t, resource.TestStep{
		ConfigDirectory: acctest.Fixture(fixture),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data"), knownvalue.StringExact("0123456789abcdef/+ canary")),
		},
	})
}

func TestAccClientSecret_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	n := withEcho(t).WithToken("read:clients", "create:clients", "update:clients", "delete:clients", "update:client_keys")
	n.Run(t, resource.TestStep{
		ConfigDirectory: acctest.Fixture(fixture), ExpectError: acctest.Words("Unable to read client secret", "read:client_keys"),
	})
}

func TestAccClientSecret_none(t *testing.T) {
	n := acctest.New(t)
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // the first version of OpenTofu with ephemeral resources
	clientID, _ := n.KeyPair(t, n.Prefix+" keyed")
	open := func(id, phrase string, more ...string) resource.TestStep {
		return resource.TestStep{
			Config:      fmt.Sprintf("ephemeral \"timesheets_client_secret\" \"test\" {\n client_id = %q\n}", id),
			ExpectError: acctest.Words(append([]string{phrase}, more...)...),
		}
	}
	n.Run(t,
		open(clientID, "Client has no secret", clientID),
		open("missing", "Unable to read client secret", "missing"),
		open("", "Invalid client_id"),
	)
}
