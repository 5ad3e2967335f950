package acctest_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/prefix"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestMain runs the sweepers instead of the tests if the flag -sweep is set.
func TestMain(m *testing.M) {
	for name, sweeper := range map[string]struct {
		run   func(acctest.Sweep, context.Context) error
		first []string
	}{
		"client grants": {run: acctest.Sweep.Grants},
		"clients":       {run: acctest.Sweep.Clients, first: []string{"client grants"}},
		"APIs":          {run: acctest.Sweep.APIs, first: []string{"client grants"}},
	} {
		resource.AddTestSweepers(name, &resource.Sweeper{Name: name, Dependencies: sweeper.first, F: func(string) error {
			sweep, err := acctest.SweepRealTenant()
			if err != nil {
				return err
			}
			sweep.Reported = func(line string) { fmt.Fprintln(os.Stderr, line) }
			return sweeper.run(sweep, context.Background())
		}})
	}
	resource.TestMain(m)
}

// TestSweep deletes exactly the leftovers of runs that are over, next to as many objects with similar names, and the
// objects of a run that is given, whatever their age.
func TestSweep(t *testing.T) {
	acctest.EmulatorOnly(t, "creates 100 objects, and sweeps them")
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	old, recent := "acc-2611300959-other-abcdefgh", "acc-2611301001-other-abcdefgh"
	leftovers := func(i int) string { return fmt.Sprintf("acc-26112%d0959-run%d-abcdefgh", i%10, i) }
	similar := []string{
		recent, recent + ".example/v1", "acc-2611300959-other-abcdefg", "acc-2611300959-other-abcdefghi", "acc-2611300959--abcdefgh", "acc-26113009-other-abcdefgh",
		"acc-2613990959-other-abcdefgh", "my " + old, "Acc" + old[3:], "accounting", old + "-production", strings.ToUpper(old), "acc-2611311200-later-abcdefgh",
		"http://" + old, "https://api." + old, "https://x/" + old, old + "x", "acc", "acc-", "https://acc-2611300959.example",
	}
	n := acctest.New(t, acctest.Seeded(t, map[string][]map[string]any{
		"resource_servers": append(acctest.Many(20, func(i int) map[string]any {
			return map[string]any{"name": "API", "identifier": "https://" + leftovers(i) + ".example/v1"}
		}), acctest.Many(25, func(i int) map[string]any {
			return map[string]any{"name": leftovers(i), "identifier": fmt.Sprintf("%s#%d", similar[i%len(similar)], i/len(similar))}
		})...),
		"clients": append(acctest.Many(20, func(i int) map[string]any {
			return map[string]any{"client_id": fmt.Sprint("leftover", i), "name": leftovers(i) + " job"}
		}), acctest.Many(25, func(i int) map[string]any {
			return map[string]any{"client_id": fmt.Sprint("similar", i), "name": similar[i%len(similar)]}
		})...),
		"client_grants": acctest.Many(10, func(i int) map[string]any {
			return map[string]any{"client_id": fmt.Sprint("similar", i), "audience": "https://" + leftovers(i) + ".example/v1", "scope": []string{}}
		}),
	}))
	ctx, before := t.Context(), names(t, n)
	sweep := acctest.Sweep{Ports: n.Ports, Own: n.Server.Terraform().ClientID, Now: now, DryRun: true}
	var reported []string
	sweep.Reported = func(line string) { reported = append(reported, line) }
	all := func() {
		t.Helper()
		for _, run := range []func(context.Context) error{sweep.Grants, sweep.Clients, sweep.APIs} {
			if err := run(ctx); err != nil {
				t.Error(err)
			}
		}
	}
	if all(); len(reported) != 50 || !slices.Equal(names(t, n), before) {
		t.Errorf("the dry run reports %d objects and changes the tenant: %v", len(reported), !slices.Equal(names(t, n), before))
	}
	sweep.DryRun, reported = false, nil
	all()
	want := slices.DeleteFunc(slices.Clone(before), func(line string) bool {
		return strings.Contains(line, "https://acc-26112") || strings.Contains(line, "leftover")
	})
	if after := names(t, n); len(reported) != 50 || len(before)-len(after) != 50 || !slices.Equal(after, want) {
		t.Errorf("%d objects reported, %d deleted:\n%s\nwant:\n%s", len(reported), len(before)-len(after), strings.Join(after, "\n"), strings.Join(want, "\n"))
	}
	sweep.Run = "other"
	if all(); slices.ContainsFunc(names(t, n), func(line string) bool { return strings.Contains(line, "client similar0 ") }) {
		t.Error("the objects of the given run remain")
	}
}

// TestSweep_own keeps the client of the provider and its grant, even if the client has the name of a leftover.
func TestSweep_own(t *testing.T) {
	acctest.EmulatorOnly(t, "renames the provider's own client")
	n := acctest.New(t)
	own := n.Server.Terraform().ClientID
	client, err := n.Ports.Clients.Get(t.Context(), tenant.ClientKey{ClientID: own})
	if err != nil {
		t.Fatal(err)
	}
	renamed := client
	renamed.Name = "acc-2001010000-run-abcdefgh"
	if _, err := n.Ports.Clients.Update(t.Context(), tenant.ClientKey{ClientID: own}, tenant.ClientUpdate{Prior: client, Planned: renamed}); err != nil {
		t.Fatal(err)
	}
	before := names(t, n)
	sweep := acctest.Sweep{Ports: n.Ports, Own: own}
	for _, run := range []func(context.Context) error{sweep.Grants, sweep.Clients, sweep.APIs} {
		if err := run(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if after := names(t, n); !slices.Equal(after, before) {
		t.Errorf("the tenant has %v, and had %v", after, before)
	}
}

// TestPrefix parses what New returns, alone and in names and identifiers.
func TestPrefix(t *testing.T) {
	made := prefix.New()
	for _, name := range []string{made, made + " job", "https://" + made + ".example/v1", "urn:" + made, made + `"`} {
		if start, run, ok := prefix.Parse(name); !ok || time.Since(start) > time.Hour || run == "" {
			t.Errorf("%q: %v, %q, %v", name, start, run, ok)
		}
	}
	if made == prefix.New() {
		t.Error("two prefixes are the same")
	}
}

// names returns all objects of a tenant, each in a line.
func names(t *testing.T, n *acctest.Tenant) []string {
	t.Helper()
	var lines []string
	add := func(err error, format string, args ...any) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf(format, args...))
	}
	for grant, err := range n.Ports.Grants.List(t.Context(), tenant.GrantFilter{}) {
		add(err, "grant %s", grant.Key())
	}
	for client, err := range n.Ports.Clients.List(t.Context(), tenant.ClientFilter{}) {
		add(err, "client %s %s", client.ClientID, client.Name)
	}
	for api, err := range n.Ports.APIs.List(t.Context(), tenant.APIFilter{}) {
		add(err, "API %s", api.Identifier)
	}
	slices.Sort(lines)
	return lines
}
