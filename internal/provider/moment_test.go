package provider_test

import (
	"context"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestDataOfTheMoment: two data sources read the same client in one apply, the second one after a resource of another
// provider that changes it. It shows that change. In a plan, which refreshes what is managed, one read serves both.
func TestDataOfTheMoment(t *testing.T) {
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
	shows := func(want string) {
		t.Helper()
		if got := p.Data("timesheets_client", id)["name"]; got != n.Prefix+want {
			t.Errorf("the data source shows %v, want %s", got, n.Prefix+want)
		}
	}
	shows(" first")
	rename(" second")
	shows(" second")
	if got := p.Read("timesheets_client", acctest.Stored{State: id}).State["name"]; got != n.Prefix+" second" {
		t.Errorf("the refresh shows %v", got)
	}
	rename(" third")
	shows(" second")
}
