package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

const (
	dialLimit      = 10 * time.Second
	handshakeLimit = 10 * time.Second
	idleLimit      = 90 * time.Second

	// All requests of HTTP/2 share a connection. Where one dies in silence - a laptop that slept, a gateway that forgot it -
	// each would wait for its own time limit, and be sent again over the same connection. So one on which nothing came for
	// a while is asked whether it lives. A tenant that is merely slow answers that at once.
	silenceLimit = 5 * time.Second
	pingLimit    = 5 * time.Second
)

// newRoundTripper is the wire: the proxy of the environment, TLS 1.2 or newer, the system's authorities (and those of
// SSL_CERT_FILE), and as many kept connections as there may be requests at a time.
func newRoundTripper(concurrency int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: dialLimit}).DialContext,
		ForceAttemptHTTP2:   true,
		HTTP2:               &http.HTTP2Config{SendPingTimeout: silenceLimit, PingTimeout: pingLimit},
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: handshakeLimit,
		MaxIdleConnsPerHost: concurrency,
		IdleConnTimeout:     idleLimit,

		OnProxyConnectResponse: tunnelled,
	}
}

// connection watches whether a request ever got one.
type connection struct {
	asked, got atomic.Bool
}

func (c *connection) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { c.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.got.Store(true) },
	})
}

// neverOpened reports whether a request that failed with err cannot have reached the tenant.
func (c *connection) neverOpened(err error) bool {
	if c.asked.Load() {
		return !c.got.Load()
	}
	var dial *net.OpError
	var name *net.DNSError
	return errors.As(err, &name) || errors.As(err, &dial) && dial.Op == "dial"
}
