package emulator

import (
	"net/http"

	"github.com/go-jose/go-jose/v4"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

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
