package acctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
)

// Assertion returns a client assertion for one token request, signed with a private key in PEM as from [Tenant.KeyPair].
func (n *Tenant) Assertion(t *testing.T, clientID, private string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(private))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	part := func(value map[string]any) string {
		content, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(content)
	}
	text := part(map[string]any{"alg": "RS256", "typ": "JWT"}) + "." + part(map[string]any{
		"iss": clientID, "sub": clientID, "aud": n.Server.Issuer(), "exp": time.Now().Add(2 * time.Minute).Unix(), "jti": rand.Text(),
	})
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// OwnKey makes the provider's own client authenticate with a key instead of a secret, outside Terraform. It returns the
// private key.
func (n *Tenant) OwnKey(t *testing.T) (private string) {
	t.Helper()
	own, pair := n.Server.Terraform().ClientID, keypair.New()
	id := n.credential(t, own, map[string]any{"credential_type": "public_key", "pem": pair.PublicPEM})
	n.Send(t, http.MethodPatch, "clients/"+own, map[string]any{
		"client_authentication_methods": map[string]any{"private_key_jwt": credentials(id)}, "token_endpoint_auth_method": nil,
	}, nil)
	return pair.PrivatePEM
}
