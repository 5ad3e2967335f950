package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
)

// witness is a proxy between the provider and the tenant. It counts requests independently of the journal of the tenant.
type witness struct {
	url    string
	server http.Server

	mu    sync.Mutex
	calls tally.Calls
}

// watch starts a witness that forwards all requests to the tenant at an address.
func watch(ctx context.Context, tenant string) (*witness, error) {
	target, err := url.Parse(tenant)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &witness{url: "http://" + listener.Addr().String()}
	w.server.ReadHeaderTimeout = time.Minute
	w.server.Handler = &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:      &http.Transport{MaxIdleConnsPerHost: 100},
		ModifyResponse: w.note,
	}
	go func() { _ = w.server.Serve(listener) }() // it ends when close is called
	return w, nil
}

func (w *witness) close() error { return w.server.Close() }

// note counts a response.
func (w *witness) note(answer *http.Response) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	asked := answer.Request
	switch {
	case answer.StatusCode == http.StatusTooManyRequests:
		w.calls.Refused++
	case asked.URL.Path == "/oauth/token":
		w.calls.Tokens++
	case !strings.HasPrefix(asked.URL.Path, "/api/v2/"):
		w.calls.Others++
	case asked.Method == http.MethodGet:
		w.calls.Reads++
	case asked.Method == http.MethodPost:
		w.calls.Creates++
	case asked.Method == http.MethodPatch:
		w.calls.Updates++
	case asked.Method == http.MethodDelete:
		w.calls.Deletes++
	default:
		w.calls.Others++
	}
	return nil
}

// confirm returns an error if the witness counted other requests since the last call.
func (w *witness) confirm(journal tally.Calls) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.calls
	w.calls = tally.Calls{}
	if seen != journal {
		return fmt.Errorf("the tenant's journal has %+v, but a proxy in front of it saw %+v: %w", journal, seen, errTwoCounts)
	}
	return nil
}

var errTwoCounts = errors.New("requests were counted wrong")
