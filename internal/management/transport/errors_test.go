package transport

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestSend_transportErrors compares the exact error text for each kind of network error.
func TestSend_transportErrors(t *testing.T) {
	day := 24 * time.Hour
	now := time.Now()
	for name, c := range map[string]struct {
		reach  func(t *testing.T, wire *http.Transport) (address string)
		said   string // a regular expression
		unsent bool
		final  bool
	}{
		"no such name": {
			reach: func(_ *testing.T, wire *http.Transport) string {
				wire.DialContext = failing(&net.DNSError{Err: "no such host", Name: "nowhere.invalid", IsNotFound: true})
				return "https://nowhere.invalid"
			},
			said: `the host name "nowhere.invalid" cannot be resolved: no such host`, unsent: true,
		},
		"refused": {
			reach: func(t *testing.T, _ *http.Transport) string { return "http://" + closed(t) },
			said:  `127\.0\.0\.1:\d+ refuses connections`, unsent: true,
		},
		"connection times out": {
			reach: func(_ *testing.T, wire *http.Transport) string {
				wire.DialContext = failing(&net.OpError{Op: "dial", Net: "tcp", Err: slow{}})
				return "https://tenant.example"
			},
			said: `no connection to tenant\.example within 10s`, unsent: true,
		},
		"unknown authority": {
			reach: func(t *testing.T, _ *http.Transport) string { return overTLS(t, nil).URL },
			said: `the certificate of 127\.0\.0\.1 is signed by an authority that this machine does not know\. ` +
				`Behind a proxy that inspects TLS, add its authority to the system's, or name a file that holds it in SSL_CERT_FILE`,
			unsent: true, final: true,
		},
		"another name": {
			reach: func(t *testing.T, wire *http.Transport) string {
				return trusted(t, wire, certificate(t, "other.example", now.Add(-day), now.Add(day)))
			},
			said: `the certificate of 127\.0\.0\.1 is made out to others: other\.example`, unsent: true, final: true,
		},
		"expired": {
			reach: func(t *testing.T, wire *http.Transport) string {
				return trusted(t, wire, certificate(t, "127.0.0.1", time.Unix(0, 0), time.Unix(86400, 0)))
			},
			said:   `the certificate of 127\.0\.0\.1 is not valid at this machine's time: it holds from 1970-01-01 00:00 UTC to 1970-01-02 00:00 UTC`,
			unsent: true, final: true,
		},
		"old TLS": {
			reach: func(t *testing.T, _ *http.Transport) string {
				return overTLS(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}).URL
			},
			said: `127\.0\.0\.1 breaks the TLS handshake off \(tls: protocol version not supported\); TLS 1\.2 or newer is needed`, unsent: true, final: true,
		},
		"no TLS": {
			reach: func(t *testing.T, _ *http.Transport) string {
				server := httptest.NewServer(http.NotFoundHandler())
				t.Cleanup(server.Close)
				return "https://" + server.Listener.Addr().String()
			},
			said: `127\.0\.0\.1 does not speak TLS`, unsent: true, final: true,
		},
		"a proxy that wants a password": {
			reach: func(t *testing.T, wire *http.Transport) string { return through(t, wire, http.StatusProxyAuthRequired) },
			said: `the proxy http://127\.0\.0\.1:\d+ does not let the request through to tenant\.example: it wants a user and a password ` +
				`\(status 407\): they stand in HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT`,
			unsent: true, final: true,
		},
		"a proxy that cannot": {
			reach: func(t *testing.T, wire *http.Transport) string { return through(t, wire, http.StatusBadGateway) },
			said:  `the proxy http://127\.0\.0\.1:\d+ does not let the request through to tenant\.example: status 502`, unsent: true,
		},
		"a proxy that is not there": {
			reach: func(t *testing.T, wire *http.Transport) string {
				wire.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: closed(t), User: url.UserPassword("canary-user", "canary-password")})
				return "https://tenant.example"
			},
			said: `the proxy http://127\.0\.0\.1:\d+ refuses connections`, unsent: true,
		},
		"a redirect": {
			reach: func(t *testing.T, _ *http.Transport) string {
				server := httptest.NewServer(http.RedirectHandler("https://login.example/path?canary", http.StatusFound))
				t.Cleanup(server.Close)
				return server.URL
			},
			said: `127\.0\.0\.1:\d+ redirects to login\.example, and no redirect is followed: the provider's token would go along`, final: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			wire := newRoundTripper(1)
			t.Cleanup(wire.CloseIdleConnections)
			failed := once(t, wire, c.reach(t, wire))
			var away *tenant.Unavailable
			if !errors.As(failed, &away) || away.Unsettled != (away.Status != 0) || away.Message != "" {
				t.Fatalf("error %+v", failed)
			}
			cause := away.Cause
			if foreign := new(tenant.ForeignResponse); errors.As(cause, &foreign) {
				cause = foreign.Reason
			}
			if !regexp.MustCompile("^" + c.said + "$").MatchString(cause.Error()) {
				t.Errorf("it says %q, want %q", cause, c.said)
			}
			if failed.unsent != c.unsent || failed.final != c.final {
				t.Errorf("unsent %v and final %v, want %v and %v", failed.unsent, failed.final, c.unsent, c.final)
			}
		})
	}
}

