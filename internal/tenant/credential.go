package tenant

import "time"

// Credential is a public key by which a client proves who it is, instead of a secret (private_key_jwt).
type Credential struct {
	ID        string
	Name      string // need not be unique; empty: none
	Algorithm string
	KeyID     string    // thumbprint of the key, unless whoever made the credential chose otherwise (CR004)
	ExpiresAt time.Time // zero: never
	PEM       string    // sent, never answered
	InUse     bool      // the client authenticates with it; one that is not in use lets nobody in
	Shared    bool      // the client uses it for something else besides
}

// SameMoment reports whether two times of expiry are the same as far as they can be told apart: to the second.
func SameMoment(a, b time.Time) bool {
	return a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}

// Proof is with what a client proves who it is.
type Proof int

// What a Proof can be.
const (
	ProofUntold    Proof = iota // the answer does not tell
	ProofSecret                 // a secret, or nothing at all
	ProofKeys                   // public keys
	ProofOtherwise              // what this product does not manage: certificates (mTLS)
)

// Authentication is how a client proves who it is.
type Authentication struct {
	Proof       Proof
	Credentials []Credential // its public keys, those not in use too, but for those it only uses for something else
}
