package apiscope_test

import (
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccAPIScope_identity(t *testing.T) {
	n := acctest.New(t)
	api := n.CreateAPI(t)
	key := map[string]any{"identifier": api.Identifier, "value": "batch:upload"}
	n.Protocol(t).ExpectIdentity(t, scopeType, key,
		map[string]any{"identifier": api.Identifier, "value": "batch:upload", "description": "Upload"},
		func(map[string]any) map[string]any { return key })
}

func TestAccAPIScope_importIdentity(t *testing.T) {
	n := acctest.New(t)
	api := n.CreateAPI(t, tenant.Scope{Value: "read:timesheets"})
	p := n.Protocol(t)
	key := map[string]any{"identifier": api.Identifier, "value": "batch:upload"}
	created := p.Apply(scopeType, acctest.Stored{}, map[string]any{"identifier": api.Identifier, "value": "batch:upload", "description": "Upload"})
	p.ExpectImports(t, scopeType, created, []string{api.Identifier + " batch:upload"}, key)
	if _, errs := p.Import(scopeType, "", map[string]any{"identifier": api.Identifier, "value": "batch:uplaod"}); errs == nil {
		t.Error("a scope that does not exist is imported")
	}
}
