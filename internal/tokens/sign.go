package tokens

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

const assertionLifetime = time.Minute

// ErrAlgorithm is the error of an algorithm with which Auth0 accepts no assertions.
var ErrAlgorithm = errors.New("it must be RS256, RS384 or PS256")

// Assertions signs client assertions, with which a client authenticates without a shared secret (private_key_jwt).
type Assertions struct {
	signer   jose.Signer
	clientID string
	audience string
}

// NewAssertions returns the signer for a client and a tenant. audience is the URL of the tenant with a final slash.
// algorithm defaults to RS256.
func NewAssertions(key *rsa.PrivateKey, algorithm, clientID, audience string) (*Assertions, error) {
	chosen := cmp.Or(jose.SignatureAlgorithm(algorithm), jose.RS256)
	switch chosen {
	case jose.RS256, jose.RS384, jose.PS256:
	default:
		return nil, ErrAlgorithm
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: chosen, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	return &Assertions{signer: signer, clientID: clientID, audience: audience}, err
}

// Sign returns an assertion for one request, because Auth0 accepts each jti once. It has no nbf, so that a clock can be fast.
// Auth0 requires the audience to be a string.
func (a *Assertions) Sign() (string, error) {
	now := time.Now()
	return jwt.Signed(a.signer).Claims(map[string]any{
		"iss": a.clientID,
		"sub": a.clientID,
		"aud": a.audience,
		"iat": now.Unix(),
		"exp": now.Add(assertionLifetime).Unix(),
		"jti": rand.Text(),
	}).Serialize()
}

// Proofs signs DPoP proofs (RFC 9449) with one key. The nil value signs none.
type Proofs struct {
	signer     jose.Signer
	thumbprint string
}

// NewProofs returns the signer for a key in PEM; nil for an empty one.
func NewProofs(value secret.Value) (*Proofs, error) {
	if value.Empty() {
		return nil, nil
	}
	key, algorithm, err := parseProofKey(value)
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	return &Proofs{signer: signer, thumbprint: Thumbprint(key.Public())}, err
}

// Add adds a proof to a request, with a nonce if there is one. A proof is valid once.
func (p *Proofs) Add(request *http.Request, nonce string) error {
	if p == nil {
		return nil
	}
	target := *request.URL
	target.RawQuery, target.Fragment = "", ""
	claims := map[string]any{"htm": request.Method, "htu": target.String(), "iat": time.Now().Unix(), "jti": rand.Text()}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	proof, err := jwt.Signed(p.signer).Claims(claims).Serialize()
	if err == nil {
		request.Header.Set("DPoP", proof)
	}
	return err
}

// Bind reports whether a token is valid only together with proofs of p.
func (p *Proofs) Bind(claims Claims) bool {
	return p != nil && claims.Confirmation.Thumbprint == p.thumbprint
}
