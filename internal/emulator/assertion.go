package emulator

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// Limits of a client assertion (TK014).
const (
	assertionType      = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	maxAssertion       = 2048 // bytes
	maxClaim           = 64   // letters of iss, sub and jti
	maxAhead           = 5 * time.Minute
	assertionSkew      = 10 * time.Second
	rememberAssertions = 10_000
)

// usedAssertions remembers the IDs of assertions until they expire, because each is accepted once.
type usedAssertions struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

// take records an ID, and reports whether it was new.
func (u *usedAssertions) take(id string, until, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.seen == nil || len(u.seen) >= rememberAssertions {
		fresh := map[string]time.Time{}
		for old, end := range u.seen {
			if end.After(now) {
				fresh[old] = end
			}
		}
		u.seen = fresh
	}
	if end, again := u.seen[id]; again && end.After(now) {
		return false
	}
	u.seen[id] = until
	return true
}

// invalidAssertion returns the error for an invalid assertion. The text of the real service is not known (TK015).
func invalidAssertion(why string) error {
	return oauthError(http.StatusUnauthorized, "invalid_client", "Client assertion refused: "+why)
}

// authenticateByKey finds the client of an assertion, and verifies the assertion with the keys of that client (TK014).
func (c *call) authenticateByKey(r *tokenRequest) (*store.Client, error) {
	text := r.fields.Get("client_assertion")
	if r.fields.Get("client_assertion_type") != assertionType {
		return nil, invalidAssertion("client_assertion_type is not " + assertionType)
	}
	if len(text) > maxAssertion {
		return nil, invalidAssertion("it is longer than 2048 bytes")
	}
	assertion, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.PS256})
	if err != nil || len(assertion.Headers) != 1 {
		return nil, invalidAssertion("it is no JWT signed with RS256, RS384 or PS256")
	}
	var claims jwt.Claims
	if err := assertion.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return nil, invalidAssertion("its claims cannot be read")
	}
	c.entry.Caller = claims.Subject
	client, known := c.server.store.Client(claims.Subject)
	if sent := r.fields.Get("client_id"); !known || sent != "" && sent != client.ID {
		return nil, invalidAssertion("sub names no client, or another one than client_id")
	}
	if err := c.server.checkClaims(claims); err != nil {
		return nil, err
	}
	if !c.server.signedBy(assertion, client) {
		return nil, invalidAssertion("no credential of the client verifies it")
	}
	if !c.server.assertions.take(client.ID+" "+claims.ID, claims.Expiry.Time().Add(assertionSkew), c.server.now()) {
		return nil, invalidAssertion("its jti was used before")
	}
	return client, nil
}

// checkClaims compares the claims with the limits (TK014).
func (s *Server) checkClaims(claims jwt.Claims) error {
	now := s.now()
	switch {
	case claims.Issuer != claims.Subject:
		return invalidAssertion("iss and sub differ")
	case len(claims.Subject) > maxClaim || len(claims.ID) > maxClaim:
		return invalidAssertion("iss, sub or jti is longer than 64 letters")
	case claims.ID == "":
		return invalidAssertion("jti is missing")
	case len(claims.Audience) != 1 || !slices.Contains([]string{s.Issuer(), s.URL() + "/oauth/token"}, claims.Audience[0]):
		return invalidAssertion("aud is not the issuer")
	case claims.Expiry == nil || claims.Expiry.Time().Before(now.Add(-assertionSkew)):
		return invalidAssertion("it is expired")
	case claims.Expiry.Time().After(now.Add(maxAhead + assertionSkew)):
		return invalidAssertion("exp is more than five minutes ahead")
	case claims.NotBefore != nil && claims.NotBefore.Time().After(now.Add(assertionSkew)),
		claims.IssuedAt != nil && claims.IssuedAt.Time().After(now.Add(assertionSkew)):
		return invalidAssertion("it is not valid yet")
	}
	return nil
}

// signedBy tries the keys that the client uses: not expired, same algorithm, same kid if the assertion has one.
func (s *Server) signedBy(assertion *jwt.JSONWebToken, client *store.Client) bool {
	body, err := store.ParseObject(client.Body)
	if err != nil {
		return false
	}
	header := assertion.Headers[0]
	for _, item := range body.Child("client_authentication_methods").Child("private_key_jwt").Items("credentials") {
		row, there := s.store.Credential(asObject(item).Text("id"))
		if !there {
			continue
		}
		credential, err := store.ParseObject(row.Body)
		if err != nil || header.KeyID != "" && header.KeyID != credential.Text("kid") || credential.Text("alg") != header.Algorithm {
			continue
		}
		if end, err := time.Parse(time.RFC3339, credential.Text("expires_at")); err == nil && !end.After(s.now()) {
			continue
		}
		public, _, err := parsePublic(row.PEM)
		if err == nil && assertion.Claims(public, &jwt.Claims{}) == nil {
			return true
		}
	}
	return false
}
