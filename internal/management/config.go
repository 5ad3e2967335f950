package management

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Attributes of the provider, for errors.
const (
	fieldDomain     = "domain"
	fieldClientID   = "client_id"
	fieldSecret     = "client_secret"
	fieldToken      = "api_token"
	fieldPrivateKey = "client_assertion_private_key"
	fieldSigningAlg = "client_assertion_signing_alg"

	fieldAssertion     = "client_assertion"
	fieldAssertionFile = "client_assertion_file"
)

// LeastRateLimitShare is the smallest share of the rate limit: less leaves no request within any time limit.
const LeastRateLimitShare = 0.01

// wire returns the configuration of package transport, or what is wrong with config.
func (c Config) wire() (transport.Config, error) {
	if c.Unready != nil {
		return transport.Config{BaseURL: c.BaseURL, NotReady: c.Unready, TokenRequest: func() (url.Values, error) { return url.Values{}, nil }}, nil
	}
	if c.BaseURL == nil {
		return transport.Config{}, invalid(fieldDomain, "the tenant's domain is missing")
	}
	if err := c.checkPace(); err != nil {
		return transport.Config{}, err
	}
	wire := transport.Config{
		BaseURL:        c.BaseURL,
		UserAgent:      c.UserAgent,
		RequestTimeout: c.RequestTimeout,
		MaxConcurrency: c.MaxConcurrency,
		RateLimitShare: c.RateLimitShare,
		Meter:          c.Meter,
		RoundTripper:   c.Transport,
	}
	if !c.APIToken.Empty() {
		value, err := trimmed(fieldToken, c.APIToken)
		wire.Token = value
		if token, unread := newToken(tokenResponse{AccessToken: value.Reveal()}, nil); unread == nil {
			wire.Scopes = token.Scopes
		}
		return wire, err
	}
	return c.withTokenRequest(wire)
}

func (c Config) checkPace() error {
	switch {
	case c.RequestTimeout < 0:
		return invalid("request_timeout", "it must be longer than nothing")
	case c.MaxConcurrency < 0:
		return invalid("max_concurrency", "it must be at least 1")
	case c.RateLimitShare != 0 && !(c.RateLimitShare >= LeastRateLimitShare && c.RateLimitShare <= 1):
		return invalid("rate_limit_share", fmt.Sprintf("it must be from %g to 1", LeastRateLimitShare))
	}
	return nil
}

// withTokenRequest adds the token request of the provider, with a secret or a signed assertion.
func (c Config) withTokenRequest(wire transport.Config) (transport.Config, error) {
	id := strings.TrimSpace(c.ClientID)
	switch {
	case id == "":
		return wire, invalid(fieldClientID, "there are no credentials: neither a ready token nor a client's id")
	case c.ClientSecret.Empty() && c.PrivateKey.Empty() && c.Assertion.Empty() && c.AssertionFile == "":
		return wire, invalid(fieldSecret, "the client's secret is missing, and so is a private key or a client assertion in its place")
	case !c.ClientSecret.Empty() && !c.PrivateKey.Empty():
		return wire, invalid(fieldPrivateKey, "there is a secret as well as a private key: only one of them can be used")
	}
	audience := cmp.Or(strings.TrimSpace(c.Audience), c.BaseURL.JoinPath("api", "v2").String()+"/")
	form := url.Values{
		"grant_type": {tenant.ClientCredentials},
		"audience":   {audience},
		"client_id":  {id},
	}
	if !c.Assertion.Empty() || c.AssertionFile != "" {
		wire.TokenRequest, wire.TokenOnce = newSignedAssertion(c.Assertion, c.AssertionFile, id, c.BaseURL, audience).form(form), true
		return wire, nil
	}
	if c.PrivateKey.Empty() {
		value, err := trimmed(fieldSecret, c.ClientSecret)
		wire.Secrets = []secret.Value{value}
		wire.TokenRequest = withSecret(form, value)
		return wire, err
	}
	assertions, err := newAssertions(c.PrivateKey, c.SigningAlg, id, c.BaseURL)
	wire.TokenRequest = withAssertion(form, assertions)
	return wire, err
}

