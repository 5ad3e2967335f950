package management

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
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
