package transport_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire stands for the network. It notes what is sent and answers as a test says; tokens it hands out by itself.
type wire struct {
	answer func(r *http.Request, nth int) (*http.Response, error) // nth counts the requests that are not for tokens, from 1
	token  func(nth int) (*http.Response, error)                  // nil: a new token each time, good for a day

	mu     sync.Mutex
	sent   []sent
	tokens []sent
}

// sent is a request as it left.
type sent struct {
	method, path, body string
	header             http.Header
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		content, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(content)
	}
	noted := sent{r.Method, r.URL.EscapedPath(), body, r.Header}
	w.mu.Lock()
	if r.URL.Path == "/oauth/token" && r.URL.RawQuery == "" {
		w.tokens = append(w.tokens, noted)
		nth := len(w.tokens)
		w.mu.Unlock()
		if w.token != nil {
			return w.token(nth)
		}
		return token(nth, 86400), nil
	}
	w.sent = append(w.sent, noted)
	nth := len(w.sent)
	w.mu.Unlock()
	answer, err := w.answer(r, nth)
	return succeed(r, answer), err
}

// succeed completes a response with status 200 and the body {} to one that Auth0 would give to the request.
func succeed(r *http.Request, answer *http.Response) *http.Response {
	if answer == nil || answer.StatusCode != http.StatusOK {
		return answer
	}
	content, err := io.ReadAll(answer.Body)
	if err == nil && string(content) == "{}" {
		content = []byte(oneAPI)
		if r.Method == http.MethodDelete {
			answer.StatusCode, content = http.StatusNoContent, nil
		}
		if strings.HasSuffix(r.URL.Path, "/clients") && r.Method == http.MethodGet {
			content = []byte(`{"clients":[]}`)
		} else if strings.Contains(r.URL.Path, "/clients") {
			content = []byte(`{"client_id":"` + path.Base(r.URL.Path) + `"}`)
		}
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(content), answer.Body), answer.Body}
	return answer
}

// oneAPI is the smallest response about the API that send addresses.
const oneAPI = `{"id":"1","identifier":"urn:a"}`

func (w *wire) count() (requests, tokens int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sent), len(w.tokens)
}

// open is a Transport over the wire, with a secret for its token.
func open(t *testing.T, w *wire, changes ...func(*transport.Config)) *transport.Transport {
	t.Helper()
	config := transport.Config{
		BaseURL:   &url.URL{Scheme: "https", Host: "tenant.example"},
		UserAgent: "test/1",
		TokenRequest: func() (url.Values, error) {
			return url.Values{"client_id": {"own"}, "client_secret": {"own-secret"}}, nil
		},
		Secrets:      []secret.Value{secret.New("own-secret")},
		RoundTripper: w,
	}
	for _, change := range changes {
		change(&config)
	}
	return transport.New(config)
}

func ready(config *transport.Config) {
	config.TokenRequest, config.Token = nil, secret.New("ready-token")
}

// send carries out a request to the Management API; any method but GET is a write.
func send(ctx context.Context, way transport.Doer, method string, call transport.Call) (string, error) {
	if call.Operation == "" {
		call.Operation = "do it"
	}
	ctx, changes := transport.Read(ctx, call), false
	if method != http.MethodGet {
		ctx, changes = transport.Write(ctx, call), !call.Repeatable
		if call.Repeatable {
			ctx = transport.Read(ctx, call)
		}
	}
	return carry(ctx, way, method, "https://tenant.example/api/v2/resource-servers/1", call.Operation, changes)
}

func carry(ctx context.Context, way transport.Doer, method, address, operation string, changes bool) (string, error) {
	var body io.Reader
	if method == http.MethodPost || method == http.MethodPatch {
		body = strings.NewReader(`{"name":"n"}`)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return "", err
	}
	answer, err := way.Do(request)
	if err != nil {
		return "", transport.Outcome(operation, changes, err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	return string(content), err
}

func respond(status int, body string, headers ...string) *http.Response {
	answer := &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
	for i := 0; i+1 < len(headers); i += 2 {
		answer.Header.Set(headers[i], headers[i+1])
	}
	return answer
}

func token(nth, life int) *http.Response {
	return respond(200, `{"access_token":"token-`+string(rune('0'+nth))+`","expires_in":`+itoa(life)+`}`)
}
