package diagnose_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestCreated(t *testing.T) {
	differs := func(wider []string, cause error) error {
		return &tenant.Differs{Fields: []string{"scopes", "name"}, Wider: wider, Cause: cause}
	}
	for name, c := range map[string]struct {
		err     error
		created bool
		want    []string // severity, summary, and what the detail contains
		at      string
	}{
		"as sent":       {created: true},
		"refused":       {err: &tenant.Denied{}, want: []string{"Error", "Unable to create API", "does not permit"}},
		"other values":  {err: differs(nil, nil), created: true, want: []string{"Warning", "API differs from the configuration", "`scopes`, `name`"}, at: "scopes"},
		"wider":         {err: differs([]string{"scopes", "name"}, nil), created: true, want: []string{"Warning", "Access is wider than the configuration", "kept them all the same"}, at: "scopes"},
		"not verified":  {err: &tenant.Unverified{Cause: &tenant.Throttled{}}, created: true, want: []string{"Warning", "API is not verified", "accepted the change"}},
		"not corrected": {err: differs([]string{"scopes", "name"}, errors.New("no route")), created: true, want: []string{"Warning", "Access is wider than the configuration", "no route"}, at: "scopes"},
	} {
		t.Run(name, func(t *testing.T) {
			var diags diag.Diagnostics
			operation := diagnose.Operation{Verb: "create", Noun: "API", Key: "urn:a", Fields: map[string]path.Path{"scopes": path.Root("scopes")}}
			if got := diagnose.AddCreateError(&diags, operation, c.err); got != c.created {
				t.Errorf("created is %v", got)
			}
			if len(c.want) == 0 {
				if len(diags) > 0 {
					t.Error(diags)
				}
				return
			}
			if len(diags) != 1 || diags[0].Severity().String() != c.want[0] || diags[0].Summary() != c.want[1] || !strings.Contains(diags[0].Detail(), c.want[2]) {
				t.Fatalf("diagnostics %v", diags)
			}
			if located, ok := diags[0].(diag.DiagnosticWithPath); c.at != "" && (!ok || located.Path().String() != c.at) {
				t.Errorf("it points elsewhere: %v", diags[0])
			}
		})
	}
}
