package emulator

import (
	"crypto/sha1" // the thumbprint x5t is defined as SHA-1
	"encoding/base64"
	"math/big"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const tokenPath = "/oauth/token"

func openRoutes() []route {
	return []route{
		{method: "POST", path: tokenPath, serve: token},
		{method: "GET", path: "/.well-known/jwks.json", serve: keySet},
		{method: "GET", path: "/.well-known/openid-configuration", serve: discovery},
	}
}

// keySet returns the keys that can have signed a token: the current, the next and the previous one (WK001).
func keySet(c *call) (reply, error) {
	keys := []store.Object{}
	for _, key := range c.server.keys.all() {
		if key.row.State == keyRevoked {
			continue
		}
		thumbprint := sha1.Sum(key.cert.Raw)
		keys = append(keys, store.Object{
			{Name: "kty", Value: "RSA"},
			{Name: "use", Value: "sig"},
			{Name: "n", Value: encode64(key.private.N.Bytes())},
			{Name: "e", Value: encode64(big.NewInt(int64(key.private.E)).Bytes())},
			{Name: "kid", Value: key.row.ID},
			{Name: "x5t", Value: encode64(thumbprint[:])},
			{Name: "x5c", Value: []string{base64.StdEncoding.EncodeToString(key.cert.Raw)}},
			{Name: "alg", Value: "RS256"},
		})
	}
	return ok(store.Object{{Name: "keys", Value: keys}}), nil
}

// discovery returns the OpenID configuration of the tenant, under the address that clients use (WK002, WK003).
func discovery(c *call) (reply, error) {
	base := c.server.Issuer()
	at := func(path string) string { return base + path }
	return ok(store.Object{
		{Name: "issuer", Value: base},
		{Name: "authorization_endpoint", Value: at("authorize")},
		{Name: "token_endpoint", Value: at("oauth/token")},
		{Name: "device_authorization_endpoint", Value: at("oauth/device/code")},
		{Name: "userinfo_endpoint", Value: at("userinfo")},
		{Name: "mfa_challenge_endpoint", Value: at("mfa/challenge")},
		{Name: "jwks_uri", Value: at(".well-known/jwks.json")},
		{Name: "registration_endpoint", Value: at("oidc/register")},
		{Name: "revocation_endpoint", Value: at("oauth/revoke")},
		{Name: "scopes_supported", Value: []string{"openid", "profile", "offline_access", "email"}},
		{Name: "response_types_supported", Value: []string{"code", "token", "id_token"}},
		{Name: "code_challenge_methods_supported", Value: []string{"S256", "plain"}},
		{Name: "response_modes_supported", Value: []string{"query", "fragment", "form_post"}},
		{Name: "subject_types_supported", Value: []string{"public"}},
		{Name: "token_endpoint_auth_methods_supported", Value: []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}},
		{Name: "token_endpoint_auth_signing_alg_values_supported", Value: []string{"RS256", "RS384", "PS256"}},
		{Name: "claims_supported", Value: []string{"aud", "exp", "iat", "iss", "sub"}},
		{Name: "request_uri_parameter_supported", Value: false},
		{Name: "request_parameter_supported", Value: false},
		{Name: "id_token_signing_alg_values_supported", Value: []string{"HS256", "RS256", "PS256"}},
	}), nil
}
