package management_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"go.uber.org/goleak"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestBaseURL(t *testing.T) {
	for domain, want := range map[string]string{
		"example.eu.auth0.com":                 "https://example.eu.auth0.com",
		" Example.EU.Auth0.com\n":              "https://example.eu.auth0.com",
		"login.example.com":                    "https://login.example.com",
		"http://127.0.0.1:4010":                "http://127.0.0.1:4010",
		"http://localhost:4010":                "http://localhost:4010",
		"http://127.1.2.3":                     "http://127.1.2.3",
		"http://[::1]:4010":                    "http://[::1]:4010",
		"http://[::1]":                         "http://[::1]",
		"127.0.0.1:4010":                       "https://127.0.0.1:4010",
		"localhost":                            "https://localhost",
		"":                                     "is missing",
		"   ":                                  "is missing",
		"https://example.eu.auth0.com":         "https://example.eu.auth0.com",
		"HTTPS://Example.eu.auth0.com/":        "https://example.eu.auth0.com",
		"https://example.eu.auth0.com/api/v2/": `write "example.eu.auth0.com"`,
		"https://127.0.0.1:4010":               "https://127.0.0.1:4010",
		"http://127.0.0.1:4010/api/v2/":        `write "http://127.0.0.1:4010"`,
		"HTTP://u:p@[::1]:4010/?x#y":           `write "http://[::1]:4010"`,
		"http://localhost?x":                   `write "http://localhost"`,
		"https://127.0.0.1:4010/api/v2/":       `write "127.0.0.1:4010"`,
		"127.0.0.1:4010/api/v2/":               `write "127.0.0.1:4010"`,
		"http://example.eu.auth0.com/api/v2/":  `write "example.eu.auth0.com"`,
		"example.eu.auth0.com/":                "https://example.eu.auth0.com",
		"http://127.0.0.1:4010/":               "http://127.0.0.1:4010",
		"example.eu.auth0.com//":               `write "example.eu.auth0.com"`,
		"http://example.eu.auth0.com/":         `plain http is for a loopback address only: write "example.eu.auth0.com"`,
		"user:password@example.eu.auth0.com":   `write "example.eu.auth0.com"`,
		"http://example.eu.auth0.com":          `plain http is for a loopback address only: write "example.eu.auth0.com"`,
		"http://10.0.0.1":                      "plain http is for a loopback address only",
		"http://127.0.0.1.example.com":         "plain http is for a loopback address only",
		"http://localhost.example.com:80":      "plain http is for a loopback address only",
		"ftp://example.eu.auth0.com":           `without scheme: write "example.eu.auth0.com"`,
		"example.eu.auth0.com:443":             `a port is for a loopback address only: write "example.eu.auth0.com"`,
		"127.0.0.1:0":                          "port is no number",
		"127.0.0.1:http":                       "port is no number",
		"my-tenant":                            "no host name",
		"a b.com":                              "no host name",
		"-a.com":                               "no host name",
		"ex%61mple.com":                        "no host name",
		"[::1":                                 "no host name",
		"exämple.com":                          "no host name",
		strings.Repeat("a.", 130) + "com":      "no host name",
		"example.eu.auth0.com?x=1":             `write "example.eu.auth0.com"`,
	} {
		got, err := management.BaseURL(domain)
		if strings.HasPrefix(want, "http") {
			if err != nil || got.String() != want {
				t.Errorf("%q: %v, %v; want %s", domain, got, err, want)
			}
			continue
		}
		var invalid *tenant.Invalid
		if !errors.As(err, &invalid) || invalid.Field != "domain" || !strings.Contains(invalid.Message, want) {
			t.Errorf("%q: %v, %v; want %q", domain, got, err, want)
		}
	}
}

// FuzzBaseURL holds that whatever is accepted is a host alone, and encrypted unless it is this machine.
func FuzzBaseURL(f *testing.F) {
	for _, seed := range []string{"example.eu.auth0.com", "http://[::1]:1", "https://x.y/z", "http://localhost", "127.0.0.1:1", "a@b.c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, domain string) {
		base, err := management.BaseURL(domain)
		if err != nil {
			return
		}
		again, err := url.Parse(base.String())
		if err != nil || again.Host != base.Host || base.Path != "" || base.User != nil || base.RawQuery != "" {
			t.Fatalf("%q became %q", domain, base)
		}
		loopback := base.Hostname() == "::1" || strings.HasPrefix(base.Hostname(), "127.") ||
			strings.EqualFold(base.Hostname(), "localhost") || strings.HasPrefix(base.Hostname(), "::ffff:127.") || strings.Contains(base.Hostname(), ":")
		if base.Scheme != "https" && (base.Scheme != "http" || !loopback) {
			t.Fatalf("%q became %q", domain, base)
		}
	})
}

