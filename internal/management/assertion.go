package management

import (
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

const (
	defaultSigningAlg = "RS256"
	assertionLife     = time.Minute
	assertionType     = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// withSecret is a token request that carries a secret in its form.
func withSecret(form url.Values, value secret.Value) func() (url.Values, error) {
	return func() (url.Values, error) {
		form := maps.Clone(form)
		form.Set("client_secret", value.Reveal())
		return form, nil
	}
}

// withAssertion is a token request that carries a newly signed assertion in its form.
func withAssertion(form url.Values, signing *assertion) func() (url.Values, error) {
	return func() (url.Values, error) {
		signed, err := signing.sign()
		if err != nil {
			return nil, err
		}
		form := maps.Clone(form)
		form.Set("client_assertion_type", assertionType)
		form.Set("client_assertion", signed)
		return form, nil
	}
}

// assertion proves who a client is without a shared secret (private_key_jwt).
type assertion struct {
	signer   jose.Signer
	clientID string
	audience string // the tenant's address, with a slash at its end
}

func newAssertion(key *rsa.PrivateKey, algorithm, clientID, audience string) (*assertion, error) {
	switch jose.SignatureAlgorithm(algorithm) {
	case jose.RS256, jose.RS384, jose.PS256:
	default:
		return nil, invalid(fieldSigningAlg, "it must be RS256, RS384 or PS256")
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.SignatureAlgorithm(algorithm), Key: key},
		(&jose.SignerOptions{}).WithType("JWT"),
	)
	if err != nil {
		return nil, invalid(fieldPrivateKey, "it cannot sign")
	}
	return &assertion{signer: signer, clientID: clientID, audience: audience}, nil
}

// sign makes an assertion that is good for one request: the tenant takes each jti once. There is no nbf, so that a
// clock that is a little fast does no harm. The audience is a string, as the tenant wants it, and not a list.
func (a *assertion) sign() (string, error) {
	now := time.Now()
	return jwt.Signed(a.signer).Claims(map[string]any{
		"iss": a.clientID,
		"sub": a.clientID,
		"aud": a.audience,
		"iat": now.Unix(),
		"exp": now.Add(assertionLife).Unix(),
		"jti": rand.Text(),
	}).Serialize()
}
