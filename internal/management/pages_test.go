package management_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// drained are the ids of a list and the error that ended it.
func drained[V any](list iter.Seq2[V, error], id func(V) string) (ids []string, failed error) {
	for item, err := range list {
		if err != nil {
			return ids, err
		}
		ids = append(ids, id(item))
	}
	return ids, nil
}

// TestOddItemsOfAList expects that a page omits undecodable objects and keeps the others. A list yields the others and then fails,
// because it is incomplete.
func TestOddItemsOfAList(t *testing.T) {
	const routes = `{"total":4,"start":0,"limit":100,"%s":[%s,%s,%s]}`
	for name, odd := range map[string]string{
		"of another type": `{"id":"odd","identifier":"odd","client_id":"odd","audience":"odd","name":{"first":"a"},"scope":"read"}`,
		"null":            `null`,
		"no object":       `"text"`,
		"without an id":   `{"name":"nameless"}`,
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{
				"GET " + apisPath:    says(200, fmt.Sprintf(routes, "resource_servers", `{"id":"a","identifier":"x"}`, odd, `{"id":"b","identifier":"y"}`)),
				"GET " + clientsPath: says(200, fmt.Sprintf(routes, "clients", `{"client_id":"a"}`, odd, `{"client_id":"b"}`)),
				"GET " + grantsPath:  says(200, fmt.Sprintf(routes, "client_grants", `{"id":"a","client_id":"c","audience":"x","scope":[]}`, odd, `{"id":"b","client_id":"c","audience":"x","scope":["r"]}`)),
			})
			opened := server.tenant(t)
			apis, err := opened.APIs.Page(t.Context(), tenant.APIFilter{}, "")
			others(t, apis, err, 4, func(api tenant.API) string { return api.ID })
			clients, err := opened.Clients.Page(t.Context(), tenant.ClientFilter{}, "")
			others(t, clients, err, 4, func(client tenant.Client) string { return client.ClientID })
			grants, err := opened.Grants.Page(t.Context(), tenant.GrantFilter{}, "")
			others(t, grants, err, 0, func(grant tenant.Grant) string { return grant.ID })
			if calls := len(server.asked("")); calls != 3 {
				t.Errorf("%d calls, want one for each page", calls)
			}
			ids, failed := drained(opened.Clients.List(t.Context(), tenant.ClientFilter{}), func(client tenant.Client) string { return client.ClientID })
			if !slices.Equal(ids, []string{"a", "b"}) || failed == nil {
				t.Errorf("the list has %q and ends in %v", ids, failed)
			}
		})
	}
}

func others[V any](t *testing.T, page tenant.Page[V], err error, total int, id func(V) string) {
	t.Helper()
	ids := []string{}
	for _, item := range page.Items {
		ids = append(ids, id(item))
	}
	if err != nil || !slices.Equal(ids, []string{"a", "b"}) || page.Total != total || page.Next != "" {
		t.Errorf("%q, total %d, next %q, error %v, want a and b of %d", ids, page.Total, page.Next, err, total)
	}
}

