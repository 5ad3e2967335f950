package emulator

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-jose/go-jose/v4"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// signJWT signs a token. It does not use a library because the order of the header's members matters (TK011).
func signJWT(alg, typ string, claims store.Object, key signingKey, secret string) (string, error) {
	header := store.Object{{Name: "alg", Value: alg}, {Name: "typ", Value: typ}}
	if alg != "HS256" {
		header = append(header, store.Member{Name: "kid", Value: key.row.ID})
	}
	text := encode64(header.Encode()) + "." + encode64(claims.Encode())
	signature, err := sign(alg, []byte(text), key, secret)
	if err != nil {
		return "", fmt.Errorf("signing a token with %s: %w", alg, err)
	}
	return text + "." + encode64(signature), nil
}

func sign(alg string, text []byte, key signingKey, secret string) ([]byte, error) {
	short, long := sha256.Sum256(text), sha512.Sum512(text)
	switch alg {
	case "HS256":
		if secret == "" {
			return nil, errors.New("the API has no secret")
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(text)
		return mac.Sum(nil), nil
	case "RS256":
		return rsa.SignPKCS1v15(rand.Reader, key.private, crypto.SHA256, short[:])
	case "RS512":
		return rsa.SignPKCS1v15(rand.Reader, key.private, crypto.SHA512, long[:])
	case "PS256":
		options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
		return rsa.SignPSS(rand.Reader, key.private, crypto.SHA256, short[:], options)
	}
	return nil, errors.New("no such algorithm")
}

func encode64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// encryptJWT encrypts a signed token for its API, if the API has a key for that (TK017).
func encryptJWT(signed string, encryption store.Object, pem string) (string, error) {
	if encryption == nil || pem == "" {
		return signed, nil
	}
	key := encryption.Child("encryption_key")
	if key.Text("alg") != string(jose.RSA_OAEP_256) {
		return "", oauthError(http.StatusNotImplemented, "server_error", "The emulator encrypts tokens with RSA-OAEP-256 only.")
	}
	public, _, err := parsePublic(pem)
	if err != nil {
		return "", err
	}
	encrypter, err := jose.NewEncrypter(jose.A256GCM,
		jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: public, KeyID: key.Text("kid")},
		(&jose.EncrypterOptions{}).WithType("JWT").WithContentType("JWT"))
	if err != nil {
		return "", err
	}
	encrypted, err := encrypter.Encrypt([]byte(signed))
	if err != nil {
		return "", err
	}
	return encrypted.CompactSerialize()
}
