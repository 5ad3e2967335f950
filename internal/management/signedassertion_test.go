package management_test

import (
	"context"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// signedClaims returns a valid client assertion, changed by the test.
func signedClaims(t *testing.T, issuer string, change func(claims map[string]any)) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: keys()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{"iss": "own", "sub": "own", "aud": issuer, "exp": time.Now().Add(time.Minute).Unix(), "jti": rand.Text()}
	change(claims)
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// An assertion that Auth0 would not accept is not sent, and the error shows why, but not the assertion.
func TestSignedAssertion(t *testing.T) {
	const custom = "https://example.eu.auth0.com/"
	s := newServer(t, nil)
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	set := func(claim string, value any) func(map[string]any) {
		return func(claims map[string]any) { claims[claim] = value }
	}
	in := func(after time.Duration) int64 { return time.Now().Add(after).Unix() }
	for name, c := range map[string]struct {
		change func(map[string]any)
		text   string // instead
		says   string // empty: it is sent
	}{
		"valid":               {change: func(map[string]any) {}},
		"token endpoint":      {change: set("aud", s.URL+"/oauth/token")},
		"tenant's own domain": {change: set("aud", custom)},
		"five minutes":        {change: set("exp", in(5*time.Minute))},
		"clock skew":          {change: set("exp", in(-5*time.Second))},
		"other issuer":        {change: set("iss", "other"), says: `iss and sub are "other" and "own"`},
		"other subject":       {change: set("sub", "other"), says: `iss and sub are "own" and "other"`},
		"other audience":      {change: set("aud", "https://other.example/"), says: `aud is ["https://other.example/"], but it must be "` + s.URL + `/"`},
		"no slash":            {change: set("aud", s.URL), says: "aud is"},
		"two audiences":       {change: set("aud", []string{s.URL + "/", custom}), says: "aud is"},
		"expired":             {change: set("exp", in(-time.Minute)), says: "expired at"},
		"too long":            {change: set("exp", in(6*time.Minute)), says: "at most five minutes"},
		"no expiry":           {change: func(claims map[string]any) { delete(claims, "exp") }, says: "exp is missing"},
		"no jti":              {change: func(claims map[string]any) { delete(claims, "jti") }, says: "jti is missing"},
		"too large":           {change: set("more", strings.Repeat("x", 2048)), says: "at most 2048"},
		"not a JWT":           {text: "canary", says: "it is not a JWT"},
	} {
		t.Run(name, func(t *testing.T) {
			text := c.text
			if text == "" {
				text = signedClaims(t, s.URL+"/", c.change)
			}
			for _, inFile := range []bool{false, true} {
				config := management.Config{BaseURL: base, ClientID: "own", Audience: custom + "api/v2/", Assertion: secret.New(text)}
				field := "client_assertion"
				if inFile {
					field = "client_assertion_file"
					config.Assertion, config.AssertionFile = secret.Value{}, filepath.Join(t.TempDir(), "assertion")
					if err := os.WriteFile(config.AssertionFile, []byte(text+"\n"), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				checkAssertion(t, s, config, field, text, c.says)
			}
		})
	}
}

// checkAssertion requests the provider's token, and expects the request with the assertion or an error about the field.
func checkAssertion(t *testing.T, s *server, config management.Config, field, text, says string) {
	t.Helper()
	opened, err := management.New(config)
	if err != nil {
		t.Fatal(err)
	}
	s.forget()
	err = opened.Permissions.Require(t.Context(), "test", "read:clients")
	if says == "" {
		if calls := s.asked(tokenRoute); err != nil || len(calls) != 1 || !strings.Contains(calls[0].Body, "client_assertion="+url.QueryEscape(text)) {
			t.Errorf("%s: %v, requests %v", field, err, calls)
		}
		return
	}
	var rejected *tenant.Unauthenticated
	var invalid *tenant.Invalid
	if !errors.As(err, &rejected) || !rejected.Assertion || !errors.As(err, &invalid) || invalid.Field != field || !strings.Contains(invalid.Message, says) {
		t.Errorf("%s: error %v", field, err)
	}
	if strings.Contains(err.Error(), text) || len(s.asked(tokenRoute)) > 0 {
		t.Errorf("%s: error %v, requests %v", field, err, s.asked(tokenRoute))
	}
}

// An assertion whose response was lost is not sent again: not by a retry, nor by the next request of the process. A new one
// in the file is.
func TestSignedAssertion_lost(t *testing.T) {
	var lost atomic.Bool
	s := newServer(t, map[string]func(call) reply{tokenRoute: func(call) reply {
		if lost.Load() {
			return reply{cut: true}
		}
		return reply{status: http.StatusOK, body: `{"access_token":"the-token","expires_in":86400,"token_type":"Bearer"}`}
	}})
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "assertion")
	sign := func() {
		if err := os.WriteFile(file, []byte(signedClaims(t, s.URL+"/", func(map[string]any) {})), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sign()
	opened, err := management.New(management.Config{BaseURL: base, ClientID: "own", AssertionFile: file})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(ctx context.Context) error { return opened.Permissions.Require(ctx, "test", "read:clients") }
	lost.Store(true)
	if err := ask(t.Context()); err == nil || len(s.asked(tokenRoute)) != 1 {
		t.Errorf("error %v after %d requests", err, len(s.asked(tokenRoute)))
	}
	lost.Store(false)
	sign()
	if err := ask(t.Context()); err != nil || len(s.asked(tokenRoute)) != 2 {
		t.Errorf("error %v after %d requests", err, len(s.asked(tokenRoute)))
	}
}

// After a lost response the same assertion is not sent, although the process requests a token again.
func TestSignedAssertion_again(t *testing.T) {
	s := newServer(t, map[string]func(call) reply{tokenRoute: func(call) reply { return reply{cut: true} }})
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	text := signedClaims(t, s.URL+"/", func(map[string]any) {})
	opened, err := management.New(management.Config{BaseURL: base, ClientID: "own", Assertion: secret.New(text)})
	if err != nil {
		t.Fatal(err)
	}
	var rejected *tenant.Unauthenticated
	first := opened.Permissions.Require(t.Context(), "test", "read:clients")
	second := opened.Permissions.Require(t.Context(), "test", "read:clients")
	if errors.As(first, &rejected) || !errors.As(second, &rejected) || !rejected.Assertion || len(s.asked(tokenRoute)) != 1 {
		t.Errorf("errors %v and %v after %d requests", first, second, len(s.asked(tokenRoute)))
	}
}

// The request for a client's token is not repeated with the same assertion: not with a proof, not with a nonce, and not after a
// lost response.
func TestTokenRequest_signedOnce(t *testing.T) {
	requests, lost := 0, false
	opened, err := management.New(management.Config{
		BaseURL: &url.URL{Scheme: "https", Host: "tenant.example.com"}, ClientID: "own", ClientSecret: secret.New("own-secret"),
		Transport: memory{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if requests++; lost {
				panic(http.ErrAbortHandler)
			}
			w.Header().Set("Content-Type", jsonType)
			w.Header().Set("DPoP-Nonce", "nonce")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"}`)
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	text := signedClaims(t, "https://tenant.example.com/", func(map[string]any) {})
	for name, proofKey := range map[string]secret.Value{"no proof": {}, "proof": ecKey(t, elliptic.P256(), "PRIVATE KEY")} {
		requests = 0
		_, err := opened.Tokens.Request(t.Context(), tenant.TokenRequest{ClientID: "own", Assertion: secret.New(text), Audience: "https://api.example", ProofKey: proofKey})
		var denied *tenant.Denied
		if !errors.As(err, &denied) || requests != 1 {
			t.Errorf("%s: error %v after %d requests", name, err, requests)
		}
	}
	requests, lost = 0, true
	var unavailable *tenant.Unavailable
	_, err = opened.Tokens.Request(t.Context(), tenant.TokenRequest{ClientID: "own", Assertion: secret.New(text), Audience: "https://api.example"})
	if !errors.As(err, &unavailable) || requests != 1 {
		t.Errorf("lost: error %v after %d requests", err, requests)
	}
}
