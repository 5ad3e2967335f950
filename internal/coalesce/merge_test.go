package coalesce

import (
	"slices"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestApply_original changes the description of a scope whose value in the tenant is not normalized. The value is kept.
func TestApply_original(t *testing.T) {
	present := tenant.Scope{Value: "read:caf\u00e9", Original: "read:cafe\u0301"}
	got := apply([]tenant.Scope{present}, tenant.ScopeChange{Scope: tenant.Scope{Value: present.Value, Description: "Read"}})
	want := []tenant.Scope{{Value: present.Value, Original: present.Original, Description: "Read"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
