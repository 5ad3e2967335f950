package tokens

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
)

// smallest is the size in bits from which Auth0 takes an RSA key.
const smallest = 2048

// What can be wrong with a PEM text. No error shows any of it: the text may hold a private key.
var (
	ErrNotPEM  = errors.New("it is no PEM text")
	ErrSecret  = errors.New("it is a private key")
	ErrSeveral = errors.New("it holds more than one PEM block")
	ErrKind    = errors.New("it is neither a public key nor a certificate")
	ErrNotRSA  = errors.New("its key is not an RSA key")
	ErrShort   = errors.New("its key is shorter than 2048 bits")
)

// ParsePublicKey reads a public RSA key of 2048 bits or more in PEM: SubjectPublicKeyInfo, PKCS #1, or a certificate. The error
// is one of this package's.
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
	parsed, err := parse(block)
	if err != nil {
		return nil, ErrKind
	}
	key, ok := parsed.(*rsa.PublicKey)
	switch {
	case !ok:
		return nil, ErrNotRSA
	case key.N.BitLen() < smallest:
		return nil, ErrShort
	}
	return key, nil
}

func parse(block *pem.Block) (any, error) {
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

// Thumbprint names a key for good: SHA-256 of its JSON form by RFC 7638, in base64url. It is what Auth0 calls the key id
// (CR004), and does not depend on how the PEM text is laid out.
func Thumbprint(key *rsa.PublicKey) string {
	encode := base64.RawURLEncoding.EncodeToString
	canonical, err := json.Marshal(struct {
		E   string `json:"e"` // in this order
		Kty string `json:"kty"`
		N   string `json:"n"`
	}{encode(big.NewInt(int64(key.E)).Bytes()), "RSA", encode(key.N.Bytes())})
	if err != nil {
		return "" // three strings always have a JSON form
	}
	sum := sha256.Sum256(canonical)
	return encode(sum[:])
}
