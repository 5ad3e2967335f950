package acctest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// CheckTenant returns a state check that checks the tenant instead of the state.
func CheckTenant(check func(ctx context.Context) error) statecheck.StateCheck {
	return tenantCheck{check}
}

type tenantCheck struct {
	check func(ctx context.Context) error
}

// CheckState implements statecheck.StateCheck.
func (c tenantCheck) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c.check(ctx)
}

// ChangeTenant returns a function that changes the tenant outside Terraform, and ends the test if that fails.
func ChangeTenant(t *testing.T, act func(ctx context.Context) error) func() {
	t.Helper()
	return func() {
		ctx, cancel := withTimeout(t)
		defer cancel()
		if err := act(ctx); err != nil {
			t.Fatalf("change outside Terraform: %v", err)
		}
	}
}

// ExpectWrites returns a check of the provider's writes since the last such check: each as method, path template, and the top-level
// members of the body in alphabetical order. A real tenant has no journal, so that the check passes there.
func (n *Tenant) ExpectWrites(want ...string) statecheck.StateCheck {
	return CheckTenant(func(context.Context) error {
		if n.Server == nil {
			return nil
		}
		got := n.Writes()
		n.Server.ResetJournal()
		slices.Sort(want)
		if !slices.Equal(got, want) {
			return fmt.Errorf("the provider wrote\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		return nil
	})
}

// Writes returns the writes of Terraform in the emulator's journal, sorted.
func (n *Tenant) Writes() []string {
	writes := []string{}
	for _, entry := range n.Server.Journal() {
		if entry.Method == "GET" || !strings.HasPrefix(entry.Route, "/api/v2/") || !strings.HasPrefix(entry.UserAgent, "terraform-provider-timesheets/") {
			continue
		}
		fields := slices.Sorted(slices.Values(entry.Fields))
		writes = append(writes, strings.TrimSpace(entry.Method+" "+strings.TrimPrefix(entry.Route, "/api/v2/")+" "+strings.Join(fields, " ")))
	}
	slices.Sort(writes)
	return writes
}

// empty checks that no object of a test remains.
func (n *Tenant) empty(t *testing.T) error {
	t.Helper()
	ctx, cancel := withTimeout(t)
	defer cancel()
	for _, act := range n.later {
		if err := act(ctx); err != nil {
			return err
		}
	}
	n.later = nil
	var remaining []string
	for api, err := range n.Ports.APIs.List(ctx, tenant.APIFilter{}) {
		if err != nil {
			return err
		}
		if strings.Contains(api.Identifier, n.Prefix) {
			remaining = append(remaining, "API "+api.Identifier)
		}
	}
	for client, err := range n.Ports.Clients.List(ctx, tenant.ClientFilter{}) {
		if err != nil {
			return err
		}
		if strings.Contains(client.Name, n.Prefix) {
			remaining = append(remaining, "client "+client.Name)
		}
	}
	for grant, err := range n.Ports.Grants.List(ctx, tenant.GrantFilter{}) {
		if err != nil {
			return err
		}
		if strings.Contains(grant.Audience, n.Prefix) {
			remaining = append(remaining, "grant "+grant.Key().String())
		}
	}
	if len(remaining) > 0 {
		return errors.New("not deleted: " + strings.Join(remaining, ", "))
	}
	return nil
}

// ResetJournal empties the journal, so that the next check considers only later requests.
func (n *Tenant) ResetJournal(context.Context) error {
	if n.Server != nil {
		n.Server.ResetJournal()
	}
	return nil
}

// Words returns an expression for text that contains all phrases in this order, independent of Terraform's line breaks.
func Words(phrases ...string) *regexp.Regexp {
	parts := make([]string, 0, len(phrases))
	for _, phrase := range phrases {
		words := strings.Fields(phrase)
		for i := range words {
			words[i] = regexp.QuoteMeta(words[i])
		}
		parts = append(parts, strings.Join(words, `[\s│]+`))
	}
	return regexp.MustCompile(`(?s)` + strings.Join(parts, `.*?`))
}

// Attribute returns an import ID: the value of an attribute in the state, or several values separated by a space.
func Attribute(address string, names ...string) resource.ImportStateIdFunc {
	return func(state *terraform.State) (string, error) {
		found, ok := state.RootModule().Resources[address]
		if !ok {
			return "", fmt.Errorf("no %s in the state", address)
		}
		parts := make([]string, 0, len(names))
		for _, name := range names {
			parts = append(parts, found.Primary.Attributes[name])
		}
		return strings.Join(parts, " "), nil
	}
}

// CallsOfApply returns the number of Management API requests of the last apply, from its first to its last write. The test
// framework adds refreshes after it, which write nothing.
func (n *Tenant) CallsOfApply() int {
	calls, pending, writing := 0, 0, false
	for _, entry := range n.Server.Journal() {
		if !strings.HasPrefix(entry.Route, "/api/v2/") || !strings.HasPrefix(entry.UserAgent, "terraform-provider-timesheets/") {
			continue
		}
		pending++
		if entry.Method != "GET" {
			if !writing {
				pending, writing = 1, true
			}
			calls, pending = calls+pending, 0
		}
	}
	return calls
}

// StringSet returns a check of a set of texts.
func StringSet(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, 0, len(values))
	for _, value := range values {
		checks = append(checks, knownvalue.StringExact(value))
	}
	return knownvalue.SetExact(checks)
}
