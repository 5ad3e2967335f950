package management_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// crowded is a tenant of 1200 clients besides its own two, more than numbered pages reach (GE019).
func crowded(t *testing.T, wire http.RoundTripper) tenant.Tenant {
	t.Helper()
	seed := &emulator.Seed{}
	for i := range 1200 {
		seed.Clients = append(seed.Clients, store.Object{
			{Name: "client_id", Value: fmt.Sprintf("seeded%026d", i)},
			{Name: "name", Value: fmt.Sprintf("Client %d", i)},
			{Name: "app_type", Value: tenant.MachineToMachine},
		})
	}
	return emulatedWith(t, emulator.Options{Seed: seed}, wire)
}

func TestListsReachBeyondNumberedPages(t *testing.T) {
	opened, ctx := crowded(t, nil), t.Context()
	for filter, want := range map[tenant.ClientFilter]int{{}: 1202, {AppType: tenant.MachineToMachine}: 1201, {AppType: "spa"}: 0} {
		ids, err := drained(opened.Clients.List(ctx, filter), func(client tenant.Client) string { return client.ClientID })
		if err != nil || len(ids) != want {
			t.Errorf("%d clients of type %q, error %v, want %d", len(ids), filter.AppType, err, want)
		}
	}
	got, err := opened.Clients.Get(ctx, tenant.ClientKey{Name: "Client 1199"})
	if err != nil || got.ClientID != fmt.Sprintf("seeded%026d", 1199) {
		t.Errorf("by name: %+v, %v", got, err)
	}
	_, err = opened.Clients.Get(ctx, tenant.ClientKey{Name: "Client 1200"})
	var absent *tenant.NotFound
	if !errors.As(err, &absent) {
		t.Errorf("an unknown name: %v", err)
	}
}

// TestNumberedPagesEndWhereTheyReach expects no request for pages that the tenant rejects, and a total that shows that there is more.
func TestNumberedPagesEndWhereTheyReach(t *testing.T) {
	opened, ctx := crowded(t, nil), t.Context()
	seen, total := 0, 0
	for from, pages := "", 0; from != "" || pages == 0; pages++ {
		page, err := opened.Clients.Page(ctx, tenant.ClientFilter{}, from)
		if err != nil {
			t.Fatal(err)
		}
		from, total = page.Next, page.Total
		seen += len(page.Items)
	}
	if seen != 1000 || total != 1202 {
		t.Errorf("%d clients of %d, want 1000 of 1202", seen, total)
	}
	server := newServer(t, nil)
	_, err := server.tenant(t).Clients.Page(ctx, tenant.ClientFilter{}, "10")
	var away *tenant.Unavailable
	if !errors.As(err, &away) || len(server.asked("")) != 0 {
		t.Errorf("error %v, asked %q", err, server.routesAsked())
	}
}

// deaf loses the answers to all creates of clients.
type deaf struct{}

func (deaf) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && r.Method == http.MethodPost && r.URL.Path == clientsPath {
		_ = answer.Body.Close()
		return nil, errors.New("lost")
	}
	return answer, err
}

// TestLostClientIsFoundInACrowd: what a lost create made stands at the end of the list, where numbered pages do not reach.
func TestLostClientIsFoundInACrowd(t *testing.T) {
	opened := crowded(t, deaf{})
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	wanted := job()
	wanted.Name = "made last"
	_, err := opened.Clients.Create(t.Context(), wanted)
	var ambiguous *tenant.Ambiguous
	if !errors.As(err, &ambiguous) || !ambiguous.Lost || len(ambiguous.Found) != 1 {
		t.Errorf("error %v, want the one that was made", err)
	}
}

// TestCheckpointsAreAskedForAlone: no number goes along, and the filters do.
func TestCheckpointsAreAskedForAlone(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{"GET " + clientsPath: inTurn(
		reply{status: 200, body: `{"clients":[{"client_id":"a"}],"next":"opaque"}`}, reply{status: 200, body: `{"clients":[{"client_id":"b"}]}`},
	)})
	_, err := drained(server.tenant(t).Clients.List(t.Context(), tenant.ClientFilter{AppType: "spa"}), func(client tenant.Client) string { return client.ClientID })
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{{"app_type", "fields", "include_fields", "take"}, {"app_type", "fields", "from", "include_fields", "take"}} {
		query := server.asked("")[i].Query
		if got := slices.Sorted(maps.Keys(query)); !slices.Equal(got, want) || query.Get("take") != "100" || query.Has("from") && query.Get("from") != "opaque" {
			t.Errorf("request %d: %v", i, query)
		}
	}
}

// TestListThatEndsShort expects the objects of an incomplete list and then an error, so that it does not prove that there is no such
// client, or only one.
func TestListThatEndsShort(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		"GET " + apisPath:    says(200, `{"total":3,"start":0,"limit":100,"resource_servers":[{"id":"a","identifier":"x"},{"id":"b","identifier":"y"}]}`),
		"GET " + clientsPath: says(200, `{"total":3,"start":0,"limit":100,"clients":[{"client_id":"a","name":"one"},{"client_id":"b","name":"two"}]}`),
	})
	opened := server.tenant(t)
	ids, failed := drained(opened.APIs.List(t.Context(), tenant.APIFilter{}), func(api tenant.API) string { return api.ID })
	if !slices.Equal(ids, []string{"a", "b"}) || failed == nil {
		t.Errorf("the list has %q and ends in %v", ids, failed)
	}
	for _, name := range []string{"one", "three"} {
		_, err := opened.Clients.Get(t.Context(), tenant.ClientKey{Name: name})
		var away *tenant.Unavailable
		if !errors.As(err, &away) {
			t.Errorf("client %q: %v", name, err)
		}
	}
}
