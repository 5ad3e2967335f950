package api_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccAPI_system imports an API that Auth0 created: it can be neither deleted nor renamed.
func TestAccAPI_system(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system API of a real tenant")
	n := acctest.New(t)
	s := systemAPI{n.Server.URL() + "/api/v2/", "Auth0 Management API"}
	imported := s.step(nil, value("is_system", knownvalue.Bool(true)))
	imported.ImportID = s.identifier
	destroy := s.rejected(nil, "removed")
	destroy.Destroy = true
	n.Steps(t, apiType,
		imported, destroy,
		s.rejected([]any{"name", "Ours"}, "name"),
		s.rejected([]any{"proof_of_possession", map[string]any{"mechanism": "dpop"}}, "proof_of_possession", "Set the value that the tenant has"),
		acctest.Step{Forget: true},
	)
	if writes := n.Writes(); len(writes) > 0 {
		t.Errorf("the provider wrote %q", writes)
	}
}
