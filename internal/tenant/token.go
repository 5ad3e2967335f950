package tenant

import (
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// TokenRequest is what a client sends to get an access token for an API. It authenticates with Secret, or with an
// assertion that PrivateKey signs.
type TokenRequest struct {
	ClientID     string
	Secret       secret.Value
	AuthMethod   string       // how Secret is sent: "client_secret_post" or "client_secret_basic"
	PrivateKey   secret.Value // RSA, in PEM
	SigningAlg   string       // of the assertion; empty: RS256
	Audience     string
	Organization string // id or name of the organization the token is for; empty: none
}

// Token is an access token with what it says of itself. Nothing in it is verified: see Keys.Verify. An encrypted one can
// be read by its API alone: Issuer, Audience, Algorithm and KeyID are empty then.
type Token struct {
	Value     secret.Value
	Issuer    string
	Audience  []string
	Scopes    []string // sorted
	Algorithm string
	KeyID     string
	Lifetime  time.Duration
	Encrypted bool
}

// Key is a public key of the tenant.
type Key struct {
	ID          string
	Algorithm   string // empty where the tenant publishes none
	Use         string
	Type        string
	Certificate string // PEM; empty where the tenant publishes none
	Thumbprint  string // SHA-1 of the certificate, base64url; empty where there is none
}
