package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestTenantIsReadOnce expects one request for the discovery document from all data sources of a provider process, and
// another one after a failure.
func TestTenantIsReadOnce(t *testing.T) {
	s := build(t).site(t, t.TempDir(), emulator.Options{})
	const configuration = `
terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}
data "timesheets_tenant" "all" { count = 20 }
output "issuers" { value = toset(data.timesheets_tenant.all[*].issuer) }
`
	if err := os.WriteFile(filepath.Join(s.workspace.Dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	s.apply(t)
	for _, lost := range []bool{false, true} {
		if lost {
			if err := s.Inject(emulator.Fault{Route: discoveryRoute, Nth: 1, Cut: emulator.CutAfter}); err != nil {
				t.Fatal(err)
			}
		}
		s.unchanged(t)
		journal, want := s.Journal(), 1
		if lost {
			want = 2
		}
		if len(journal) != want || journal[0].Route != discoveryRoute {
			t.Errorf("lost %v: a plan of 20 data sources sends %d requests, not %d", lost, len(journal), want)
		}
	}
}

const discoveryRoute = "/.well-known/openid-configuration"