// TestUnreadableAnswerToAList: where no object is to blame, the page fails.
func TestUnreadableAnswerToAList(t *testing.T) {
	for name, body := range map[string]string{
		"no list":         `{"clients":7}`,
		"no object":       `[]`,
		"list is missing": `{"total":3}`,
		"odd total":       `{"total":"three","clients":[{"client_id":"a"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"GET " + clientsPath: says(200, body)})
			if page, err := server.tenant(t).Clients.Page(t.Context(), tenant.ClientFilter{}, ""); err == nil {
				t.Errorf("no error, but %+v", page)
			}
		})
	}
}

// TestGrantWithoutScopesInAList: a list that does not show the scopes of a grant is no reason to take it for one without.
func TestGrantWithoutScopesInAList(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		"GET " + grantsPath: says(200, `{"client_grants":[`+strings.ReplaceAll(`{"id":"incompleteIDs",IT},{"id":"all",IT,"allow_all_scopes":true},{"id":"none",IT,"scope":[]}`, "IT", `"client_id":"c","audience":"x"`)+`]}`),
	})
	page, err := server.tenant(t).Grants.Page(t.Context(), tenant.GrantFilter{}, "")
	if err != nil || len(page.Items) != 2 || page.Items[0].ID != "all" || page.Items[1].ID != "none" {
		t.Errorf("%+v, %v", page, err)
	}
}

// TestPagesFollowEachOther: the cursor of a page leads to the next, whether the tenant numbers them or links them, and
// however small it makes them.
func TestPagesFollowEachOther(t *testing.T) {
	full := strings.TrimSuffix(strings.Repeat(`{"client_id":"c"},`, 100), ",")
	server := newServer(t, map[string]func(call) reply{
		"GET " + clientsPath: func(asked call) reply {
			if asked.Query.Get("page") == "0" {
				return reply{status: 200, body: `{"total":150,"clients":[` + full + `]}`}
			}
			return reply{status: 200, body: `{"total":150,"clients":[{"client_id":"c"}]}`}
		},
		"GET " + apisPath: says(200, `{"limit":2,"total":3,"resource_servers":[{"id":"a"},{"id":"b"}]}`),
		"GET " + grantsPath: func(asked call) reply {
			if asked.Query.Get("from") == "" {
				return reply{status: 200, body: `{"client_grants":[{"id":"a","scope":[]}],"next":"opaque"}`}
			}
			return reply{status: 200, body: `{"client_grants":[]}`}
		},
	})
	opened := server.tenant(t)
	followed(t, 2, func(ctx context.Context, from string) (string, error) {
		page, err := opened.Clients.Page(ctx, tenant.ClientFilter{}, from)
		return page.Next, err
	})
	followed(t, 5, func(ctx context.Context, from string) (string, error) { // the tenant is never done: asked five times, it goes on
		page, err := opened.APIs.Page(ctx, tenant.APIFilter{}, from)
		return page.Next, err
	})
	followed(t, 2, func(ctx context.Context, from string) (string, error) {
		page, err := opened.Grants.Page(ctx, tenant.GrantFilter{}, from)
		return page.Next, err
	})
	if _, err := opened.Clients.Page(t.Context(), tenant.ClientFilter{}, "opaque"); err == nil {
		t.Error("a cursor of another list is taken")
	}
}

// followed asks for pages until none is named, five at most.
func followed(t *testing.T, want int, next func(ctx context.Context, from string) (string, error)) {
	t.Helper()
	pages := 0
	for from := ""; pages < 5; {
		var err error
		if from, err = next(t.Context(), from); err != nil {
			t.Fatal(err)
		}
		if pages++; from == "" {
			break
		}
	}
	if pages != want {
		t.Errorf("%d pages, want %d", pages, want)
	}
}

// giver answers every request with the same access token.
type giver string

func (g giver) RoundTrip(*http.Request) (*http.Response, error) {
	body, err := json.Marshal(map[string]string{"access_token": string(g)})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(body)))}, nil
}

// FuzzToken holds that a token from outside is either read as what it is, or refused with an error that does not show it.
func FuzzToken(f *testing.F) {
	const header, claims = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ", "eyJpc3MiOiJhIiwiYXVkIjoiYiIsInNjb3BlIjoiYiBhIiwiaWF0IjoxLCJleHAiOjJ9"
	for _, seed := range []string{header + "." + claims + ".c2ln", header + ".e30.", "..", "canary.canary.canary", header + ".W10.c2ln", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		opened, err := management.New(management.Config{
			BaseURL: &url.URL{Scheme: "https", Host: "tenant.example"}, APIToken: secret.New("ready"), Transport: giver(text),
		})
		if err != nil {
			t.Fatal(err)
		}
		token, err := opened.Tokens.Request(t.Context(), tenant.TokenRequest{ClientID: "job", Secret: secret.New("job-secret"), Audience: "a"})
		switch {
		case err != nil && len(text) > 8 && strings.Contains(err.Error(), text):
			t.Errorf("the error shows the token: %v", err)
		case err == nil && (token.Algorithm == "" || strings.EqualFold(token.Algorithm, "none") || token.Value.Empty()):
			t.Errorf("%+v", token)
		}
	})
}

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
	if found := wantLost(t, err); len(found) != 1 {
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
