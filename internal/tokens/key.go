// Package tokens parses keys, signs client assertions and proofs of possession, and reads and verifies access tokens. No
// error contains a part of a key or a token.
package tokens

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
	"regexp"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// minBits is the size from which Auth0 accepts an RSA key.
const minBits = 2048

// Errors of [ParsePublicKey].
var (
	ErrNotPEM  = errors.New("it is not valid PEM")
	ErrSecret  = errors.New("it is a private key")
	ErrSeveral = errors.New("it contains more than one PEM block")
	ErrKind    = errors.New("it is neither a public key nor a certificate")
	ErrNotRSA  = errors.New("its key is not an RSA key")
	ErrShort   = errors.New("its key is shorter than 2048 bits")
)

// ParsePublicKey parses a public RSA key of 2048 bits or more in PEM: SubjectPublicKeyInfo, PKCS #1, or a certificate.
func ParsePublicKey(text string) (*rsa.PublicKey, error) {
	block, rest := pem.Decode([]byte(text))
	switch {
	case strings.Contains(text, "PRIVATE KEY"):
		return nil, ErrSecret
	case block == nil:
		return nil, ErrNotPEM
	case strings.TrimSpace(string(rest)) != "":
		return nil, ErrSeveral
	}
	parsed, err := parsePublic(block)
	if err != nil {
		return nil, ErrKind
	}
	key, ok := parsed.(*rsa.PublicKey)
	switch {
	case !ok:
		return nil, ErrNotRSA
	case key.N.BitLen() < minBits:
		return nil, ErrShort
	}
	return key, nil
}

func parsePublic(block *pem.Block) (any, error) {
	switch block.Type {
	case "PUBLIC KEY":
		return x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		return certificate.PublicKey, nil
	}
	return nil, ErrKind
}

// Thumbprint returns the SHA-256 thumbprint of a public key (RFC 7638) in base64url, which Auth0 uses as the key ID (CR004).
// It does not depend on the form in which the key is written.
func Thumbprint(key crypto.PublicKey) string {
	sum, err := (&jose.JSONWebKey{Key: key}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "" // only for a kind of key that no function of this package returns
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// Certificate returns a certificate in PEM.
func Certificate(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// ParsePrivateKey parses a private RSA key in PEM (PKCS #1 or PKCS #8). Environment variables and variable stores change line
// breaks, so it also accepts "\n" as text, spaces instead, and the base64 of the whole text.
func ParsePrivateKey(value secret.Value) (*rsa.PrivateKey, error) {
	kind, der, err := decodePEM(strings.TrimSpace(value.Reveal()))
	if err != nil {
		return nil, err
	}
	parsed, err := parsePrivate(kind, der)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PrivateKey)
	switch {
	case !ok:
		return nil, errors.New("it is not an RSA key, and Auth0 accepts no other")
	case key.N.BitLen() < minBits:
		return nil, errors.New("the key is too short: Auth0 accepts RSA keys of 2048 bits or more")
	}
	return key, nil
}

// parseProofKey parses a private key on the curve P-256, or an RSA key, which can be written as in [ParsePrivateKey].
func parseProofKey(value secret.Value) (crypto.Signer, jose.SignatureAlgorithm, error) {
	kind, der, err := decodePEM(strings.TrimSpace(value.Reveal()))
	if err != nil {
		return nil, "", err
	}
	parsed, _ := parsePrivate(kind, der)
	if kind == "EC PRIVATE KEY" {
		parsed, _ = x509.ParseECPrivateKey(der)
	}
	switch key := parsed.(type) {
	case *ecdsa.PrivateKey:
		if key != nil && key.Curve == elliptic.P256() {
			return key, jose.ES256, nil
		}
	case *rsa.PrivateKey:
		if key.N.BitLen() >= minBits {
			return key, jose.RS256, nil
		}
	}
	return nil, "", errors.New("it must be a private key on the curve P-256, or an RSA key of 2048 bits or more")
}

// NewProofKey creates a temporary key for proofs of possession, in PEM.
func NewProofKey() (secret.Value, error) {
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

// pemParts matches the parts of PEM text with any line breaks.
var pemParts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]*)-----END ([A-Z ]+)-----$`)
})

func decodePEM(text string) (kind string, der []byte, err error) {
	if text == "" {
		return "", nil, errors.New("it is empty")
	}
	if !strings.HasPrefix(text, "-----") {
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return "", nil, errors.New(`it is neither PEM, which begins with "-----BEGIN", nor the base64 of PEM`)
		}
		text = strings.TrimSpace(string(decoded))
	}
	text = strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text)
	parts := pemParts().FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil || parts[1] != parts[3] {
		return "", nil, errors.New("it is not complete PEM: it must consist of a BEGIN line, base64 and the matching END line")
	}
	der, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(parts[2]), ""))
	if err != nil {
		return "", nil, errors.New("the text between its BEGIN and END lines is not valid base64")
	}
	return parts[1], der, nil
}

func parsePrivate(kind string, der []byte) (any, error) {
	var parsed any
	var err error
	switch kind {
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(der)
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(der)
	case "ENCRYPTED PRIVATE KEY":
		return nil, errors.New("it is encrypted: decrypt it first, for example with openssl pkcs8")
	case "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE":
		return nil, errors.New("it is a public key: the private key is needed")
	default:
		return nil, errors.New("its kind is not supported: a PRIVATE KEY or an RSA PRIVATE KEY is needed")
	}
	if err != nil {
		return nil, errors.New("its " + kind + " block does not contain a valid key")
	}
	return parsed, nil
}
