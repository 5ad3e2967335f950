package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccAPI_list(t *testing.T) {
	n := acctest.New(t)
	for i, prefix := range []string{"https://a.", "https://a.", "https://b."} {
		api := plain(n)
		api.Identifier = fmt.Sprintf("%s%s.example/%d", prefix, n.Prefix, i)
		api.Scopes = []tenant.Scope{{Value: "batch:upload", Description: "Upload"}}
		made, err := n.Ports.APIs.Create(t.Context(), api)
		if err != nil {
			t.Fatal(err)
		}
		n.Later(func(ctx context.Context) error { return n.Ports.APIs.Delete(ctx, made.Key()) })
	}
	p := n.Protocol(t)
	for name, c := range map[string]struct {
		prefix any
		limit  int64
		want   int
	}{
		"one prefix":    {"https://a." + n.Prefix, 100, 2},
		"the other":     {"https://b." + n.Prefix, 100, 1},
		"none":          {"https://c." + n.Prefix, 100, 0},
		"up to a limit": {"https://a." + n.Prefix, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.List("timesheets_api", map[string]any{"identifier_prefix": c.prefix}, true, c.limit, 0)
			if len(got) != c.want {
				t.Fatalf("%d results, not %d: %v", len(got), c.want, got)
			}
			for _, one := range got {
				identifier, _ := one.Identity["identifier"].(string)
				if one.Problems != nil || !strings.HasPrefix(identifier, fmt.Sprint(c.prefix)) || !strings.Contains(one.Name, identifier) {
					t.Errorf("result %+v", one)
				}
				if want := map[string]any{"batch:upload": "Upload"}; one.Resource["identifier"] != identifier || !reflect.DeepEqual(one.Resource["scopes"], want) {
					t.Errorf("resource %v", one.Resource)
				}
			}
		})
	}
	for _, one := range p.List("timesheets_api", nil, false, 1000, 0) {
		if one.Resource != nil {
			t.Errorf("%s comes with its resource, and nobody asked", one.Name)
		}
		if identifier := fmt.Sprint(one.Identity["identifier"]); strings.HasSuffix(identifier, "/api/v2/") {
			t.Errorf("%s is Auth0's own", identifier)
		}
	}
}

// Pages are fetched as far as results are taken, and an error on a later one comes behind the results of those before.
func TestAccAPI_listPages(t *testing.T) {
	acctest.EmulatorOnly(t, "seeds a tenant, makes it fail, and counts calls")
	n := acctest.New(t, func(options *emulator.Options) { options.Seed = many(t, 250) })
	p := n.Protocol(t)
	pages := func() int {
		count := 0
		for _, entry := range n.Server.Journal() {
			if entry.Route == "/api/v2/resource-servers" {
				count++
			}
		}
		n.Server.ResetJournal()
		return count
	}
	pages()
	if got := p.List("timesheets_api", nil, false, 1000, 3); len(got) != 3 || pages() != 1 {
		t.Errorf("three results took more than a page: %v", got)
	}
	if got := p.List("timesheets_api", nil, false, 150, 0); len(got) != 150 || pages() != 2 {
		t.Errorf("%d results up to a limit of 150", len(got))
	}
	if got := p.List("timesheets_api", nil, false, 1000, 0); len(got) != 250 || pages() != 3 {
		t.Errorf("%d results in all", len(got))
	}
	if err := n.Server.Inject(emulator.Fault{Method: "GET", Route: "/api/v2/resource-servers", Nth: 2, Status: 403, Body: `{"statusCode":403,"message":"Insufficient scope, expected any of: read:resource_servers","errorCode":"insufficient_scope"}`}); err != nil {
		t.Fatal(err)
	}
	got := p.List("timesheets_api", nil, false, 1000, 0)
	before, last := got[:len(got)-1], got[len(got)-1]
	if len(before) < 90 || len(last.Problems) != 1 || !strings.Contains(last.Problems[0], "Unable to list APIs") || !strings.Contains(last.Problems[0], "read:resource_servers") {
		t.Errorf("%d results before %v", len(before), last)
	}
	for _, one := range before {
		if one.Problems != nil {
			t.Errorf("%s: %v", one.Name, one.Problems)
		}
	}
}

// many is a tenant with so many APIs.
func many(t *testing.T, count int) *emulator.Seed {
	t.Helper()
	var apis []map[string]any
	for i := range count {
		apis = append(apis, map[string]any{"name": fmt.Sprint("API ", i), "identifier": fmt.Sprintf("https://seeded.example/%d", i)})
	}
	content, err := json.Marshal(map[string]any{"resource_servers": apis})
	if err != nil {
		t.Fatal(err)
	}
	seed, err := emulator.ReadSeed(strings.NewReader(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// A list that leaves the scopes out says nothing about them: what is generated from it must not take them away.
func TestAccAPI_listWithoutScopes(t *testing.T) {
	acctest.EmulatorOnly(t, "chooses what lists tell")
	n := acctest.New(t, func(options *emulator.Options) { options.Switches.ListsWithoutScopes = true })
	api := plain(n)
	api.Scopes = []tenant.Scope{{Value: "batch:upload"}}
	if _, err := n.Ports.APIs.Create(t.Context(), api); err != nil {
		t.Fatal(err)
	}
	got := n.Protocol(t).List("timesheets_api", map[string]any{"identifier_prefix": api.Identifier}, true, 100, 0)
	if len(got) != 1 || got[0].Resource["scopes"] != nil {
		t.Errorf("results %+v", got)
	}
}
