package acctest

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Canary returns a secret for one test. It contains characters that every encoding escapes.
func Canary() string { return rand.Text()[:16] + `/+&="<é ` + rand.Text()[:16] }

// Canaries contains secrets, by description, that must not appear in logs, states and other output.
type Canaries map[string]string

// In returns the secrets that a text contains, with their encoding: "the job's secret, in base64".
func (c Canaries) In(text []byte) []string {
	var found []string
	for _, description := range slices.Sorted(maps.Keys(c)) {
		encodings := forms(c[description])
		for _, form := range slices.Sorted(maps.Keys(encodings)) {
			if bytes.Contains(text, []byte(encodings[form])) {
				found = append(found, description+", "+form)
			}
		}
	}
	return found
}

// minLength is the minimum length of a secret to be searched in other encodings. Parts of shorter ones appear in any text.
const minLength = 24

// forms returns the encodings of a secret, or of most of it, in a text.
func forms(secret string) map[string]string {
	found := map[string]string{"in clear": secret}
	if len(secret) < minLength {
		return found
	}
	half := len(secret) / 2
	maps.Copy(found, map[string]string{
		"its first characters":      secret[:12],
		"its second half":           secret[half:],
		"its first half backwards":  backwards(secret[:half]),
		"its second half backwards": backwards(secret[half:]),
		"in hexadecimal digits":     hex.EncodeToString([]byte(secret)),
		"escaped for a query":       url.QueryEscape(secret),
		"escaped for a path":        url.PathEscape(secret),
	})
	for form, escapeHTML := range map[string]bool{"escaped for JSON": false, "escaped for JSON in HTML": true} {
		found[form] = quoted(secret, escapeHTML)
	}
	for form, encoding := range map[string]*base64.Encoding{"in base64": base64.StdEncoding, "in base64 for addresses": base64.URLEncoding} {
		for shift, offset := range []string{"", ", one byte on", ", two bytes on"} {
			found[form+offset] = inner(encoding, secret, shift)
		}
	}
	return found
}

// inner returns the base64 encoding of a secret at an offset of shift bytes in a group of three, without the digits that
// depend on adjacent bytes.
func inner(encoding *base64.Encoding, secret string, shift int) string {
	skip := (3 - shift) % 3
	rest := secret[skip:]
	return encoding.EncodeToString([]byte(rest[:len(rest)/3*3]))
}

func quoted(secret string, escapeHTML bool) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(escapeHTML)
	_ = encoder.Encode(secret) // a string can always be encoded
	return strings.Trim(strings.TrimSpace(out.String()), `"`)
}

func backwards(text string) string {
	reversed := []byte(text)
	slices.Reverse(reversed)
	return string(reversed)
}
