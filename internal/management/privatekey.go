package management

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"regexp"
	"strings"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// smallestKey is the size in bits from which Auth0 takes an RSA key.
const smallestKey = 2048

// pemText finds the parts of a PEM text whatever has become of its line ends.
var pemText = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]*)-----END ([A-Z ]+)-----$`)
})

// ParsePrivateKey reads an RSA key in PEM (PKCS #1 or PKCS #8). Environments and variable stores do things to line ends,
// so "\n" spelled out, blanks in their place and the base64 of the whole text are understood too. What is wrong is a
// *tenant.Invalid that does not show the key.
func ParsePrivateKey(value secret.Value) (*rsa.PrivateKey, error) {
	kind, der, err := decodePEM(strings.TrimSpace(value.Reveal()))
	if err != nil {
		return nil, err
	}
	key, err := parseDER(kind, der)
	if err != nil {
		return nil, err
	}
	if key.N.BitLen() < smallestKey {
		return nil, badKey("the key is too short: Auth0 takes RSA keys of 2048 bits and more")
	}
	return key, nil
}

func decodePEM(text string) (kind string, der []byte, err error) {
	if text == "" {
		return "", nil, badKey("it is blank")
	}
	if !strings.HasPrefix(text, "-----") {
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return "", nil, badKey(`it is neither a PEM text, which begins with "-----BEGIN", nor the base64 of one`)
		}
		text = strings.TrimSpace(string(decoded))
	}
	text = strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text)
	parts := pemText().FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil || parts[1] != parts[3] {
		return "", nil, badKey("it is no complete PEM text: it must have a BEGIN line, base64 and the matching END line, and nothing else")
	}
	der, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(parts[2]), ""))
	if err != nil {
		return "", nil, badKey("the text between its BEGIN and END lines is damaged: it is no base64")
	}
	return parts[1], der, nil
}

func parseDER(kind string, der []byte) (*rsa.PrivateKey, error) {
	switch kind {
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(der)
		if err != nil {
			return nil, badKey("it says RSA PRIVATE KEY, and is no sound one")
		}
		return key, nil
	case "PRIVATE KEY":
		parsed, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, badKey("it says PRIVATE KEY, and is no sound one")
		}
		key, ok := parsed.(*rsa.PrivateKey)
		if !ok {
			return nil, badKey("it is no RSA key, and Auth0 takes no other")
		}
		return key, nil
	case "ENCRYPTED PRIVATE KEY":
		return nil, badKey("it is encrypted: decrypt it first, for instance with openssl pkcs8")
	case "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE":
		return nil, badKey("it is the public half: the private key is needed")
	}
	return nil, badKey("it is of a kind that is not known here: a PRIVATE KEY or an RSA PRIVATE KEY is needed")
}

func badKey(message string) error { return invalid(fieldPrivateKey, message) }

// PEM makes the text of a certificate.
func certificatePEM(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
