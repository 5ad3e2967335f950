// Package keypair generates keys for tests.
package keypair

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
)

// Pair is an RSA key of 2048 bits.
type Pair struct {
	Key        *rsa.PrivateKey
	DER        []byte // of the public key
	PublicPEM  string
	PrivatePEM string
}

// New generates a key.
func New() Pair {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	return Pair{key, der, encode("PUBLIC KEY", der), encode("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))}
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
