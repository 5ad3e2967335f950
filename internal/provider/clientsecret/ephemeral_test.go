package clientsecret_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

const secretType = "timesheets_client_secret"

func TestAccClientSecret_read(t *testing.T) {
	n := acctest.NewWithEcho(t)
	n.Run(t, resource.TestStep{
		ConfigDirectory: acctest.Fixture("TestAccClientSecret"),
		ConfigStateChecks: acctest.Checks{
			acctest.Value("echo.test", knownvalue.StringExact("0123456789abcdef/+ canary"), "data"),
		},
	})
}

func TestAccClientSecret_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "issues a token with certain scopes")
	n := acctest.New(t)
	clientID, _ := job(t, n)
	n.WithToken("read:clients").Protocol(t).ExpectOpenErrors(secretType, map[string]any{"client_id": clientID}, "Unable to read client secret", "read:client_keys")
}

func TestAccClientSecret_none(t *testing.T) {
	n := acctest.New(t)
	clientID, _ := n.KeyPair(t, n.Prefix+" keyed")
	p := n.Protocol(t)
	p.ExpectOpenErrors(secretType, map[string]any{"client_id": clientID}, "Client has no secret", clientID)
	p.ExpectOpenErrors(secretType, map[string]any{"client_id": "missing"}, "Unable to read client secret", "missing")
	p.ExpectOpenErrors(secretType, map[string]any{"client_id": ""}, "Invalid client_id")
}
