package client_test

import (
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccClient_own expects that the provider rejects changes of its own client that would lock it out, and that it can be removed from
// the state. A new secret is rejected because the old secret would become invalid during the run.
func TestAccClient_own(t *testing.T) {
	acctest.EmulatorOnly(t, "could lock the tests out of the tenant")
	n := acctest.New(t)
	own := func(more ...any) map[string]any { return acctest.With(map[string]any{"name": "Terraform"}, more...) }
	rejected := func(config map[string]any, phrases ...string) acctest.Step {
		return acctest.Step{Config: config, Error: acctest.Words(append([]string{"Client is the provider's own"}, phrases...)...)}
	}
	destroy := rejected(nil, "deletes", "removed")
	destroy.Destroy = true
	n.Steps(t, clientType,
		acctest.Step{ImportID: n.Environment["AUTH0_CLIENT_ID"], Config: own()},
		destroy,
		rejected(own("grant_types", []string{"password"}), "client_credentials"),
		rejected(own("private_key_jwt", map[string]any{"first": map[string]any{"pem": newPair().pem}}), "between a secret and keys"),
		rejected(own("require_proof_of_possession", true), "no proof of possession"),
		rejected(own("organization_usage", "require"), "contain no organization"),
		rejected(own("client_secret_wo", "canary-secret-of-the-provider", "client_secret_wo_version", "1"), "secret"),
		acctest.Step{Forget: true},
	)
	if writes := n.Writes(); len(writes) > 0 {
		t.Errorf("the provider wrote %q", writes)
	}
}
