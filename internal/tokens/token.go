package tokens

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// errNotJWT replaces errors of the library, which can show the token.
var errNotJWT = errors.New("the access token is not a signed JWT")

// readable lists the algorithms of tokens whose claims can be read without verification.
var readable = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.HS256, jose.HS384, jose.HS512,
	jose.ES256, jose.ES384, jose.ES512,
}

// Claims contains the header and the claims of a token.
type Claims struct {
	jwt.Claims

	Scope        string `json:"scope"`
	Organization string `json:"org_id"`
	Confirmation struct {
		Thumbprint string `json:"jkt"`
	} `json:"cnf"`

	Algorithm string `json:"-"`
	KeyID     string `json:"-"`
}

// Read returns the claims of a token without verifying it.
func Read(token string) (Claims, error) {
	signed, err := jwt.ParseSigned(token, readable)
	if err != nil {
		return Claims{}, errNotJWT
	}
	var claims Claims
	if err := signed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return Claims{}, errNotJWT
	}
	claims.Algorithm, claims.KeyID = signed.Headers[0].Algorithm, signed.Headers[0].KeyID
	return claims, nil
}

// Lifetime returns the time between issue and expiry; 0 if one of them is missing.
func (c Claims) Lifetime() time.Duration {
	if c.Expiry == nil || c.IssuedAt == nil {
		return 0
	}
	return time.Duration(*c.Expiry-*c.IssuedAt) * time.Second
}

// Scopes returns the sorted scopes of a claim or a response.
func Scopes(text string) []string { return slices.Sorted(slices.Values(strings.Fields(text))) }

// Encrypted reports whether a token has five parts and a header that names an encryption.
func Encrypted(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 5 {
		return false
	}
	content, err := base64.RawURLEncoding.DecodeString(parts[0])
	var header struct {
		Encryption string `json:"enc"`
	}
	return err == nil && json.Unmarshal(content, &header) == nil && header.Encryption != ""
}

// KeySet contains the keys of a JWKS.
type KeySet []json.RawMessage

// named returns the public keys with an ID. It skips keys of unknown kinds.
func (s KeySet) named(id string) []jose.JSONWebKey {
	var keys []jose.JSONWebKey
	for _, one := range s {
		var key jose.JSONWebKey
		if json.Unmarshal(one, &key) == nil && key.KeyID == id && key.IsPublic() {
			keys = append(keys, key)
		}
	}
	return keys
}

// Signed is a token that is signed with an asymmetric algorithm.
type Signed struct{ signature *jose.JSONWebSignature }

// ParseSigned parses a token with a signature of one of the algorithms with which Auth0 signs; others, such as HS256, use no
// published key.
func ParseSigned(token string) (Signed, bool) {
	signature, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.RS512})
	return Signed{signature}, err == nil
}

// Verify reports whether a key of the set has signed the token, and whether the set contains the key that the token names.
func (s Signed) Verify(set KeySet) (valid, known bool) {
	keys := set.named(s.signature.Signatures[0].Header.KeyID)
	for _, key := range keys {
		key.Algorithm = "" // an RSA key can serve several algorithms
		if _, err := s.signature.Verify(key); err == nil {
			return true, true
		}
	}
	return false, len(keys) > 0
}
