package apiscope_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccAPIScope_list(t *testing.T) {
	n := acctest.New(t)
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload", Description: "Upload"}, tenant.Scope{Value: "read:timesheets"})
	p := n.Protocol(t)
	listConfig := map[string]any{"identifier": api.Identifier}
	got := p.List("timesheets_api_scope", listConfig, true, 100, 0)
	want := []acctest.ListResult{
		listResult("batch:upload", api, "Upload"),
		listResult("read:timesheets", api, nil),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("results %+v\nwant %+v", got, want)
	}
	widened := api // with a scope that Auth0 accepts, and that cannot be managed (RS011)
	widened.Scopes = append(slices.Clone(api.Scopes), tenant.Scope{Value: "read all"})
	if _, err := n.Ports.APIs.Update(t.Context(), api.Key(), tenant.APIUpdate{Prior: api, Planned: widened}); err != nil {
		t.Fatal(err)
	}
	if got := p.List("timesheets_api_scope", listConfig, true, 100, 0); !reflect.DeepEqual(got, want) {
		t.Errorf("with a scope that cannot be managed: results %+v\nwant %+v", got, want)
	}
	if got := p.List("timesheets_api_scope", listConfig, false, 1, 0); len(got) != 1 || got[0].Resource != nil {
		t.Errorf("a list of at most one scope contains %+v", got)
	}
	for identifier, want := range map[string]string{
		"https://" + n.Prefix + ".example/missing": "Unable to list scopes",
		"two parts": "Invalid identifier",
	} {
		got := p.List("timesheets_api_scope", map[string]any{"identifier": identifier}, false, 100, 0)
		if len(got) != 1 || !strings.Contains(fmt.Sprint(got[0].Problems), want) {
			t.Errorf("%q: %+v, want %q", identifier, got, want)
		}
	}
}

func listResult(value string, api tenant.API, description any) acctest.ListResult {
	return acctest.ListResult{
		Name: value, Identity: map[string]any{"identifier": api.Identifier, "value": value},
		Resource: map[string]any{"id": api.Identifier + " " + value, "identifier": api.Identifier, "value": value, "description": description, "api_id": api.ID},
	}
}
