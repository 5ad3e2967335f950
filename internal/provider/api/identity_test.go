package api_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// TestAccAPI_identity expects that the resource identity contains only the identifier, which does not change.
func TestAccAPI_identity(t *testing.T) {
	acctest.EmulatorOnly(t, "does not delete what it creates")
	n := acctest.New(t)
	key := map[string]any{"identifier": n.Identifier()}
	n.Protocol(t).ExpectIdentity(t, "timesheets_api",
		map[string]any{"name": n.Prefix, "identifier": n.Identifier()},
		map[string]any{"name": n.Prefix + " changed", "identifier": n.Identifier(), "scopes": map[string]any{"batch:upload": "Upload"}},
		func(map[string]any) map[string]any { return key })
}

func TestAccAPI_importIdentity(t *testing.T) {
	acctest.EmulatorOnly(t, "does not delete what it creates")
	n := acctest.New(t)
	p := n.Protocol(t)
	created := p.Apply("timesheets_api", acctest.Stored{}, map[string]any{
		"name": n.Prefix, "identifier": n.Identifier(), "scopes": map[string]any{"batch:upload": "Upload", "read:timesheets": nil}, "token_lifetime": 3600,
	})
	p.ExpectImports(t, "timesheets_api", created, []string{n.Identifier(), fmt.Sprint(created.State["id"])}, map[string]any{"identifier": n.Identifier()})
	if _, errs := p.Import("timesheets_api", "", map[string]any{"identifier": n.Identifier() + "/missing"}); errs == nil {
		t.Error("an API that does not exist is imported")
	}
}
