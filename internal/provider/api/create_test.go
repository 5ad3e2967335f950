package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestAccAPI_conflict creates an API that exists: the error contains an import block, and the API is not changed.
func TestAccAPI_conflict(t *testing.T) {
	n := acctest.New(t)
	n.Steps(t, apiType,
		acctest.Step{
			Before: create(t, n, tenant.Scope{Value: "foreign"}), Config: api(n),
			Error: acctest.Words("Unable to create API", "already has", n.Identifier(), "import {", "to = timesheets_api.NAME", `id = "`+n.Identifier()+`"`),
		},
		acctest.Step{
			Before: acctest.ChangeTenant(t, func(ctx context.Context) error {
				api, err := n.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: n.Identifier()})
				if err == nil && !slices.Equal(tenant.ScopeValues(api.Scopes), []string{"foreign"}) {
					err = fmt.Errorf("the foreign API was changed: %+v", api)
				}
				if err == nil {
					err = n.Ports.APIs.Delete(ctx, api.Key())
				}
				return err
			}),
			Config: api(n), Checks: acctest.Checks{expectScopes(n)},
		},
	)
}

func TestAccAPI_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:resource_servers")
	n.Steps(t, apiType, acctest.Step{Config: api(n), Error: acctest.Words("Unable to create API", "create:resource_servers")})
}

// TestAccAPI_limits creates an API with a thousand scopes, the longest name, and an identifier with characters that need escaping in
// paths and queries.
func TestAccAPI_limits(t *testing.T) {
	n := acctest.New(t)
	pad := func(text, fill string, length int) string {
		return text + strings.Repeat(fill, length-utf8.RuneCountInString(text))
	}
	scopes := map[string]any{pad("", "s", 280): pad("", "ü", 500), "naïve:✓": nil}
	for i := range 998 {
		scopes[fmt.Sprint("scope:", i)] = fmt.Sprint("Scope ", i)
	}
	long := pad("urn:"+n.Prefix+":a/b%2Fc?d=e&f#g::ü", "x", 600)
	n.Steps(t, apiType, acctest.Step{
		Config: map[string]any{
			"name": pad(n.Prefix+" ", "é", 200), "identifier": long, "scopes": scopes, "token_lifetime": 2592000, "token_lifetime_for_web": 2592000,
		},
		Checks: acctest.Checks{acctest.CheckTenant(func(ctx context.Context) error {
			api, err := n.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: long})
			if err == nil && (len(api.Scopes) != 1000 || utf8.RuneCountInString(api.Name) != 200) {
				return fmt.Errorf("the tenant has another API with %d scopes", len(api.Scopes))
			}
			return err
		})},
	})
}

// TestAccAPI_dependents removes a scope: the read after the apply warns of client grants that are managed elsewhere and still contain
// the scope, and sends one more request.
func TestAccAPI_dependents(t *testing.T) {
	acctest.EmulatorOnly(t, "counts requests in the emulator's journal")
	n := acctest.New(t)
	p := n.Protocol(t)
	config := func(scopes ...string) map[string]any {
		described := map[string]any{}
		for _, scope := range scopes {
			described[scope] = nil
		}
		return map[string]any{"name": n.Prefix, "identifier": n.Identifier(), "scopes": described}
	}
	stored := p.Apply("timesheets_api", acctest.Stored{}, config("batch:upload", "read:timesheets"))
	grant := n.CreateGrant(t, n.CreateClient(t, n.DefaultClient("job")), "batch:upload")
	stored = p.Apply("timesheets_api", stored, config("read:timesheets"))
	warnings := p.PlanErrors("timesheets_api", stored, config("read:timesheets"))
	if len(warnings) != 1 || !acctest.Words("Client grants contain removed scopes", grant.ID, "batch:upload").MatchString(warnings[0]) {
		t.Errorf("the read warns with %q", warnings)
	}
	if err := n.Ports.Grants.Delete(t.Context(), grant.Key()); err != nil {
		t.Fatal(err)
	}
	if read := p.Read("timesheets_api", stored); read.State == nil {
		t.Error("the API is not read")
	}
}
