package transport_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestStatusesBecomeErrors(t *testing.T) {
	reply := func(status int, code, message string) tenant.Reply {
		return tenant.Reply{Operation: "do it", Status: status, Code: code, Message: message, RequestID: "req-1"}
	}
	foreign := func(status int, kind, excerpt string) error {
		return &tenant.Unavailable{
			Reply: reply(status, "", ""), Unsettled: true,
			Cause: &tenant.ForeignResponse{Method: "POST", Object: true, Status: status, ContentType: kind, Excerpt: excerpt},
		}
	}
	const jsonType = "application/json; charset=utf-8"
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"a wrong field": {
			400, `{"statusCode":400,"error":"Bad Request","message":"Payload validation error: 'Missing required property: value' on property scopes[8] (a scope).","errorCode":"invalid_body"}`,
			&tenant.Invalid{Field: "scopes[8]", Reply: reply(400, "invalid_body", "Payload validation error: 'Missing required property: value' on property scopes[8] (a scope).")},
		},
		"an unknown field": {
			400, `{"statusCode":400,"error":"Bad Request","message":"Payload validation error: 'Additional properties not allowed: identifier'.","errorCode":"invalid_body"}`,
			&tenant.Invalid{Field: "identifier", Reply: reply(400, "invalid_body", "Payload validation error: 'Additional properties not allowed: identifier'.")},
		},
		"no field named": {
			400, `{"statusCode":400,"error":"Bad Request","message":"Invalid grant types: client_credentials"}`,
			&tenant.Invalid{Reply: reply(400, "", "Invalid grant types: client_credentials")},
		},
		"a missing scope": {
			403, `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:clients,read:client_keys","errorCode":"insufficient_scope"}`,
			&tenant.Denied{Scope: "read:clients", Reply: reply(403, "insufficient_scope", "Insufficient scope, expected any of: read:clients,read:client_keys")},
		},
		"the plan's limit": {
			403, `{"statusCode":403,"error":"Forbidden","message":"You reached the limit of entities of this type for this tenant.","errorCode":"too_many_entities"}`,
			&tenant.Denied{Reply: reply(403, "too_many_entities", "You reached the limit of entities of this type for this tenant.")},
		},
		"not there": {
			404, `{"statusCode":404,"error":"Not Found","message":"The client does not exist","errorCode":"inexistent_client"}`,
			&tenant.NotFound{Reply: reply(404, "inexistent_client", "The client does not exist")},
		},
		"there already": {
			409, `{"statusCode":409,"error":"Conflict","message":"A resource server with the same identifier already exists"}`,
			&tenant.Conflict{Reply: reply(409, "", "A resource server with the same identifier already exists")},
		},
		"a proxy's page for not found is no missing object": {
			404, `<html><body>Not Found</body></html>`,
			foreign(404, "text/html", "<html><body>Not Found</body></html>"),
		},
		"nothing at all": {
			404, ``,
			foreign(404, "text/html", ""),
		},
		"a status without a meaning": {
			418, `{"message":"teapot"}`,
			foreign(418, jsonType, `{"message":"teapot"}`),
		},
		"control characters": {
			500, "{\"statusCode\":500,\"error\":\"Internal Server Error\",\"message\":\"a\\u0000b\\u001b[31mc\\nd\"}",
			&tenant.Unavailable{Unsettled: true, Reply: reply(500, "", "ab[31mc d")},
		},
		"a long page": {
			500, strings.Repeat("x", 500),
			foreign(500, "text/html", strings.Repeat("x", 200)+"…"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := &wire{answer: func(*http.Request, int) (*http.Response, error) {
				answer := respond(c.status, c.body, "X-Auth0-RequestId", "req-1")
				if !strings.HasPrefix(c.body, "{") {
					answer.Header.Set("Content-Type", "text/html")
				}
				return answer, nil
			}}
			_, err := send(t.Context(), open(t, w, ready), http.MethodPost, transport.Call{})
			if diff := cmp.Diff(c.want, err); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRefusalsOfThePublicSide(t *testing.T) {
	for status, body := range map[int]string{
		401: `{"error":"access_denied","error_description":"Unauthorized"}`,
		403: `{"error":"access_denied","error_description":"Service not enabled within domain: x"}`,
		400: `{"error":"invalid_request","error_description":"Missing audience"}`,
	} {
		w := &wire{answer: always(status, body)}
		ctx := transport.Read(t.Context(), transport.Call{Operation: "ask"})
		_, err := carry(ctx, open(t, w).Public(), http.MethodPost, "https://tenant.example/oauth/token?public", "ask", false)
		var said struct {
			Error       string `json:"error"`
			Description string `json:"error_description"`
		}
		if json.Unmarshal([]byte(body), &said) != nil {
			t.Fatal(body)
		}
		want := &tenant.Denied{Reply: tenant.Reply{Operation: "ask", Status: status, Code: said.Error, Message: said.Description}}
		if diff := cmp.Diff(error(want), err); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	defer server.Close()
	_, err := overNetwork(t, server, http.MethodGet)
	var away *tenant.Unavailable
	if !errors.As(err, &away) || away.Status != 302 || elsewhere.Load() != 0 {
		t.Errorf("%d requests elsewhere, error %v", elsewhere.Load(), err)
	}
}

func TestSend_otherHost(t *testing.T) {
	w := &wire{answer: fine}
	ctx := transport.Read(t.Context(), transport.Call{})
	_, err := carry(ctx, open(t, w, ready), http.MethodGet, "https://elsewhere.example/api/v2/clients", "", false)
	if requests, _ := w.count(); err == nil || requests != 0 {
		t.Errorf("%d requests, error %v", requests, err)
	}
}

// overNetwork sends a request with the transport's own client.
func overNetwork(t *testing.T, server *httptest.Server, method string) (string, error) {
	t.Helper()
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	way := transport.New(transport.Config{BaseURL: base, Token: secret.New("ready-token")})
	ctx := transport.Write(t.Context(), transport.Call{Operation: "do it"})
	return carry(ctx, way, method, server.URL+"/api/v2/clients", "do it", true)
}

func TestUnknownAuthorityIsNotRetried(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	var connections atomic.Int32
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	_, err := overNetwork(t, server, http.MethodPost)
	wantUnavailable(t, err, false)
	if connections.Load() != 1 || requests.Load() != 0 {
		t.Errorf("%d connections, %d requests", connections.Load(), requests.Load())
	}
}

func TestCutOverTheNetwork(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		requests.Add(1)
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	_, err := overNetwork(t, server, http.MethodPost)
	wantUnavailable(t, err, true)
	if requests.Load() != 1 {
		t.Errorf("the POST was sent %d times", requests.Load())
	}
}

func TestSend_largeResponse(t *testing.T) {
	w := &wire{answer: func(*http.Request, int) (*http.Response, error) {
		return respond(200, `"`+strings.Repeat("x", 8<<20)+`"`), nil
	}}
	_, err := send(t.Context(), open(t, w, ready), http.MethodPatch, transport.Call{})
	wantUnavailable(t, err, true)
	if requests, _ := w.count(); requests != 1 {
		t.Errorf("%d requests", requests)
	}
}

func TestRedact_responses(t *testing.T) {
	const answer = `{"id":"1","identifier":"urn:a","clients":[{"client_id":"a","client_secret":"canary","signing_keys":[{"cert":"canary"}]}],` +
		`"signing_secret":"canary","Client_Secret":"canary","big":12345678901234567890}`
	for name, c := range map[string]struct {
		call transport.Call
		want string
	}{
		"always":        {want: `{"big":12345678901234567890,"clients":[{"client_id":"a"}],"id":"1","identifier":"urn:a"}`},
		"but asked for": {call: transport.Call{KeepSecret: true}, want: `{"Client_Secret":"canary","big":12345678901234567890,"clients":[{"client_id":"a","client_secret":"canary"}],"id":"1","identifier":"urn:a"}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := send(t.Context(), open(t, &wire{answer: always(200, answer)}, ready), http.MethodGet, c.call)
			if err != nil || got != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
}

// TestRedact_metadata expects that metadata is not redacted, because the user chooses its names.
func TestRedact_metadata(t *testing.T) {
	const answer = `{"id":"1","identifier":"urn:a","clients":[{"client_metadata":{"client_secret":"vault:a","signing_secret":"b","nested":{"signing_keys":"c"}},"client_secret":"canary"}],"jwt":{"client_secret":"canary"}}`
	const want = `{"clients":[{"client_metadata":{"client_secret":"vault:a","nested":{"signing_keys":"c"},"signing_secret":"b"}}],"id":"1","identifier":"urn:a","jwt":{}}`
	got, err := send(t.Context(), open(t, &wire{answer: always(200, answer)}, ready), http.MethodGet, transport.Call{})
	if err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestRedact_errors(t *testing.T) {
	const sentSecret = "a sent/secret+1"
	canaries := []string{"own-secret", "token-1", sentSecret}
	for _, canary := range canaries {
		for _, form := range []string{canary, url.QueryEscape(canary), base64.StdEncoding.EncodeToString([]byte(canary))} {
			body, err := json.Marshal(map[string]string{"message": "you sent " + form + ".", "errorCode": form})
			if err != nil {
				t.Fatal(err)
			}
			for _, page := range []string{string(body), "<html>" + form + "</html>"} {
				w := &wire{answer: always(400, page)}
				_, err := send(t.Context(), open(t, w), http.MethodPost, transport.Call{Secrets: []secret.Value{secret.New(sentSecret)}})
				shown := fmt.Sprintf("%v %+v", err, err)
				if err == nil || strings.Contains(shown, form) || !strings.Contains(shown, "(hidden)") {
					t.Errorf("%s: %s", page, shown)
				}
			}
		}
	}
}

// TestLog_content compares the log of a request with the complete list of permitted fields.
func TestLog_content(t *testing.T) {
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	w := &wire{answer: func(*http.Request, int) (*http.Response, error) {
		return respond(200, `{"client_id":"canary-id","name":"canary-answer"}`, "X-RateLimit-Remaining", "7", "X-RateLimit-Limit", "10", "Cf-Ray", "ray-1"), nil
	}}
	way := open(t, w)
	ctx = transport.Write(ctx, transport.Call{Operation: "do it"})
	if _, err := carry(ctx, way, http.MethodPatch, "https://tenant.example/api/v2/clients/canary-id?q=canary-query", "do it", true); err != nil {
		t.Fatal(err)
	}
	lines, err := tflogtest.MultilineJSONDecode(strings.NewReader(log.String()))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		delete(line, "ms") // how long it took
	}
	want := []map[string]any{
		{
			"@level": "debug", "@message": "Auth0 request", "@module": "provider",
			"method": "POST", "path": "/oauth/token", "status": 200.0, "request_id": "", "remaining": "",
		},
		{
			"@level": "debug", "@message": "Auth0 request", "@module": "provider",
			"method": "PATCH", "path": "/api/v2/clients/{id}", "status": 200.0, "request_id": "ray-1", "remaining": "7",
		},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	for _, never := range []string{"canary", "token-1", "own-secret", `"n"`} {
		if strings.Contains(log.String(), never) {
			t.Errorf("the log holds %q: %s", never, log.String())
		}
	}
}

func TestHeadersOfEveryRequest(t *testing.T) {
	w := &wire{answer: fine}
	if _, err := send(t.Context(), open(t, w), http.MethodPost, transport.Call{}); err != nil {
		t.Fatal(err)
	}
	for _, one := range []sent{w.sent[0], w.tokens[0]} {
		if one.header.Get("User-Agent") != "test/1" || one.header.Get("Accept") != "application/json" || one.header.Get("Idempotency-Key") != "" {
			t.Errorf("headers %v", one.header)
		}
	}
}

// FuzzAnswers feeds arbitrary answers through the chain: it never panics, and no answer shows a credential.
func FuzzAnswers(f *testing.F) {
	f.Add(200, `{"a":1}`)
	f.Add(404, `{"statusCode":404,"message":"m","errorCode":"c"}`)
	f.Add(429, tooMany)
	f.Add(500, "ready-token")
	f.Add(400, `{"message":"ready-token on property a[1].b"}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			t.Skip()
		}
		w := &wire{answer: always(status, body)}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		w.answer = func(*http.Request, int) (*http.Response, error) {
			cancel() // so that nothing is tried again
			return respond(status, body), nil
		}
		_, err := send(ctx, open(t, w, ready), http.MethodPatch, transport.Call{})
		if err != nil && strings.Contains(err.Error(), "ready-token") {
			t.Error(err)
		}
	})
}
