package emulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// States of a signing key.
const (
	keyCurrent  = "current"
	keyNext     = "next"
	keyPrevious = "previous"
	keyRevoked  = "revoked"
)

const (
	keyBits     = 2048
	keyLifetime = 13 * 365 * 24 * time.Hour
)

// keyring contains the tenant's decoded signing keys.
type keyring struct {
	changing sync.Mutex // serializes rotations and revocations
	mu       sync.RWMutex
	keys     []signingKey // in order of creation
}

type signingKey struct {
	row     *store.Key
	private *rsa.PrivateKey
	cert    *x509.Certificate
}

// openKeyring reads the keys of the state, and generates the first two if there are none.
func openKeyring(s *Server) (*keyring, error) {
	k := &keyring{}
	for _, row := range s.store.Keys() {
		key, err := parseKey(row)
		if err != nil {
			return nil, fmt.Errorf("signing key %s: %w", row.ID, err)
		}
		k.keys = append(k.keys, key)
	}
	if len(k.keys) > 0 {
		return k, nil
	}
	current, err := s.newKey(keyCurrent)
	if err != nil {
		return nil, err
	}
	next, err := s.newKey(keyNext)
	if err != nil {
		return nil, err
	}
	current.row.CurrentAt = stamp(s.now())
	k.keys = []signingKey{current, next}
	return k, s.store.Write(func(tx *store.Tx) error {
		return errors.Join(tx.PutKey(current.row), tx.PutKey(next.row))
	})
}

func parseKey(row *store.Key) (signingKey, error) {
	private, rest := pem.Decode([]byte(row.PEM))
	certificate, _ := pem.Decode([]byte(row.Certificate))
	if private == nil || certificate == nil || len(rest) > 0 {
		return signingKey{}, errors.New("no PEM")
	}
	key, err := x509.ParsePKCS1PrivateKey(private.Bytes)
	if err != nil {
		return signingKey{}, err
	}
	cert, err := x509.ParseCertificate(certificate.Bytes)
	return signingKey{row: row, private: key, cert: cert}, err
}

func newSigningKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keyBits) }

var firstKeys = [2]func() (*rsa.PrivateKey, error){sync.OnceValues(newSigningKey), sync.OnceValues(newSigningKey)}

// SharedKeys returns a source of signing keys for tests that start many tenants, because generating keys takes most of the time
// of a start. The first two keys of all tenants are the same, and further ones are new.
func SharedKeys() func() (*rsa.PrivateKey, error) {
	used := 0
	return func() (*rsa.PrivateKey, error) {
		if used == len(firstKeys) {
			return newSigningKey()
		}
		used++
		return firstKeys[used-1]()
	}
}

// newKey takes a new key and creates the certificate of its public key. Without Options.SigningKey, keys come from the random
// source of the system.
func (s *Server) newKey(state string) (signingKey, error) {
	kid, err := s.ids.kid()
	if err != nil {
		return signingKey{}, err
	}
	private, err := s.options.SigningKey()
	if err != nil {
		return signingKey{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(s.now().UnixNano()),
		Subject:      pkix.Name{CommonName: s.tenantName()},
		NotBefore:    s.now(), NotAfter: s.now().Add(keyLifetime),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return signingKey{}, err
	}
	return parseKey(&store.Key{
		ID: kid, State: state,
		PEM:         block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(private)),
		Certificate: block("CERTIFICATE", der),
	})
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// all returns the keys in order of creation.
func (k *keyring) all() []signingKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys
}

// current returns the newest key that signs.
func (k *keyring) current() signingKey {
	keys := k.all()
	for i := len(keys) - 1; i >= 0; i-- {
		if keys[i].row.State == keyCurrent {
			return keys[i]
		}
	}
	return signingKey{}
}

// byID returns the key with an ID unless it is revoked.
func (k *keyring) byID(kid string) (signingKey, bool) {
	for _, key := range k.all() {
		if key.row.ID == kid && key.row.State != keyRevoked {
			return key, true
		}
	}
	return signingKey{}, false
}