// keys are made once: making one takes a while.
var keys = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func pkcs1(key *rsa.PrivateKey) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	base := &url.URL{Scheme: "https", Host: "example.eu.auth0.com"}
	canary := secret.New("canary\x00value")
	for name, c := range map[string]struct {
		config management.Config
		field  string
	}{
		"no domain":      {management.Config{APIToken: secret.New("x")}, "domain"},
		"no credentials": {management.Config{BaseURL: base}, "client_id"},
		"no secret":      {management.Config{BaseURL: base, ClientID: "a"}, "client_secret"},
		"empty secret":   {management.Config{BaseURL: base, ClientID: "a", ClientSecret: secret.New(" \n")}, "client_secret"},
		"odd secret":     {management.Config{BaseURL: base, ClientID: "a", ClientSecret: canary}, "client_secret"},
		"odd token":      {management.Config{BaseURL: base, APIToken: canary}, "api_token"},
		"no key":         {management.Config{BaseURL: base, ClientID: "a", PrivateKey: canary}, "client_assertion_private_key"},
		"secret and key": {management.Config{BaseURL: base, ClientID: "a", ClientSecret: canary, PrivateKey: canary}, "client_assertion_private_key"},
		"algorithm": {
			management.Config{BaseURL: base, ClientID: "a", PrivateKey: secret.New(pkcs1(keys())), SigningAlg: "HS256"}, "client_assertion_signing_alg",
		},
		"timeout":     {management.Config{BaseURL: base, APIToken: secret.New("x"), RequestTimeout: -1}, "request_timeout"},
		"concurrency": {management.Config{BaseURL: base, APIToken: secret.New("x"), MaxConcurrency: -1}, "max_concurrency"},
		"small share": {management.Config{BaseURL: base, APIToken: secret.New("x"), RateLimitShare: 1e-12}, "rate_limit_share"},
		"share":       {management.Config{BaseURL: base, APIToken: secret.New("x"), RateLimitShare: 1.1}, "rate_limit_share"},
	} {
		_, err := management.New(c.config)
		var invalid *tenant.Invalid
		if !errors.As(err, &invalid) || invalid.Field != c.field || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v, want one about %s", name, err, c.field)
		}
	}
}

// TestHowTheProviderProvesItself looks at the token request of each kind of credential.
func TestHowTheProviderProvesItself(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*management.Config)
		check  func(t *testing.T, base string, form url.Values)
	}{
		"secret": {
			func(c *management.Config) { c.ClientSecret = secret.New(" own-secret\n") },
			func(t *testing.T, base string, form url.Values) {
				if form.Get("client_secret") != "own-secret" || form.Get("audience") != base+"/api/v2/" {
					t.Errorf("form %v", form)
				}
			},
		},
		"another audience": {
			func(c *management.Config) { c.ClientSecret, c.Audience = secret.New("s"), "https://canonical/api/v2/" },
			func(t *testing.T, _ string, form url.Values) {
				if form.Get("audience") != "https://canonical/api/v2/" {
					t.Errorf("form %v", form)
				}
			},
		},
		"key": {
			func(c *management.Config) { c.PrivateKey, c.SigningAlg = secret.New(pkcs1(keys())), "PS256" },
			wantAssertion,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"GET " + apiPath: says(200, minimal)})
			base, err := management.BaseURL(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			config := management.Config{BaseURL: base, ClientID: "own-client"}
			c.change(&config)
			opened, err := management.New(config)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := opened.APIs.Get(context.WithoutCancel(t.Context()), tenant.APIKey{ID: "0123456789abcdef01234567"}); err != nil {
				t.Fatal(err)
			}
			form, err := url.ParseQuery(server.asked("POST /oauth/token")[0].Body)
			if err != nil || form.Get("grant_type") != "client_credentials" || form.Get("client_id") != "own-client" {
				t.Errorf("form %v, %v", form, err)
			}
			c.check(t, server.URL, form)
		})
	}
}

func wantAssertion(t *testing.T, base string, form url.Values) {
	if form.Has("client_secret") || form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		t.Errorf("form %v", form)
	}
	claims := assertionClaims(t, form, jose.PS256)
	issued, _ := claims["iat"].(float64)
	expires, _ := claims["exp"].(float64)
	id, _ := claims["jti"].(string)
	if claims["iss"] != "own-client" || claims["sub"] != "own-client" || claims["aud"] != base+"/" || claims["nbf"] != nil ||
		expires-issued != 60 || time.Since(time.Unix(int64(issued), 0)) > time.Minute || len(id) < 16 {
		t.Errorf("claims %v", claims)
	}
}

// assertionClaims returns the claims of the client assertion in a token request.
func assertionClaims(t *testing.T, form url.Values, algorithm jose.SignatureAlgorithm) (claims map[string]any) {
	t.Helper()
	signed, err := jwt.ParseSigned(form.Get("client_assertion"), []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		t.Fatal(err)
	}
	if err := signed.Claims(&keys().PublicKey, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}
