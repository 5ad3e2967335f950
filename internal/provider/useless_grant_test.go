package provider_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestUselessGrantIsReportedOnce plans an API that denies clients and a grant for it in both orders.
func TestUselessGrantIsReportedOnce(t *testing.T) {
	const summary = "Client grant has no effect"
	policy := func(client string) tftypes.Value {
		return tftypes.NewValue(
			tftypes.Object{AttributeTypes: map[string]tftypes.Type{"user": tftypes.String, "client": tftypes.String}},
			map[string]tftypes.Value{"user": text("allow_all"), "client": text(client)},
		)
	}
	for name, c := range map[string]struct {
		client  string
		subject string
		first   string
		want    int
	}{
		"API first":         {"deny_all", "client", "timesheets_api", 1},
		"grant first":       {"deny_all", "client", "timesheets_client_grant", 1},
		"grant for users":   {"deny_all", "user", "timesheets_api", 0},
		"clients permitted": {"require_client_grant", "client", "timesheets_api", 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlanner(t)
			configs := map[string]map[string]tftypes.Value{
				"timesheets_api": {
					"name": text("a"), "identifier": text("https://a.example"), "subject_type_authorization": policy(c.client),
				},
				"timesheets_client_grant": {
					"client_id": text("client"), "audience": text("https://a.example"), "subject_type": text(c.subject), "allow_all_scopes": tftypes.NewValue(tftypes.Bool, true),
				},
			}
			second := "timesheets_api"
			if c.first == second {
				second = "timesheets_client_grant"
			}
			warnings, _ := p.plan(t, c.first, nil, configs[c.first])
			more, _ := p.plan(t, second, nil, configs[second])
			warnings = append(warnings, more...)
			if got := len(slices.DeleteFunc(slices.Clone(warnings), func(one string) bool { return one != summary })); got != c.want {
				t.Errorf("%d times %q, want %d: %q", got, summary, c.want, warnings)
			}
		})
	}
}
