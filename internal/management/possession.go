package management

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const fieldProofKey = "proof_key"

// proofSigner signs DPoP proofs (RFC 9449) with one key. Its nil value signs none.
type proofSigner struct {
	signer     jose.Signer
	thumbprint string
}

// newProofKey creates a temporary key for one token request, in PEM.
func newProofKey() (secret.Value, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return secret.Value{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return secret.Value{}, err
	}
	return secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))), nil
}

// newProofSigner returns the signer of a key in PEM; nil for an empty one.
func newProofSigner(value secret.Value) (*proofSigner, error) {
	if value.Empty() {
		return nil, nil
	}
	key, algorithm, err := parseProofKey(value)
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		return nil, invalid(fieldProofKey, "the key cannot sign")
	}
	sum, err := (&jose.JSONWebKey{Key: key.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, invalid(fieldProofKey, "the key has no thumbprint")
	}
	return &proofSigner{signer: signer, thumbprint: base64.RawURLEncoding.EncodeToString(sum)}, nil
}

// parseProofKey reads a private key on the curve P-256, or an RSA key. What is wrong is a *tenant.Invalid that does not
// show the key.
func parseProofKey(value secret.Value) (crypto.Signer, jose.SignatureAlgorithm, error) {
	kind, der, err := decodePEM(strings.TrimSpace(value.Reveal()))
	if wrong := new(tenant.Invalid); errors.As(err, &wrong) {
		return nil, "", invalid(fieldProofKey, wrong.Message)
	}
	if kind == "EC PRIVATE KEY" {
		key, err := x509.ParseECPrivateKey(der)
		if err == nil && key.Curve == elliptic.P256() {
			return key, jose.ES256, nil
		}
		return nil, "", invalid(fieldProofKey, "it must be a private key on the curve P-256, or an RSA key")
	}
	if parsed, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if key, ok := parsed.(*ecdsa.PrivateKey); ok && key.Curve == elliptic.P256() {
			return key, jose.ES256, nil
		}
	}
	var key *rsa.PrivateKey
	if key, err = ParsePrivateKey(value); err != nil {
		return nil, "", invalid(fieldProofKey, "it must be a private key on the curve P-256, or an RSA key of 2048 bits or more")
	}
	return key, jose.RS256, nil
}

// prove adds a proof to a request, with a nonce if there is one. A proof is valid once.
func (p *proofSigner) prove(request *http.Request, nonce string) error {
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

// aboutProof reports whether the tenant rejected the proof of a token request (RFC 9449, 5).
func aboutProof(err error) bool {
	var denied *tenant.Denied
	return errors.As(err, &denied) && (denied.Code == "invalid_dpop_proof" || denied.Code == "use_dpop_nonce")
}

// mayNeedProof reports whether a denied request can succeed with a proof: which words and code the tenant uses for a
// missing one is not documented (PP001). Rejected credentials are the exception.
func mayNeedProof(err error) bool {
	var denied *tenant.Denied
	return errors.As(err, &denied) && denied.Code != "" && denied.Status != http.StatusUnauthorized
}
