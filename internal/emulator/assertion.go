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
	longestAssertion   = 2048 // bytes
	longestClaim       = 64   // letters of iss, sub and jti
	longestAhead       = 5 * time.Minute
	assertionSkew      = 10 * time.Second
	rememberAssertions = 10_000
)

// usedAssertions remembers the ids of assertions until they are expired: each is good once.
type usedAssertions struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

// take notes an id, and tells whether it was new.
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

// refusedAssertion is the answer to every assertion that does not hold; the real words are not known (TK015).
func refusedAssertion(why string) error {
	return oauthError(http.StatusUnauthorized, "invalid_client", "Client assertion refused: "+why)
}

// authenticateByKey finds the client an assertion speaks for, and checks it with the keys that client uses (TK014).
func (c *call) authenticateByKey(r *tokenRequest) (*store.Client, error) {
	text := r.fields.Get("client_assertion")
	if r.fields.Get("client_assertion_type") != assertionType {
		return nil, refusedAssertion("client_assertion_type is not " + assertionType)
	}
	if len(text) > longestAssertion {
		return nil, refusedAssertion("it is longer than 2048 bytes")
	}
	assertion, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.PS256})
	if err != nil || len(assertion.Headers) != 1 {
		return nil, refusedAssertion("it is no JWT signed with RS256, RS384 or PS256")
	}
	var claims jwt.Claims
	if err := assertion.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return nil, refusedAssertion("its claims cannot be read")
	}
	c.entry.Caller = claims.Subject
	client, known := c.server.store.Client(claims.Subject)
	if sent := r.fields.Get("client_id"); !known || sent != "" && sent != client.ID {
		return nil, refusedAssertion("sub names no client, or another one than client_id")
	}
	if err := c.server.checkClaims(claims); err != nil {
		return nil, err
	}
	if !c.server.signedBy(assertion, client) {
		return nil, refusedAssertion("no credential of the client verifies it")
	}
	if !c.server.assertions.take(client.ID+" "+claims.ID, claims.Expiry.Time().Add(assertionSkew), c.server.now()) {
		return nil, refusedAssertion("its jti was used before")
	}
	return client, nil
}

// checkClaims holds the claims against the limits (TK014).
func (s *Server) checkClaims(claims jwt.Claims) error {
	now := s.now()
	switch {
	case claims.Issuer != claims.Subject:
		return refusedAssertion("iss and sub differ")
	case len(claims.Subject) > longestClaim || len(claims.ID) > longestClaim:
		return refusedAssertion("iss, sub or jti is longer than 64 letters")
	case claims.ID == "":
		return refusedAssertion("jti is missing")
	case len(claims.Audience) != 1 || !slices.Contains([]string{s.Issuer(), s.URL() + "/oauth/token"}, claims.Audience[0]):
		return refusedAssertion("aud is not the issuer")
	case claims.Expiry == nil || claims.Expiry.Time().Before(now.Add(-assertionSkew)):
		return refusedAssertion("it is expired")
	case claims.Expiry.Time().After(now.Add(longestAhead + assertionSkew)):
		return refusedAssertion("exp is more than five minutes ahead")
	case claims.NotBefore != nil && claims.NotBefore.Time().After(now.Add(assertionSkew)),
		claims.IssuedAt != nil && claims.IssuedAt.Time().After(now.Add(assertionSkew)):
		return refusedAssertion("it is not valid yet")
	}
	return nil
}

// signedBy tries the keys the client uses: not expired, same algorithm, same kid if the assertion names one.
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
