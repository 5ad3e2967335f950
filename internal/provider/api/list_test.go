package api_test

import (
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
		api := n.DefaultAPI(tenant.Scope{Value: "batch:upload", Description: "Upload"})
		api.Identifier = fmt.Sprintf("%s%s.example/%d", prefix, n.Prefix, i)
		n.CreateAPIFrom(t, api)
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
				t.Fatalf("%d results, want %d: %v", len(got), c.want, got)
			}
			for _, result := range got {
				identifier, _ := result.Identity["identifier"].(string)
				if (result.Problems != nil) != (c.limit == 1) || !strings.HasPrefix(identifier, fmt.Sprint(c.prefix)) || !strings.Contains(result.Name, identifier) {
					t.Errorf("result %+v", result)
				}
				if want := map[string]any{"batch:upload": "Upload"}; result.Resource["identifier"] != identifier || !reflect.DeepEqual(result.Resource["scopes"], want) {
					t.Errorf("resource %v", result.Resource)
				}
			}
		})
	}
	unmanageable := n.DefaultAPI()
	unmanageable.Identifier = "https://" + n.Prefix + ".example/two parts"
	n.CreateAPIFrom(t, unmanageable)
	for _, result := range p.List("timesheets_api", nil, false, 1000, 0) {
		if result.Resource != nil {
			t.Errorf("%s contains its resource, which was not requested", result.Name)
		}
		if result.Identity["identifier"] == unmanageable.Identifier {
			t.Errorf("%s cannot be managed", result.Name)
		}
		if identifier := fmt.Sprint(result.Identity["identifier"]); strings.HasSuffix(identifier, "/api/v2/") {
			t.Errorf("the system API %s is listed", identifier)
		}
	}
}

// TestAccAPI_listWithoutScopes lists APIs with a response that omits scopes: the generated configuration must not remove them.
func TestAccAPI_listWithoutScopes(t *testing.T) {
	acctest.EmulatorOnly(t, "changes what lists contain")
	n := acctest.New(t, func(options *emulator.Options) { options.Switches.ListsWithoutScopes = true })
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload"})
	got := n.Protocol(t).List("timesheets_api", map[string]any{"identifier_prefix": api.Identifier}, true, 100, 0)
	if len(got) != 1 || got[0].Resource["scopes"] != nil {
		t.Errorf("results %+v", got)
	}
}
