package provider_test

import (
	"context"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestDataSourceIsReadAgain reads the same client with two data sources in one apply, the second one after a resource of
// another provider has changed it: it returns the change. In a plan, which refreshes managed resources, both share one read.
func TestDataSourceIsReadAgain(t *testing.T) {
	n := acctest.New(t)
	client, err := n.Ports.Clients.Create(t.Context(), tenant.Client{Name: n.Prefix + " first", AppType: "non_interactive"})
	if err != nil {
		t.Fatal(err)
	}
	n.Later(func(ctx context.Context) error {
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: client.ClientID})
	})
	rename := func(to string) {
		t.Helper()
		if _, err := n.Ports.Clients.Update(t.Context(), tenant.ClientKey{ClientID: client.ClientID}, tenant.ClientUpdate{Planned: tenant.Client{Name: n.Prefix + to}}); err != nil {
			t.Fatal(err)
		}
	}
	p, id := n.Protocol(t), map[string]any{"client_id": client.ClientID}
	expectName := func(want string) {
		t.Helper()
		if got := p.Data("timesheets_client", id)["name"]; got != n.Prefix+want {
			t.Errorf("the data source returns %v, want %s", got, n.Prefix+want)
		}
	}
	expectName(" first")
	rename(" second")
	expectName(" second")
	if got := p.Read("timesheets_client", acctest.Stored{State: id}).State["name"]; got != n.Prefix+" second" {
		t.Errorf("the refresh returns %v", got)
	}
	rename(" third")
	expectName(" second")
}
