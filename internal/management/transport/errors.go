package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// failure is an error with what the parts of the transport need to know about it.
type failure struct {
	err      error       // what the caller gets
	status   int         // of the response; 0 without one
	header   http.Header // of the response; nil without one
	unsent   bool        // the tenant cannot have received the request
	final    bool        // another attempt cannot help
	timedOut bool        // there was no time left to wait; nothing was sent
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

func asFailure(err error) (*failure, bool) {
	var failed *failure
	ok := errors.As(err, &failed)
	return failed, ok
}

// asUnauthenticated reports whether the tenant rejected the token of a request.
func asUnauthenticated(err error) (*tenant.Unauthenticated, bool) {
	var rejected *tenant.Unauthenticated
	ok := errors.As(err, &rejected)
	return rejected, ok
}

// canceled reports whether the caller ended ctx, as opposed to a timeout of the transport.
func canceled(ctx context.Context) bool {
	return errors.Is(ctx.Err(), context.Canceled)
}

// notSent returns the error of a request that was not sent because ctx ended while it waited.
func notSent(ctx context.Context, operation string) *failure {
	if canceled(ctx) {
		return &failure{err: fmt.Errorf("%s: %w", operation, ctx.Err()), unsent: true, final: true}
	}
	return &failure{
		err:    &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: context.Cause(ctx)},
		unsent: true, final: true, timedOut: true,
	}
}

// unreachable is why a request did not reach the tenant, with what to check.
type unreachable struct {
	text  string
	cause error
}

func (u *unreachable) Error() string { return u.text }

func (u *unreachable) Unwrap() error { return u.cause }

// describe returns why a request got no response. It shows the host of an address, but no path, query or proxy user.
func (s *sender) describe(r *http.Request, err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	text := describeTLS(err, r.URL.Hostname())
	if text == "" {
		text = describeConnection(err, r.URL.Host, s.proxyOf(r))
	}
	if text == "" {
		return err
	}
	return &unreachable{text: text, cause: err}
}

// proxyOf returns the proxy of a request without its user; empty if there is none.
func (s *sender) proxyOf(r *http.Request) string {
	wire, ok := s.wire.(*http.Transport)
	if !ok || wire.Proxy == nil {
		return ""
	}
	proxy, err := wire.Proxy(r)
	if err != nil || proxy == nil {
		return ""
	}
	return proxy.Scheme + "://" + proxy.Host
}

// describeConnection returns why there was no connection; empty for other errors.
func describeConnection(err error, host, proxy string) string {
	var (
		rejected *proxyError
		name     *net.DNSError
		tried    *net.OpError
		timeout  net.Error
		proxying = errors.As(err, &tried) && tried.Op == "proxyconnect"
	)
	target := host
	if proxying {
		target = "the proxy " + proxy
	}
	switch {
	case errors.As(err, &rejected):
		return fmt.Sprintf("the proxy %s does not let the request through to %s: %s", proxy, host, rejected)
	case errors.As(err, &name) && proxying:
		return fmt.Sprintf("the host name %q of the proxy cannot be resolved: %s", name.Name, name.Err)
	case errors.As(err, &name):
		return fmt.Sprintf("the host name %q cannot be resolved: %s", name.Name, name.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return target + " refuses connections"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way through the network to " + target
	case tried != nil && (tried.Op == "dial" || proxying) && errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("no connection to %s within %s", target, dialTimeout)
	}
	return ""
}

// describeTLS returns which TLS check failed; empty for other errors. Another attempt does not help, and no setting skips
// a check.
func describeTLS(err error, host string) string {
	var (
		authority   x509.UnknownAuthorityError
		names       x509.HostnameError
		certificate x509.CertificateInvalidError
		checked     *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		remote      *net.OpError
	)
	switch {
	case errors.As(err, &authority):
		return fmt.Sprintf("the certificate of %s is signed by an authority that this machine does not know. "+
			"Behind a proxy that inspects TLS, add its authority to the system's, or name a file that holds it in SSL_CERT_FILE", host)
	case errors.As(err, &names):
		return fmt.Sprintf("the certificate of %s is made out to others: %s", host, strings.Join(names.Certificate.DNSNames, ", "))
	case errors.As(err, &certificate) && certificate.Reason == x509.Expired:
		return fmt.Sprintf("the certificate of %s is not valid at this machine's time: it holds from %s to %s", host,
			certificate.Cert.NotBefore.UTC().Format("2006-01-02 15:04 UTC"), certificate.Cert.NotAfter.UTC().Format("2006-01-02 15:04 UTC"))
	case errors.As(err, &certificate), errors.As(err, &checked):
		return fmt.Sprintf("the certificate of %s is not valid", host)
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Sprintf("%s does not speak TLS", host)
	case errors.As(err, &remote) && remote.Op == "remote error":
		return fmt.Sprintf("%s breaks the TLS handshake off (%s); TLS 1.2 or newer is needed", host, remote.Err)
	}
	return ""
}

// proxyError is the response of a proxy that opens no tunnel.
type proxyError struct {
	status int
}

func (p *proxyError) Error() string {
	if p.status == http.StatusProxyAuthRequired {
		return "it wants a user and a password (status 407): they stand in HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT"
	}
	return fmt.Sprintf("status %d", p.status)
}

// checkTunnel returns an error if a proxy rejects a tunnel.
func checkTunnel(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
	if response.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{status: response.StatusCode}
}

// isPermanent reports whether a network error will be the same at the next attempt.
func isPermanent(err error) bool {
	var rejected *proxyError
	return describeTLS(err, "") != "" || errors.As(err, &rejected) && rejected.status == http.StatusProxyAuthRequired
}

// ProofNonce returns the nonce that the tenant demands in a DPoP proof (PP003); empty if it demands none.
func ProofNonce(err error) string {
	failed, ok := asFailure(err)
	var denied *tenant.Denied
	if !ok || !errors.As(failed.err, &denied) || denied.Code != "use_dpop_nonce" {
		return ""
	}
	return failed.header.Get("DPoP-Nonce")
}
