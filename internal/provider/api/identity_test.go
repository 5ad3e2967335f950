package api_test

import (
	"fmt"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
)

// What names an API for good is its identifier, and nothing that the tenant could make anew.
func TestAccAPI_identity(t *testing.T) {
	acctest.EmulatorOnly(t, "leaves behind what it makes")
	n := acctest.New(t)
	key := map[string]any{"identifier": identifier(n)}
	n.Protocol(t).ExpectIdentity(t, "timesheets_api",
		map[string]any{"name": n.Prefix, "identifier": identifier(n)},
		map[string]any{"name": n.Prefix + " changed", "identifier": identifier(n), "scopes": map[string]any{"batch:upload": "Upload"}},
		func(map[string]any) map[string]any { return key })
}

func TestAccAPI_importIdentity(t *testing.T) {
	acctest.EmulatorOnly(t, "leaves behind what it makes")
	n := acctest.New(t)
	p := n.Protocol(t)
	made := p.Apply("timesheets_api", acctest.Stored{}, map[string]any{
		"name": n.Prefix, "identifier": identifier(n), "scopes": map[string]any{"batch:upload": "Upload", "read:timesheets": nil}, "token_lifetime": 3600,
	})
	p.ExpectImports(t, "timesheets_api", made, []string{identifier(n), fmt.Sprint(made.State["id"])}, map[string]any{"identifier": identifier(n)})
	if _, said := p.Import("timesheets_api", "", map[string]any{"identifier": identifier(n) + "/nowhere"}); said == nil {
		t.Error("an API that is not there is imported")
	}
}
