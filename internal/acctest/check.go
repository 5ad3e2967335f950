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
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Look is a state check that looks at the tenant instead of at the state.
func Look(see func(ctx context.Context) error) statecheck.StateCheck { return look{see} }

type look struct {
	see func(ctx context.Context) error
}

// CheckState implements statecheck.StateCheck.
func (l look) CheckState(ctx context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = l.see(ctx)
}

// Do runs something behind Terraform's back. A test that goes on without it would prove nothing, so it ends there.
func Do(t *testing.T, act func(ctx context.Context) error) func() {
	t.Helper()
	return func() {
		ctx, cancel := within(t)
		defer cancel()
		if err := act(ctx); err != nil {
			t.Fatalf("behind Terraform's back: %v", err)
		}
	}
}

// Wrote checks which writes the provider made since the last such check, and forgets them: each as method, path
// template, and the top-level members of the body in alphabetical order. A real tenant keeps no journal: there it
// passes.
func (n *Tenant) Wrote(want ...string) statecheck.StateCheck {
	return Look(func(context.Context) error {
		if n.Server == nil {
			return nil
		}
		got := n.Writes()
		n.Server.ResetJournal()
		slices.Sort(want)
		if !slices.Equal(got, want) {
			return fmt.Errorf("the provider wrote\n  %s\nand not\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		return nil
	})
}

// Writes are the writes of Terraform in the emulator's journal, sorted.
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

// empty checks that a test left nothing behind.
func (n *Tenant) empty(t *testing.T) error {
	t.Helper()
	ctx, cancel := within(t)
	defer cancel()
	for _, act := range n.later {
		if err := act(ctx); err != nil {
			return err
		}
	}
	n.later = nil
	var left []string
	for api, err := range n.Ports.APIs.List(ctx, tenant.APIFilter{}) {
		if err != nil {
			return err
		}
		if strings.Contains(api.Identifier, n.Prefix) {
			left = append(left, "API "+api.Identifier)
		}
	}
	for client, err := range n.Ports.Clients.List(ctx, tenant.ClientFilter{}) {
		if err != nil {
			return err
		}
		if strings.Contains(client.Name, n.Prefix) {
			left = append(left, "client "+client.Name)
		}
	}
	for grant, err := range n.Ports.Grants.List(ctx, tenant.GrantFilter{}) {
		if err != nil {
			return err
		}
		if strings.Contains(grant.Audience, n.Prefix) {
			left = append(left, "grant "+grant.Key().String())
		}
	}
	if len(left) > 0 {
		return errors.New("left behind: " + strings.Join(left, ", "))
	}
	return nil
}

// Forget empties the journal, so that the next check sees only what comes after.
func (n *Tenant) Forget(context.Context) error {
	if n.Server != nil {
		n.Server.ResetJournal()
	}
	return nil
}

// Words matches text that holds all phrases in this order, wherever Terraform breaks its lines.
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

// Attribute makes an import id of an attribute in the state, or of several with a blank between them.
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

// CallsOfApply counts the Management API calls of the last apply: those from its first write on, up to its last. The
// refreshes that the test framework adds come after it and write nothing.
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
