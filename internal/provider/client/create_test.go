package client_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestAccClient_metadataLikeCredentials expects that metadata are kept even if their keys look like credentials.
func TestAccClient_metadataLikeCredentials(t *testing.T) {
	n := acctest.New(t)
	step := func(secret string, action acctest.Action) acctest.Step {
		metadata, want := map[string]any{}, map[string]knownvalue.Check{}
		for key, text := range map[string]string{"owner": "team-a", "client_secret": secret, "signing_secret": "vault:signing", "signing_keys": "none"} {
			metadata[key], want[key] = text, knownvalue.StringExact(text)
		}
		return acctest.Step{Config: job(n, "client_metadata", metadata), Action: action, Checks: acctest.Checks{value("client_metadata", knownvalue.MapExact(want))}}
	}
	n.Steps(t, clientType, step("vault:first", acctest.Create), step("vault:second", acctest.Update))
}

// TestAccClient_quotaKept expects that an unchanged limit of a quota is kept, whether the tenant merges objects or replaces them.
func TestAccClient_quotaKept(t *testing.T) {
	for _, replaces := range []bool{false, true} {
		t.Run(fmt.Sprintf("replaces %v", replaces), func(t *testing.T) {
			n := acctest.New(t, func(o *emulator.Options) { o.Switches.ReplaceObjects = replaces })
			step := func(day int64) acctest.Step {
				return acctest.Step{
					Config: job(n, "client_metadata", map[string]any{"owner": "team-a", "day": fmt.Sprint(day)},
						"token_quota", map[string]any{"per_hour": 5, "per_day": day, "enforce": false}),
					Checks: acctest.Checks{
						value("token_quota", quotaOf(knownvalue.Int64Exact(5), knownvalue.Int64Exact(day), knownvalue.Bool(false))),
						value("client_metadata", knownvalue.MapSizeExact(2)),
					},
				}
			}
			n.Steps(t, clientType, step(10), step(20))
		})
	}
}

// TestAccClient_appTypeChanged changes the app_type of a managed client outside Terraform: every plan warns of it.
func TestAccClient_appTypeChanged(t *testing.T) {
	acctest.EmulatorOnly(t, "changes a member that the provider's ports cannot change")
	n := acctest.New(t)
	p := n.Protocol(t)
	stored := p.Apply(clientType, acctest.Stored{}, job(n))
	if got := p.PlanErrors(clientType, stored, job(n)); got != nil {
		t.Errorf("an unchanged client causes %q", got)
	}
	client, err := findClient(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	n.Send(t, http.MethodPatch, "clients/"+client.ClientID, map[string]any{"app_type": "spa"}, nil)
	p.Configure()
	if got := p.PlanErrors(clientType, stored, job(n)); len(got) != 1 || !acctest.Words("Client was changed to another kind", "`spa`").MatchString(got[0]) {
		t.Errorf("the plan reports %q, and does not warn of the application type", got)
	}
}

// TestAccClient_emptyValues expects that an empty description and null elements of metadata mean the same as none, and that the
// state keeps them: every step includes a second plan, which is empty.
func TestAccClient_emptyValues(t *testing.T) {
	n := acctest.New(t)
	step := func(description any, metadata map[string]any, checks ...acctest.Check) acctest.Step {
		return acctest.Step{Config: job(n, "description", description, "client_metadata", metadata), Checks: checks}
	}
	const write = "PATCH clients/{id} client_metadata description"
	n.Steps(t, clientType,
		step("", map[string]any{"owner": "a", "team": nil}, n.ExpectWrites("POST clients app_type client_metadata grant_types name token_endpoint_auth_method"),
			value("description", knownvalue.StringExact("")),
			value("client_metadata", knownvalue.MapExact(map[string]knownvalue.Check{"owner": knownvalue.StringExact("a"), "team": knownvalue.Null()}))),
		step(nil, map[string]any{"owner": "a"}, n.ExpectWrites(), value("description", knownvalue.Null())),
		step("Uploads.", map[string]any{"owner": nil, "team": "b"}, n.ExpectWrites(write)),
		step("", map[string]any{"owner": nil}, n.ExpectWrites(write)),
		step(nil, nil, n.ExpectWrites()),
	)
}
