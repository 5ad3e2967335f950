package provider_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestListsOmitRejected lists objects of which the resource rejects the generated configuration. Only the others are listed, also if the
// limit is reached, and with the same result whether the resource is included.
func TestListsOmitRejected(t *testing.T) {
	acctest.EmulatorOnly(t, "seeds a tenant")
	scope := func(value string) []map[string]any { return []map[string]any{{"value": value}} }
	api := func(number int, more ...any) map[string]any {
		return acctest.With(map[string]any{"name": "API", "identifier": fmt.Sprint("https://seeded.example/", number), "scopes": scope("read:all")}, more...)
	}
	client := func(name string, more ...any) map[string]any {
		return acctest.With(map[string]any{"name": "Seeded " + name, "client_id": name, "app_type": "non_interactive", "grant_types": []string{"client_credentials"}}, more...)
	}
	grant := func(client string, number int, scopes ...string) map[string]any {
		return map[string]any{"client_id": client, "audience": fmt.Sprint("https://seeded.example/", number), "scope": append([]string{}, scopes...), "subject_type": "client"}
	}
	two, nameless := api(4, "identifier", "https://seeded.example/4 4"), api(2)
	delete(nameless, "name")
	var many []string
	for i := range 250 {
		many = append(many, fmt.Sprint("read:", i))
	}
	many[0] = "z z" // the last in order
	n := acctest.New(t, acctest.Seeded(t, map[string][]map[string]any{
		"resource_servers": {
			api(1, "scopes", scope("a b")), nameless, api(3, "name", " "), two,
			api(6, "scopes", append(scope("read:all"), scope(`quoted"`)...)), api(7), api(8),
		},
		"clients":       {client("none", "grant_types", []string{}), client("typo", "grant_types", []string{"client_credential"}), client("job"), client("other")},
		"client_grants": {grant("job", 1, "a b"), grant("job", 6, "read:all", `quoted"`), {"client_id": "job", "audience": two["identifier"], "scope": []string{}, "subject_type": "client"}, grant("job", 7, "read:all"), grant("other", 7), grant("other", 8, many...)},
	}))
	p := n.Protocol(t)
	for name, c := range map[string]struct {
		filter    map[string]any
		attribute string
		want      []string
	}{
		"timesheets_api":          {map[string]any{"identifier_prefix": "https://seeded.example/"}, "identifier", []string{"https://seeded.example/7", "https://seeded.example/8"}},
		"timesheets_api_scope":    {map[string]any{"identifier": "https://seeded.example/6"}, "value", []string{"read:all"}},
		"timesheets_client":       {map[string]any{"name": "Seeded *"}, "client_id", []string{"job", "other"}},
		"timesheets_client_grant": {map[string]any{}, "client_id", []string{"job", "other"}},
	} {
		for _, include := range []bool{false, true} {
			for _, limit := range []int64{100, int64(len(c.want))} {
				var got []string
				for _, one := range p.List(name, c.filter, include, limit, 0) {
					got = append(got, fmt.Sprint(one.Identity[c.attribute]))
					if (one.Resource != nil) != include {
						t.Errorf("%s: %s contains its resource: %v", name, one.Name, one.Resource)
					}
				}
				if slices.Sort(got); !reflect.DeepEqual(got, c.want) {
					t.Errorf("%s, limit %d: %q, want %q", name, limit, got, c.want)
				}
			}
		}
	}
}
