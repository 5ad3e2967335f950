package client_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccClient_own expects that the provider rejects changes of its own client that would lock it out, and that a removed block
// stops managing the client.
func TestAccClient_own(t *testing.T) {
	acctest.EmulatorOnly(t, "could lock the tests out of the tenant")
	own, removed := config.StaticDirectory("testdata/TestAccClient_own"), config.StaticDirectory("testdata/TestAccClient_ownRemoved")
	n := acctest.New(t)
	id := config.Variables{"id": config.StringVariable(n.Environment["AUTH0_CLIENT_ID"])}
	narrowed := config.Variables{"id": id["id"], "grant_types": config.SetVariable(config.StringVariable("password"))}
	keyed := keyed(map[string]pair{"first": newPair(t)})
	keyed["id"] = id["id"]
	bound := config.Variables{"id": id["id"], "proof": config.BoolVariable(true)}
	within := config.Variables{"id": id["id"], "organization_usage": config.StringVariable("require")}
	n.Run(t,
		resource.TestStep{ConfigDirectory: own, ConfigVariables: id, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: id, Destroy: true, ExpectError: acctest.Words("Client is the provider's own", "deletes", "removed")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: narrowed, ExpectError: acctest.Words("Client is the provider's own", "client_credentials")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: keyed, ExpectError: acctest.Words("Client is the provider's own", "between a secret and keys")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: bound, ExpectError: acctest.Words("Client is the provider's own", "no proof of possession")},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: within, ExpectError: acctest.Words("Client is the provider's own", "contain no organization")},
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: id, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites()}},
	)
}

// TestAccClient_ownSecret expects that the provider does not change its own secret, because the old secret would become invalid
// during the run.
func TestAccClient_ownSecret(t *testing.T) {
	acctest.EmulatorOnly(t, "could lock the tests out of the tenant")
	own, removed := config.StaticDirectory("testdata/TestAccClient_ownSecret"), config.StaticDirectory("testdata/TestAccClient_ownRemoved")
	n := acctest.New(t)
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for client_secret_wo
	id := config.StringVariable(n.Environment["AUTH0_CLIENT_ID"])
	rotated := config.Variables{"id": id, "secret": config.StringVariable("canary-secret-of-the-provider"), "secret_version": config.StringVariable("1")}
	n.Run(t,
		resource.TestStep{ConfigDirectory: own, ConfigVariables: config.Variables{"id": id}, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ConfigDirectory: own, ConfigVariables: rotated, ExpectError: acctest.Words("Client is the provider's own", "secret")},
		resource.TestStep{ConfigDirectory: removed, ConfigVariables: config.Variables{"id": id}, ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites()}},
	)
}
