package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// counted is a way to a tenant over TLS, and what that costs.
type counted struct {
	way              *Transport
	address          string
	opened           atomic.Int64  // connections
	expected         int64         // concurrent requests of a call
	arrived          atomic.Int64  // of these
	met              chan struct{} // closed when all have arrived
	protocol, answer atomic.Int64  // major version of HTTP, as the tenant and as we see it
}

// countedOver speaks HTTP/2 if the tenant does.
func countedOver(t *testing.T, modern bool, concurrency int) *counted {
	t.Helper()
	c := &counted{}
	server := httptest.NewUnstartedServer(c)
	server.EnableHTTP2 = modern
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			c.opened.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	wire := newRoundTripper(concurrency)
	t.Cleanup(wire.CloseIdleConnections)
	wire.TLSClientConfig.RootCAs = x509.NewCertPool()
	wire.TLSClientConfig.RootCAs.AddCert(server.Certificate())
	c.address = server.URL
	c.way = New(Config{BaseURL: base, Token: secret.New("t"), MaxConcurrency: concurrency, RoundTripper: wire})
	return c
}

func (c *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.protocol.Store(int64(r.ProtoMajor))
	if c.arrived.Add(1) == c.expected {
		close(c.met)
	}
	select {
	case <-c.met:
	case <-r.Context().Done():
	}
	_, _ = io.WriteString(w, `{"client_id":"a"}`)
}

// call sends requests, of which none receives a response before all have arrived.
func (c *counted) call(t *testing.T, times int) {
	t.Helper()
	c.expected, c.met = int64(times), make(chan struct{})
	c.arrived.Store(0)
	var wait sync.WaitGroup
	for range times {
		wait.Go(func() {
			request, err := http.NewRequestWithContext(Read(t.Context(), Call{Operation: "ask"}), http.MethodGet, c.address+"/api/v2/clients/a", http.NoBody)
			if err != nil {
				t.Error(err)
				return
			}
			answer, err := c.way.Do(request)
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close()
			c.answer.Store(int64(answer.ProtoMajor))
		})
	}
	wait.Wait()
}

// TestHTTP2SharesOneConnection expects one connection for all requests after the first, which requests the token.
func TestHTTP2SharesOneConnection(t *testing.T) {
	c := countedOver(t, true, 20)
	c.call(t, 1)
	c.call(t, 20)
	if c.protocol.Load() != 2 || c.answer.Load() != 2 {
		t.Errorf("HTTP/%d asked, HTTP/%d answered, want 2", c.protocol.Load(), c.answer.Load())
	}
	if c.opened.Load() != 1 {
		t.Errorf("%d connections, want 1", c.opened.Load())
	}
}

// TestHTTP1KeepsItsConnections expects one connection for each concurrent request, and that later requests reuse them.
func TestHTTP1KeepsItsConnections(t *testing.T) {
	const concurrency = 5
	c := countedOver(t, false, concurrency)
	c.call(t, 1) // until the first response, fewer requests are sent at a time
	for range 4 {
		c.call(t, concurrency)
	}
	if opened := c.opened.Load(); c.protocol.Load() != 1 || opened != concurrency {
		t.Errorf("HTTP/%d, %d connections, want %d", c.protocol.Load(), opened, concurrency)
	}
}

// TestDeadConnectionIsNoticed sends a request to a tenant that does not respond after the handshake. That is detected within
// seconds, before the time limit of an attempt.
func TestDeadConnectionIsNoticed(t *testing.T) {
	own := certificate(t, "tenant.example", time.Unix(0, 0), time.Now().AddDate(1, 0, 0)) // made-up time starts in 2000
	leaf, err := x509.ParseCertificate(own.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		wire := newRoundTripper(1)
		wire.TLSClientConfig.RootCAs = x509.NewCertPool()
		wire.TLSClientConfig.RootCAs.AddCert(leaf)
		wire.DialContext = func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() { // reads all there is, and says nothing beyond the handshake
				_, _ = io.Copy(io.Discard, tls.Server(far, &tls.Config{Certificates: []tls.Certificate{own}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}))
			}()
			return near, nil
		}
		started := time.Now()
		failed := once(t, wire, "https://tenant.example")
		if took := time.Since(started); took != pingInterval+pingTimeout || failed.unsent || failed.final {
			t.Errorf("after %s: %+v, want %s", took, failed, pingInterval+pingTimeout)
		}
	})
}
