package management_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// call is a request as it came over the wire.
type call struct {
	Route  string // method and escaped path
	Query  url.Values
	Header http.Header
	Body   string
}

// reply is what a route answers. cut closes the connection instead.
type reply struct {
	status int
	body   string
	cut    bool
	header map[string]string
}

// server answers routes as a test says, and notes what it was asked. It hands out tokens by itself.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []call
	routes map[string]func(call) reply
}

func newServer(t *testing.T, routes map[string]func(call) reply) *server {
	t.Helper()
	s := &server{routes: routes}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	asked := call{Route: r.Method + " " + r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header, Body: string(body)}
	s.mu.Lock()
	s.calls = append(s.calls, asked)
	route, known := s.routes[asked.Route]
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	switch {
	case known:
		answer := route(asked)
		if answer.cut {
			panic(http.ErrAbortHandler)
		}
		for name, value := range answer.header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.body)
	case asked.Route == "POST /oauth/token":
		_, _ = io.WriteString(w, `{"access_token":"the-token","expires_in":86400,"token_type":"Bearer"}`)
	default:
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, absentBody(r.URL.Path))
	}
}

// absentBody is Auth0's response about an object that does not exist (RS013, CL012, CG008).
func absentBody(path string) string {
	noun := "client"
	switch {
	case strings.HasPrefix(path, apisPath):
		noun = "resource_server"
	case strings.HasPrefix(path, grantsPath):
		noun = "client_grant"
	}
	return `{"statusCode":404,"error":"Not Found","message":"It does not exist","errorCode":"inexistent_` + noun + `"}`
}

// forget drops the recorded calls.
func (s *server) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// asked are the calls of a route, or of all but the token endpoint where route is empty.
func (s *server) asked(route string) []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []call
	for _, c := range s.calls {
		if c.Route == route || route == "" && c.Route != "POST /oauth/token" {
			found = append(found, c)
		}
	}
	return found
}

// routesAsked are the routes of all calls but those for tokens, in order.
func (s *server) routesAsked() []string {
	routes := []string{}
	for _, c := range s.asked("") {
		routes = append(routes, c.Route)
	}
	return routes
}

func (s *server) tenant(t *testing.T) tenant.Tenant {
	t.Helper()
	base, err := management.BaseURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := management.New(management.Config{
		BaseURL: base, ClientID: "own-client", ClientSecret: secret.New("own-secret"), UserAgent: "test/1",
	})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// says answers always the same.
func says(status int, body string) func(call) reply {
	return func(call) reply { return reply{status: status, body: body} }
}

// inTurn answers with one reply after the other, and stays with the last.
func inTurn(replies ...reply) func(call) reply {
	var mu sync.Mutex
	return func(call) reply {
		mu.Lock()
		defer mu.Unlock()
		next := replies[0]
		if len(replies) > 1 {
			replies = replies[1:]
		}
		return next
	}
}

func wantRoutes(t *testing.T, s *server, want ...string) {
	t.Helper()
	if got := s.routesAsked(); !slices.Equal(got, want) {
		t.Errorf("asked %q, want %q", got, want)
	}
}

// wantRequest expects one request, with a body.
func wantRequest(t *testing.T, s *server, route, body string) {
	t.Helper()
	wantRoutes(t, s, route)
	sameJSON(t, s.asked("")[0].Body, body)
}

// sameJSON compares two documents, whatever the order of their members.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("%s: %v", want, err)
	}
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("sent otherwise than wanted: %s", diff)
	}
}

// wantCreated expects an object, or the error that check accepts.
func wantCreated[T any](t *testing.T, got, want T, err error, check func(*testing.T, error)) {
	t.Helper()
	if check != nil {
		check(t, err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// wantUnknown expects the error of a write with an unknown result.
func wantUnknown(t *testing.T, err error) {
	t.Helper()
	var away *tenant.Unavailable
	if !errors.As(err, &away) || !away.Unsettled {
		t.Errorf("error %v, want an unknown result", err)
	}
}

// wantLost expects the error of a create whose response was lost, and returns the objects that it can have created.
func wantLost(t *testing.T, err error) []tenant.Found {
	t.Helper()
	var ambiguous *tenant.Ambiguous
	if !errors.As(err, &ambiguous) || !ambiguous.Lost {
		t.Fatalf("error %v, want an ambiguous result", err)
	}
	return ambiguous.Found
}

func conflict(t *testing.T, err error) {
	t.Helper()
	var conflict *tenant.Conflict
	if !errors.As(err, &conflict) || conflict.Noun == "" || conflict.Key == "" {
		t.Errorf("error %v (%#v), want a conflict", err, conflict)
	}
}
