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
)

// unreachable is what kept a request from the tenant, in words that say what to look at.
type unreachable struct {
	said  string
	cause error
}

func (u *unreachable) Error() string { return u.said }

func (u *unreachable) Unwrap() error { return u.cause }

// explained tells what kept a request from being answered. Of addresses it shows the host, never a path, a query or
// whom the proxy knows the user as.
func (a *attempt) explained(r *http.Request, err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	said := distrust(err, r.URL.Hostname())
	if said == "" {
		said = unconnected(err, r.URL.Host, a.proxyFor(r))
	}
	if said == "" {
		return err
	}
	return &unreachable{said: said, cause: err}
}

// proxyFor is the proxy that a request goes through, without the user it names; empty where there is none.
func (a *attempt) proxyFor(r *http.Request) string {
	wire, ok := a.wire.(*http.Transport)
	if !ok || wire.Proxy == nil {
		return ""
	}
	proxy, err := wire.Proxy(r)
	if err != nil || proxy == nil {
		return ""
	}
	return proxy.Scheme + "://" + proxy.Host
}

// unconnected tells why there was no connection; empty where that is not the trouble.
func unconnected(err error, host, proxy string) string {
	var (
		refusal  *proxyRefusal
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
	case errors.As(err, &refusal):
		return fmt.Sprintf("the proxy %s does not let the request through to %s: %s", proxy, host, refusal)
	case errors.As(err, &name) && proxying:
		return fmt.Sprintf("the host name %q of the proxy cannot be resolved: %s", name.Name, name.Err)
	case errors.As(err, &name):
		return fmt.Sprintf("the host name %q cannot be resolved: %s", name.Name, name.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return target + " refuses connections"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way through the network to " + target
	case tried != nil && (tried.Op == "dial" || proxying) && errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("no connection to %s within %s", target, dialLimit)
	}
	return ""
}

// distrust tells which check of TLS failed; empty where none did. Trying again does not help, and there is no switch
// that would skip a check.
func distrust(err error, host string) string {
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

// proxyRefusal is what a proxy answers that builds no tunnel.
type proxyRefusal struct {
	status int
}

func (p *proxyRefusal) Error() string {
	if p.status == http.StatusProxyAuthRequired {
		return "it wants a user and a password (status 407): they stand in HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT"
	}
	return fmt.Sprintf("status %d", p.status)
}

// tunnelled makes an error of an answer with which a proxy refuses a tunnel.
func tunnelled(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyRefusal{status: answer.StatusCode}
}

// hopeless reports whether an error of the network will be the same at the next attempt.
func hopeless(err error) bool {
	var refusal *proxyRefusal
	return distrust(err, "") != "" || errors.As(err, &refusal) && refusal.status == http.StatusProxyAuthRequired
}
