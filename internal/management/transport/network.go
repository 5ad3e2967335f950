package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	dialLimit      = 10 * time.Second
	handshakeLimit = 10 * time.Second
	idleLimit      = 90 * time.Second
)

// newRoundTripper is the wire: the proxy of the environment, TLS 1.2 or newer, the system's authorities (and those of
// SSL_CERT_FILE), and as many kept connections as there may be requests at a time.
func newRoundTripper(concurrency int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: dialLimit}).DialContext,
		ForceAttemptHTTP2:   true,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: handshakeLimit,
		MaxIdleConnsPerHost: concurrency,
		IdleConnTimeout:     idleLimit,
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

// untrusted reports whether the other end failed a check of TLS. Trying again does not help, and there is no switch that
// would skip the check.
func untrusted(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		host         x509.HostnameError
		certificate  x509.CertificateInvalidError
		record       tls.RecordHeaderError
		alert        tls.AlertError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) ||
		errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert)
}

// plainly takes the request's address out of an error: it may hold a query.
func plainly(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err
	}
	return err
}
