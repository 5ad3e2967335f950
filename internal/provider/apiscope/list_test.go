package apiscope_test

import (
	"context"
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
	made, err := n.Ports.APIs.Create(t.Context(), tenant.NewAPI{API: tenant.API{
		Name: n.Prefix, Identifier: "https://" + n.Prefix + ".example", SigningAlg: tenant.DefaultSigningAlg,
		TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb,
		TokenDialect: tenant.DefaultTokenDialect, SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(),
		Scopes: []tenant.Scope{{Value: "batch:upload", Description: "Upload"}, {Value: "read:timesheets"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error { return n.Ports.APIs.Delete(ctx, made.Key()) })
	p := n.Protocol(t)
	of := map[string]any{"identifier": made.Identifier}
	got := p.List("timesheets_api_scope", of, true, 100, 0)
	want := []acctest.ListResult{
		listed("batch:upload", made, "Upload"),
		listed("read:timesheets", made, nil),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("results %+v\nnot %+v", got, want)
	}
	widened := made // with a scope that Auth0 accepts, and that cannot be managed (RS011)
	widened.Scopes = append(slices.Clone(made.Scopes), tenant.Scope{Value: "read all"})
	if _, err := n.Ports.APIs.Update(t.Context(), made.Key(), tenant.APIUpdate{Prior: made, Planned: widened}); err != nil {
		t.Fatal(err)
	}
	if got := p.List("timesheets_api_scope", of, true, 100, 0); !reflect.DeepEqual(got, want) {
		t.Errorf("with a scope that cannot be managed: results %+v\nnot %+v", got, want)
	}
	if got := p.List("timesheets_api_scope", of, false, 1, 0); len(got) != 1 || got[0].Resource != nil {
		t.Errorf("up to one: %+v", got)
	}
	for identifier, says := range map[string]string{
		"https://" + n.Prefix + ".example/nowhere": "Unable to list scopes",
		"two parts": "Invalid identifier",
	} {
		got := p.List("timesheets_api_scope", map[string]any{"identifier": identifier}, false, 100, 0)
		if len(got) != 1 || !strings.Contains(fmt.Sprint(got[0].Problems), says) {
			t.Errorf("%q: %+v, not %q", identifier, got, says)
		}
	}
}

func listed(value string, of tenant.API, description any) acctest.ListResult {
	return acctest.ListResult{
		Name: value, Identity: map[string]any{"identifier": of.Identifier, "value": value},
		Resource: map[string]any{"id": of.Identifier + " " + value, "identifier": of.Identifier, "value": value, "description": description, "api_id": of.ID},
	}
}
