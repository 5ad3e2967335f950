package management_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// memory carries requests to a server without a network, so that time can be made up.
type memory struct{ to http.Handler }

func (m memory) RoundTrip(r *http.Request) (answer *http.Response, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("cut")
		}
	}()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	m.to.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

func inMemory(t *testing.T, routes map[string]func(call) reply) (*server, tenant.Tenant) {
	t.Helper()
	s := &server{routes: routes}
	opened, err := management.New(management.Config{
		BaseURL: &url.URL{Scheme: "https", Host: "tenant.example.com"}, ClientID: "own-client",
		ClientSecret: secret.New("own-secret"), Transport: memory{s},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, opened
}

// TestLostClientIsLookedForPatiently has no client of that name for as long as an index may lag, so it was not made.
func TestLostClientIsLookedForPatiently(t *testing.T) {
	const post, look = "POST " + clientsPath, "GET " + clientsPath
	synctest.Test(t, func(t *testing.T) {
		server, opened := inMemory(t, map[string]func(call) reply{
			post: inTurn(lost, reply{status: 201, body: clientJSON}), look: says(200, `{"clients":[]}`),
		})
		started := time.Now()
		got, err := opened.Clients.Create(t.Context(), job())
		if err != nil || got.ClientID != "job" {
			t.Fatalf("%v, %v", got, err)
		}
		if took := time.Since(started); took < 10*time.Second || took > 11*time.Second {
			t.Errorf("it was looked for during %s", took)
		}
		wantRoutes(t, server, post, look, look, look, look, look, post)
	})
}

// TestClientThatTurnsUpLate is in the list only some seconds after its lost create: there must not be a second one.
func TestClientThatTurnsUpLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		server, opened := inMemory(t, map[string]func(call) reply{
			"POST " + clientsPath: inTurn(lost),
			"GET " + clientsPath: func(call) reply {
				if time.Since(began) < 5*time.Second {
					return reply{status: 200, body: `{"clients":[]}`}
				}
				return reply{status: 200, body: `{"clients":[` + clientJSON + `]}`}
			},
		})
		_, err := opened.Clients.Create(t.Context(), job())
		wantLost(t, err)
		if posts := len(server.asked("POST " + clientsPath)); posts != 1 {
			t.Errorf("%d creates", posts)
		}
	})
}

// TestGrantDoesNotWaitForEver has a tenant that never learns of a client that was just made, and one that was made long
// ago and is gone.
func TestGrantDoesNotWaitForEver(t *testing.T) {
	for name, c := range map[string]struct {
		age   time.Duration
		posts int
		took  time.Duration
	}{
		"just made":     {posts: 6, took: 15500 * time.Millisecond},
		"made long ago": {age: 2 * time.Minute, posts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, opened := inMemory(t, map[string]func(call) reply{
					"POST " + clientsPath: says(201, clientJSON),
					"POST " + grantsPath:  says(404, noClient),
				})
				if _, err := opened.Clients.Create(t.Context(), job()); err != nil {
					t.Fatal(err)
				}
				time.Sleep(c.age)
				started := time.Now()
				_, err := opened.Grants.Create(t.Context(), jobGrant())
				var absent *tenant.NotFound
				if !errors.As(err, &absent) {
					t.Errorf("error %v", err)
				}
				if posts := len(server.asked("POST " + grantsPath)); posts != c.posts || time.Since(started) != c.took {
					t.Errorf("%d creates in %s, want %d in %s", posts, time.Since(started), c.posts, c.took)
				}
			})
		})
	}
}

// TestAssertionIsGoodForOneAttempt has a token endpoint that fails at first: what is sent then is another assertion.
func TestAssertionIsGoodForOneAttempt(t *testing.T) {
	key := secret.New(pkcs1(keys()))
	synctest.Test(t, func(t *testing.T) {
		s := &server{routes: map[string]func(call) reply{
			tokenRoute:       inTurn(reply{status: 503}, lost, reply{status: 200, body: `{"access_token":"t-1","expires_in":60}`}),
			"GET " + apiPath: says(200, minimal),
		}}
		opened, err := management.New(management.Config{
			BaseURL: &url.URL{Scheme: "https", Host: "tenant.example.com"}, ClientID: "own-client", PrivateKey: key, Transport: memory{s},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := opened.APIs.Get(t.Context(), tenant.APIKey{ID: "0123456789abcdef01234567"}); err != nil {
			t.Fatal(err)
		}
		ids := map[any]bool{}
		for _, asked := range s.asked(tokenRoute) {
			form, err := url.ParseQuery(asked.Body)
			if err != nil {
				t.Fatal(err)
			}
			ids[assertionClaims(t, form, "RS256")["jti"]] = true
		}
		if len(ids) != 3 {
			t.Errorf("%d different assertions in %d attempts", len(ids), len(s.asked(tokenRoute)))
		}
	})
}

// TestListThatRepeatsItselfEnds reads from a tenant that ignores the requested page. The list is incomplete.
func TestListThatRepeatsItselfEnds(t *testing.T) {
	items := make([]string, 100)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":"%[1]d","identifier":"%[1]d","client_id":"%[1]d"}`, i)
	}
	all := strings.Join(items, ",")
	server, opened := inMemory(t, map[string]func(call) reply{
		"GET " + apisPath:    says(200, `{"resource_servers":[`+all+`]}`),
		"GET " + clientsPath: says(200, `{"clients":[`+all+`],"next":"again"}`),
	})
	apis, unended := drained(opened.APIs.List(t.Context(), tenant.APIFilter{}), func(api tenant.API) string { return api.ID })
	clients, failed := drained(opened.Clients.List(t.Context(), tenant.ClientFilter{}), func(client tenant.Client) string { return client.ClientID })
	if len(apis) != 100 || len(clients) != 100 || unended == nil || failed == nil {
		t.Errorf("%d APIs and %v, %d clients and %v", len(apis), unended, len(clients), failed)
	}
	if pages := len(server.asked("")); pages != 4 {
		t.Errorf("%d pages, want 2 for each", pages)
	}
}

// TestScopesAreNotSentTwice loses the answer to a whole list of scopes: sent again later, it could undo what others
// wrote meanwhile, so the caller decides.
func TestScopesAreNotSentTwice(t *testing.T) {
	for name, c := range map[string]struct {
		planned tenant.API
		patches int
	}{
		"scopes": {tenant.API{Scopes: []tenant.Scope{{Value: "a"}}}, 1},
		"a name": {tenant.API{Name: "n"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, opened := inMemory(t, map[string]func(call) reply{"PATCH " + apiPath: inTurn(lost)})
				_, err := opened.APIs.Update(t.Context(), tenant.APIKey{ID: "0123456789abcdef01234567"}, tenant.APIUpdate{Planned: c.planned})
				wantUnknown(t, err)
				if patches := len(server.asked("")); patches != c.patches {
					t.Errorf("%d updates, want %d", patches, c.patches)
				}
			})
		})
	}
}
