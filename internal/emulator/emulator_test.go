package emulator_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tenant is a server and a caller with all permissions.
type tenant struct {
	*emulator.Server
	t      *testing.T
	token  string
	client *http.Client
}

// answer is a decoded response.
type answer struct {
	status int
	header http.Header
	raw    string
	body   store.Object
	items  []any
}

func start(t *testing.T, options ...func(*emulator.Options)) *tenant {
	t.Helper()
	wanted := emulator.Options{SigningKey: emulator.SharedKeys()}
	for _, set := range options {
		set(&wanted)
	}
	server, err := emulator.Start(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	if pem := server.CA(); pem != nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return &tenant{Server: server, t: t, token: server.Token(), client: &http.Client{Transport: transport}}
}

func switched(set func(*emulator.Switches)) func(*emulator.Options) {
	return func(o *emulator.Options) { set(&o.Switches) }
}

// as returns the same tenant with another token.
func (n *tenant) as(token string) *tenant {
	other := *n
	other.token = token
	return &other
}

func (n *tenant) send(request *http.Request) (answer, error) {
	n.t.Helper()
	response, err := n.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	raw, err := io.ReadAll(response.Body)
	if err := response.Body.Close(); err != nil {
		n.t.Fatal(err)
	}
	if err != nil {
		return answer{}, err
	}
	got := answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
	switch value, err := store.Parse(raw); v := value.(type) {
	case store.Object:
		got.body = v
	case []any:
		got.items = v
	default:
		if len(raw) > 0 && strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
			n.t.Fatalf("the response is not valid JSON: %v: %s", err, raw)
		}
	}
	return got, nil
}

func (n *tenant) request(method, path, body string) *http.Request {
	n.t.Helper()
	request, err := http.NewRequestWithContext(n.t.Context(), method, n.URL()+path, bytes.NewBufferString(body))
	if err != nil {
		n.t.Fatal(err)
	}
	if n.token != "" {
		request.Header.Set("Authorization", "Bearer "+n.token)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return request
}

// call sends a request to the Management API, and expects a status.
func (n *tenant) call(status int, method, path, body string) answer {
	n.t.Helper()
	got, err := n.send(n.request(method, "/api/v2/"+path, body))
	if err != nil {
		n.t.Fatal(err)
	}
	if got.status != status {
		n.t.Fatalf("%s %s %s: %d, want %d: %s", method, path, body, got.status, status, got.raw)
	}
	return got
}

// refused expects an error with a status, code and message.
func (n *tenant) refused(status int, code, message, method, path, body string) {
	n.t.Helper()
	got := n.call(status, method, path, body)
	want := store.Object{
		{Name: "statusCode", Value: status}, {Name: "error", Value: http.StatusText(status)}, {Name: "message", Value: message},
	}
	if code != "" {
		want.Set("errorCode", code)
	}
	if got.raw != string(want.Encode()) {
		n.t.Errorf("%s %s %s:\n got %s\nwant %s", method, path, body, got.raw, want.Encode())
	}
}

// newAPI creates an API with scopes, and returns its ID.
func (n *tenant) newAPI(identifier string, scopes ...string) string {
	n.t.Helper()
	body := store.Object{{Name: "name", Value: "API"}, {Name: "identifier", Value: identifier}}
	if len(scopes) > 0 {
		var items []any
		for _, value := range scopes {
			items = append(items, store.Object{{Name: "value", Value: value}})
		}
		body.Set("scopes", items)
	}
	return n.call(201, "POST", "resource-servers", string(body.Encode())).body.Text("id")
}

// newClient creates a client for client credentials.
func (n *tenant) newClient(name string) emulator.Credentials {
	n.t.Helper()
	body := n.call(201, "POST", "clients", `{"name":"`+name+`","grant_types":["client_credentials"]}`).body
	return emulator.Credentials{ClientID: body.Text("client_id"), ClientSecret: body.Text("client_secret")}
}

func (n *tenant) newGrant(clientID, audience string, scopes ...string) string {
	n.t.Helper()
	listed, err := json.Marshal(append([]string{}, scopes...))
	if err != nil {
		n.t.Fatal(err)
	}
	return n.call(201, "POST", "client-grants",
		`{"client_id":"`+clientID+`","audience":"`+audience+`","scope":`+string(listed)+`}`).body.Text("id")
}

// exchange sends a form to the token endpoint.
func (n *tenant) exchange(form url.Values, basic *emulator.Credentials) answer {
	n.t.Helper()
	request, err := http.NewRequestWithContext(n.t.Context(), http.MethodPost, n.URL()+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		n.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if basic != nil {
		request.SetBasicAuth(url.QueryEscape(basic.ClientID), url.QueryEscape(basic.ClientSecret))
	}
	got, err := n.send(request)
	if err != nil {
		n.t.Fatal(err)
	}
	return got
}

func secretForm(who emulator.Credentials, audience string) url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "client_id": {who.ClientID}, "client_secret": {who.ClientSecret}, "audience": {audience},
	}
}

func objectOf(value any) store.Object {
	object, _ := value.(store.Object)
	return object
}

// fuzzed returns a caller of a server that other tests use too. Its requests do not use the network.
func fuzzed(t *testing.T, server *emulator.Server) *tenant {
	return &tenant{Server: server, t: t, token: server.Token(), client: &http.Client{Transport: direct{server}}}
}

// direct passes requests to a server without a connection.
type direct struct{ *emulator.Server }

// RoundTrip implements http.RoundTripper.
func (d direct) RoundTrip(request *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	d.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}
