package tokens

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Limits of a client assertion (TK014).
const (
	maxAssertion     = 2048 // bytes
	maxAssertionLife = 5 * time.Minute
	assertionSkew    = 10 * time.Second
)

// AssertionProblem returns why Auth0 would not accept a client assertion, which something else signed; empty if no reason is
// visible. One of the audiences must be the only one of the assertion. The signature is not verified.
func AssertionProblem(text, clientID string, audiences []string, now time.Time) string {
	if len(text) > maxAssertion {
		return fmt.Sprintf("the assertion has %d bytes; Auth0 accepts at most %d", len(text), maxAssertion)
	}
	signed, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.PS256})
	var claims jwt.Claims
	if err != nil || signed.UnsafeClaimsWithoutVerification(&claims) != nil {
		return "it is not a JWT that is signed with RS256, RS384 or PS256"
	}
	at := func(moment time.Time) string { return moment.UTC().Format(time.RFC3339) }
	switch {
	case claims.Issuer != clientID || claims.Subject != clientID:
		return fmt.Sprintf("the claims iss and sub are %q and %q, but both must be the client ID %q", claims.Issuer, claims.Subject, clientID)
	case len(claims.Audience) != 1 || !slices.Contains(audiences, claims.Audience[0]):
		return fmt.Sprintf("the claim aud is %q, but it must be %q", []string(claims.Audience), audiences[0])
	case claims.ID == "":
		return "the claim jti is missing, by which Auth0 accepts an assertion only once"
	case claims.Expiry == nil:
		return "the claim exp is missing"
	case claims.Expiry.Time().Before(now.Add(-assertionSkew)):
		return fmt.Sprintf("the assertion expired at %s, and the clock of this machine says %s", at(claims.Expiry.Time()), at(now))
	case claims.Expiry.Time().After(now.Add(maxAssertionLife + assertionSkew)):
		return fmt.Sprintf("the assertion expires at %s, and Auth0 accepts at most five minutes; the clock of this machine says %s", at(claims.Expiry.Time()), at(now))
	}
	return ""
}
