package tenant

import "time"

// Credential is a public key with which a client authenticates instead of a secret (private_key_jwt).
type Credential struct {
	ID        string
	Name      string // need not be unique; empty: none
	Algorithm string
	KeyID     string    // thumbprint of the key, unless the credential was created with another one (CR004)
	ExpiresAt time.Time // zero: never
	PEM       string    // sent, never returned
	InUse     bool      // the client authenticates with it
	Shared    bool      // the client also uses it for another purpose
}

// SameMoment reports whether two times of expiry are the same to the second, which is their precision.
func SameMoment(a, b time.Time) bool {
	return a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}

// AuthKind is the kind of credentials with which a client authenticates.
type AuthKind int

// Values of AuthKind.
const (
	AuthUnknown     AuthKind = iota // the response does not contain it
	AuthSecret                      // a secret, or none
	AuthKeys                        // public keys
	AuthUnsupported                 // certificates (mTLS), which this provider does not manage
)

// Authentication describes how a client authenticates.
type Authentication struct {
	AuthKind    AuthKind
	Credentials []Credential // all its public keys, in use or not, except those used only for other purposes
}
