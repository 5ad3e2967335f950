package management_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

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
