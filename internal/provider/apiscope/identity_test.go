package apiscope_test

import (
	"context"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// createAPI creates an API with these scopes, which Terraform does not manage.
func createAPI(t *testing.T, n *acctest.Tenant, scopes ...tenant.Scope) tenant.API {
	t.Helper()
	created, err := n.Ports.APIs.Create(t.Context(), tenant.NewAPI{API: tenant.API{
		Name: n.Prefix, Identifier: "https://" + n.Prefix + ".example", SigningAlg: tenant.DefaultSigningAlg,
		TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb,
		TokenDialect: tenant.DefaultTokenDialect, SubjectTypeAuthorization: tenant.DefaultSubjectTypeAuthorization(),
		Scopes: scopes,
	}})
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error { return n.Ports.APIs.Delete(ctx, created.Key()) })
	return created
}

func TestAccAPIScope_identity(t *testing.T) {
	n := acctest.New(t)
	api := createAPI(t, n)
	key := map[string]any{"identifier": api.Identifier, "value": "batch:upload"}
	n.Protocol(t).ExpectIdentity(t, "timesheets_api_scope", key,
		map[string]any{"identifier": api.Identifier, "value": "batch:upload", "description": "Upload"},
		func(map[string]any) map[string]any { return key })
}

func TestAccAPIScope_importIdentity(t *testing.T) {
	n := acctest.New(t)
	api := createAPI(t, n, tenant.Scope{Value: "read:timesheets"})
	p := n.Protocol(t)
	key := map[string]any{"identifier": api.Identifier, "value": "batch:upload"}
	created := p.Apply("timesheets_api_scope", acctest.Stored{}, map[string]any{"identifier": api.Identifier, "value": "batch:upload", "description": "Upload"})
	p.ExpectImports(t, "timesheets_api_scope", created, []string{api.Identifier + " batch:upload"}, key)
	if _, errs := p.Import("timesheets_api_scope", "", map[string]any{"identifier": api.Identifier, "value": "batch:uplaod"}); errs == nil {
		t.Error("a scope that does not exist is imported")
	}
}