// once makes one attempt at a write, and returns how it failed.
func once(t *testing.T, wire http.RoundTripper, address string) *failure {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	sender := &sender{wire: wire, host: base.Host, redactor: newRedactor(nil)}
	request, err := http.NewRequestWithContext(Write(t.Context(), Call{Operation: "do it"}), http.MethodPost, address+"/api/v2/clients?canary", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sender.Do(request) //nolint:bodyclose // there is none
	failed, ok := asFailure(err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	return failed
}

// failing is a way to dial that ends in an error.
func failing(err error) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) { return nil, err }
}

// slow is the error of what takes too long.
type slow struct{}

func (slow) Error() string   { return "i/o timeout" }
func (slow) Timeout() bool   { return true }
func (slow) Temporary() bool { return true }

// closed returns an address without a listener.
func closed(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// through sets a proxy that answers every request for a tunnel with a status.
func through(t *testing.T, wire *http.Transport, status int) string {
	t.Helper()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(proxy.Close)
	wire.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: proxy.Listener.Addr().String(), User: url.UserPassword("canary-user", "canary-password")})
	return "https://tenant.example"
}

func overTLS(t *testing.T, config *tls.Config) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS, server.Config.ErrorLog = config, log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// trusted is a server with a certificate that wire trusts.
func trusted(t *testing.T, wire *http.Transport, own tls.Certificate) string {
	t.Helper()
	leaf, err := x509.ParseCertificate(own.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	wire.TLSClientConfig.RootCAs = x509.NewCertPool()
	wire.TLSClientConfig.RootCAs.AddCert(leaf)
	return overTLS(t, &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}).URL
}

// certificate is one that a key signs for itself.
func certificate(t *testing.T, name string, from, to time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: to, IsCA: true, BasicConstraintsValid: true}
	if address := net.ParseIP(name); address != nil {
		template.IPAddresses = []net.IP{address}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestPathTemplate(t *testing.T) {
	for address, want := range map[string]string{
		"https://x/api/v2/resource-servers":                              "/api/v2/resource-servers",
		"https://x/api/v2/resource-servers/https:%2F%2Fapi.example%2Fv1": "/api/v2/resource-servers/{id}",
		"https://x/api/v2/clients/abc/credentials/def":                   "/api/v2/clients/{id}/credentials/{id}",
		"https://x/oauth/token":                                          "/oauth/token",
	} {
		parsed, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := pathTemplate(parsed); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// FuzzTokenAnswer holds that whatever the token endpoint answers, there is a token that lives for a sensible time, or an
// error that does not show what was answered.
func FuzzTokenAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"access_token":"canary","expires_in":86400}`, `{"access_token":"canary","expires_in":1e300}`, `{"access_token":"","expires_in":-1}`,
		`{"access_token":["canary"]}`, `{"access_token":"canary","expires_in":"86400"}`, `null`, `<html>canary`, ``, `{"access_token":"canary"} trailing`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
		got, err := parseGrant(answer)
		switch {
		case err != nil && strings.Contains(err.Error(), "canary"):
			t.Errorf("the error shows the answer: %v", err)
		case err == nil && (got.value.Empty() || got.lifetime < 0 || got.lifetime > maxLifetime):
			t.Errorf("%+v", got)
		}
	})
}

// FuzzRedactor holds that no credential stands in a text afterwards, in whichever form it was there, and that the text
// keeps to its limit.
func FuzzRedactor(f *testing.F) {
	f.Add("own-secret/+\"", "before ", " after")
	f.Add("own secret", "\x00", "own\x01 secret")
	f.Add("ownsecret", "own\x00secret", strings.Repeat("x", 200))
	f.Fuzz(func(t *testing.T, credential, before, after string) {
		const hidden = "(hidden)"
		if len(credential) < minCredential || strings.Contains(hidden, credential) || strings.ContainsAny(credential, "()…") {
			t.Skip("what replaces it may hold it, alone or with what stands beside")
		}
		hide := newRedactor([]secret.Value{secret.New(credential)})
		for _, form := range forms(credential) {
			text := hide.text(before+form+after, maxExcerpt)
			if strings.Contains(text, credential) || len([]rune(text)) > maxExcerpt+1 {
				t.Errorf("%q", text)
			}
		}
	})
}
