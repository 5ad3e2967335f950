package tokens_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return encoded("PRIVATE KEY", der)
}

func TestParsePrivateKey(t *testing.T) {
	key := generate(t, 2048)
	text := pkcs8(t, key)
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
	small := generate(t, 1024)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := generate(t, 2048)
	text := pkcs8(t, key)
	for name, c := range map[string]struct{ text, want string }{
		"empty":     {" \n", "empty"},
		"a word":    {"canary-that-is-no-key!", "neither PEM"},
		"half":      {text[:len(text)/2], "not complete PEM"},
		"two":       {text + text, "not complete PEM"},
		"damaged":   {strings.Replace(text, "MII", "M*I", 1), "not complete PEM"},
		"cut":       {string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("canary")})), "does not contain a valid key"},
		"too short": {encoded("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(small)), "too short"},
		"a curve":   {pkcs8(t, curve), "not an RSA key"},
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
