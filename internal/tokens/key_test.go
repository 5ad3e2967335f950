package tokens_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func generate(bits int) *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, bits)) }

func ellipticKey() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func encoded(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func spki(key any) string { return encoded("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(key))) }

func pkcs8(key any) string { return encoded("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))) }

func certificate(key *rsa.PrivateKey) string {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	return encoded("CERTIFICATE", must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)))
}

// Whatever form a key is written in, it has one name, and it is the one that a JOSE library gives it.
func TestParse(t *testing.T) {
	key := generate(2048)
	want := base64.RawURLEncoding.EncodeToString(must((&jose.JSONWebKey{Key: &key.PublicKey}).Thumbprint(crypto.SHA256)))
	for name, text := range map[string]string{
		"SubjectPublicKeyInfo": spki(&key.PublicKey),
		"PKCS #1":              encoded("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey)),
		"certificate":          certificate(key),
		"line ends of Windows": strings.ReplaceAll(spki(&key.PublicKey), "\n", "\r\n") + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := tokens.ParsePublicKey(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := tokens.Thumbprint(parsed); got != want {
				t.Errorf("the thumbprint is %s, want %s", got, want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	key := generate(2048)
	public, private := spki(&key.PublicKey), pkcs8(key)
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":             {"", tokens.ErrNotPEM},
		"a word":              {"ssh-rsa AAAA", tokens.ErrNotPEM},
		"private key":         {private, tokens.ErrSecret},
		"older private key":   {encoded("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), tokens.ErrSecret},
		"damaged private key": {"-----BEGIN PRIVATE KEY-----\nMII", tokens.ErrSecret},
		"both halves":         {public + private, tokens.ErrSecret},
		"two keys":            {public + public, tokens.ErrSeveral},
		"damaged":             {encoded("PUBLIC KEY", []byte("x")), tokens.ErrKind},
		"another thing":       {encoded("CERTIFICATE REQUEST", []byte("x")), tokens.ErrKind},
		"elliptic curve":      {spki(&ellipticKey().PublicKey), tokens.ErrNotRSA},
		"short":               {spki(&generate(1024).PublicKey), tokens.ErrShort},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := tokens.ParsePublicKey(c.text); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// Whatever is parsed is a public key that survives being written out and read again under the same name.
func FuzzParse(f *testing.F) {
	key := generate(2048)
	f.Add(spki(&key.PublicKey))
	f.Add(certificate(key))
	f.Add("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----")
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := tokens.ParsePublicKey(text)
		if err != nil {
			if parsed != nil {
				t.Error("a key and an error at once")
			}
			return
		}
		if bytes.Contains([]byte(text), []byte("PRIVATE KEY")) {
			t.Error("a text with a private key was taken")
		}
		again, err := tokens.ParsePublicKey(spki(parsed))
		if err != nil || tokens.Thumbprint(again) != tokens.Thumbprint(parsed) {
			t.Errorf("written out and read again it is another key: %v", err)
		}
	})
}

func TestParsePrivateKey(t *testing.T) {
	key := generate(2048)
	text := pkcs8(key)
	for name, form := range map[string]string{
		"PKCS #8":                text,
		"PKCS #1":                encoded("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
		"spaces around":          "\n  " + text + "\n\n",
		"newlines as text":       strings.ReplaceAll(text, "\n", `\n`),
		"spaces for newlines":    strings.ReplaceAll(text, "\n", " "),
		"no newlines at all":     strings.ReplaceAll(text, "\n", ""),
		"Windows newlines":       strings.ReplaceAll(text, "\n", "\r\n"),
		"base64 of it":           base64.StdEncoding.EncodeToString([]byte(text)),
		"base64 of it, in lines": base64.StdEncoding.EncodeToString([]byte(text))[:100] + "\n" + base64.StdEncoding.EncodeToString([]byte(text))[100:],
	} {
		got, err := tokens.ParsePrivateKey(secret.New(form))
		if err != nil || !got.Equal(key) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParsePrivateKey_invalid(t *testing.T) {
	small := generate(1024)
	key := generate(2048)
	text := pkcs8(key)
	for name, c := range map[string]struct{ text, want string }{
		"empty":     {" \n", "empty"},
		"a word":    {"canary-that-is-no-key!", "neither PEM"},
		"half":      {text[:len(text)/2], "not complete PEM"},
		"two":       {text + text, "not complete PEM"},
		"damaged":   {strings.Replace(text, "MII", "M*I", 1), "not complete PEM"},
		"cut":       {string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("canary")})), "does not contain a valid key"},
		"too short": {encoded("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(small)), "too short"},
		"a curve":   {pkcs8(ellipticKey()), "not an RSA key"},
		"public": {
			string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&key.PublicKey)})), "public key",
		},
		"encrypted": {strings.ReplaceAll(text, "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), "encrypted"},
	} {
		_, err := tokens.ParsePrivateKey(secret.New(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
		if shown := fmt.Sprintf("%v %+v %#v", err, err, err); len(c.text) > 20 && strings.Contains(shown, c.text[10:20]) && !strings.HasPrefix(c.text, "-----") {
			t.Errorf("%s: the error shows the key: %s", name, shown)
		}
	}
}

// FuzzParsePrivateKey checks that no text causes a panic, and that no error contains a part of it.
func FuzzParsePrivateKey(f *testing.F) {
	f.Add("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----")
	f.Add(`-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----`)
	f.Add("LS0tLS1CRUdJTg==")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := tokens.ParsePrivateKey(secret.New("Q7x" + text + "Q7x"))
		if err == nil || strings.Contains(err.Error(), "Q7x") {
			t.Errorf("error %v", err)
		}
	})
}