// trimmed returns a credential without surrounding whitespace, which copying often adds.
func trimmed(field string, value secret.Value) (secret.Value, error) {
	text := strings.TrimSpace(value.Reveal())
	if text == "" {
		return secret.Value{}, invalid(field, "it is empty")
	}
	if slices.ContainsFunc([]rune(text), func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }) {
		return secret.Value{}, invalid(field, "it holds control characters, such as a line end in its middle")
	}
	return secret.New(text), nil
}

// invalid returns the error of a setting of the provider. Its text never contains the value.
func invalid(field, message string) error {
	return &tenant.Invalid{Reply: tenant.Reply{Operation: "configure the provider", Message: message}, Field: field}
}

// hostName is a host of at least two labels.
var hostName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
})

const longestHost = 253

// BaseURL returns the address of the tenant with the given domain: a host name, and https always. "https://" in front and
// a slash at the end are ignored. For a loopback address a port is allowed, and plain http if it is written in front. What
// is wrong with domain is a *tenant.Invalid that says what to write instead.
func BaseURL(domain string) (*url.URL, error) {
	scheme, rest := "https", strings.TrimSpace(domain)
	if rest == "" {
		return nil, badDomain("the tenant's domain is missing; it looks like example.eu.auth0.com")
	}
	plain, prefix := false, ""
	if before, after, found := strings.Cut(rest, "://"); found {
		if scheme = strings.ToLower(before); scheme != "http" && scheme != "https" {
			return nil, badDomain(fmt.Sprintf("it is a host name without scheme: write %s", suggestion(after, "")))
		}
		if plain, rest = scheme == "http", after; plain {
			prefix = "http://"
		}
	}
	rest = strings.TrimSuffix(rest, "/")
	if strings.ContainsAny(rest, "/?#@\\") {
		return nil, badDomain(fmt.Sprintf("it is a host name and nothing else: write %s", suggestion(rest, prefix)))
	}
	host, port, err := splitPort(rest)
	if err != nil {
		return nil, err
	}
	switch loopback := isLoopback(host); {
	case plain && !loopback:
		return nil, badDomain(fmt.Sprintf("plain http is for a loopback address only: write %s, and https is used", suggestion(rest, "")))
	case loopback:
		return &url.URL{Scheme: scheme, Host: joined(host, port)}, nil
	case port != "":
		return nil, badDomain(fmt.Sprintf("a port is for a loopback address only: write %s", suggestion(host, "")))
	}
	if host = strings.ToLower(host); len(host) > longestHost || !hostName().MatchString(host) {
		return nil, badDomain("it is no host name such as example.eu.auth0.com or login.example.com")
	}
	return &url.URL{Scheme: scheme, Host: host}, nil
}

// splitPort splits "HOST[:PORT]"; an IPv6 address with a port stands in brackets.
func splitPort(text string) (host, port string, err error) {
	if net.ParseIP(text) != nil || !strings.Contains(text, ":") {
		return text, "", nil
	}
	if inner, bracketed := strings.CutPrefix(text, "["); bracketed && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]"), "", nil
	}
	host, port, err = net.SplitHostPort(text)
	if err != nil {
		return "", "", badDomain("it is no host name such as example.eu.auth0.com")
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return "", "", badDomain("its port is no number from 1 to 65535")
	}
	return host, port, nil
}

func joined(host, port string) string {
	if port != "" {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// suggestion returns the host of an invalid domain, or an example. A loopback address keeps the prefix "http://" of the domain.
func suggestion(text, prefix string) string {
	if _, after, found := strings.Cut(text, "@"); found {
		text = after
	}
	if end := strings.IndexAny(text, "/?#\\"); end >= 0 {
		text = text[:end]
	}
	if host, _, err := splitPort(text); err == nil && isLoopback(host) {
		return strconv.Quote(prefix + text)
	}
	text, _, _ = strings.Cut(text, ":")
	if host := strings.ToLower(text); hostName().MatchString(host) {
		return strconv.Quote(host)
	}
	return "something like example.eu.auth0.com"
}

func badDomain(message string) error { return invalid(fieldDomain, message) }
