package tenant

import (
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// TokenRequest is what a client sends to get an access token for an API. It authenticates with Secret, with an assertion that
// PrivateKey signs, or with a signed assertion.
type TokenRequest struct {
	ClientID      string
	Secret        secret.Value
	AuthMethod    string       // how Secret is sent: "client_secret_post" or "client_secret_basic"
	PrivateKey    secret.Value // RSA, in PEM
	SigningAlg    string       // of the assertion; empty: RS256
	Assertion     secret.Value // signed elsewhere, and accepted once
	AssertionFile string       // file that contains it
	Audience      string
	Organization  string       // id or name of the organization the token is for; empty: none
	ProofKey      secret.Value // private key in PEM that signs a DPoP proof; empty: a temporary key, if the tenant demands a proof
}

// Signed reports whether the request has an assertion that was signed elsewhere, so that it can be sent once.
func (r TokenRequest) Signed() bool { return !r.Assertion.Empty() || r.AssertionFile != "" }

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

	Type         string       // "Bearer" or "DPoP", as the tenant says
	Organization string       // id of the organization it is for; empty where there is none, or where it cannot be read
	ProofKey     secret.Value // private key in PEM that signed the proof; empty where no proof was sent
	BoundToProof bool         // whether the token names the proof key (cnf.jkt)
}

// KeyState is what a signing key is used for.
type KeyState string

// States of a signing key.
const (
	KeyCurrent  KeyState = "current"  // signs tokens
	KeyNext     KeyState = "next"     // signs tokens after the next rotation
	KeyPrevious KeyState = "previous" // signed tokens, which are valid
	KeyRevoked  KeyState = "revoked"  // signed tokens, which are not valid
)

// Key is a public key of the tenant.
type Key struct {
	ID          string
	Algorithm   string // empty where the tenant publishes none
	Use         string
	Type        string
	Certificate string // PEM; empty where the tenant publishes none
	Thumbprint  string // SHA-1 of the certificate, base64url; empty where there is none
}
