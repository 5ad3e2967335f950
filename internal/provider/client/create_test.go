package client_test

import (
	"fmt"
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
