package transport

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// minCredential is the length from which a credential is replaced in texts. Shorter ones would garble them.
const minCredential = 4

// redactor removes credentials from texts of the tenant.
type redactor struct {
	mu     sync.Mutex
	values []secret.Value
}

func newRedactor(values []secret.Value) *redactor {
	return &redactor{values: values}
}

// add adds a credential in place of the one it replaces.
func (h *redactor) add(value, replaces secret.Value) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, known := range h.values {
		if !known.Empty() && known.Reveal() == replaces.Reveal() {
			h.values[i] = value
			return
		}
	}
	h.values = append(h.values, value)
}

// with returns a redactor that also knows the credentials of one request.
func (h *redactor) with(values []secret.Value) *redactor {
	h.mu.Lock()
	defer h.mu.Unlock()
	return newRedactor(append(append([]secret.Value{}, h.values...), values...))
}

// text returns at most limit characters of a text, printable and without credentials.
func (h *redactor) text(text string, limit int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	text = h.replace(text)
	text = strings.Map(printable, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	text = h.replace(text) // an unprintable character can have split a credential
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

// replace replaces each credential, in every form.
func (h *redactor) replace(text string) string {
	for _, value := range h.values {
		for _, form := range forms(value.Reveal()) {
			text = strings.ReplaceAll(text, form, value.String())
		}
	}
	return text
}

// forms returns the ways in which a credential can appear in a response; none if it is too short.
func forms(clear string) []string {
	if len(clear) < minCredential {
		return nil
	}
	found := []string{clear, url.QueryEscape(clear), url.PathEscape(clear), base64.StdEncoding.EncodeToString([]byte(clear))}
	if quoted, err := json.Marshal(clear); err == nil {
		found = append(found, strings.Trim(string(quoted), `"`))
	}
	return found
}

func printable(r rune) rune {
	switch {
	case unicode.IsPrint(r):
		return r
	case unicode.IsSpace(r):
		return ' '
	}
	return -1
}

// Members of a response that are credentials. The tenant sends them without being asked.
const (
	memberClientSecret  = "client_secret"
	memberSigningSecret = "signing_secret"
	memberSigningKeys   = "signing_keys"

	// memberMetadata contains names and values that users choose, so none of them is a credential of Auth0.
	memberMetadata = "client_metadata"
)

// credentials matches what looks like a credential in a text that could not be decoded.
var credentials = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(client_secret|signing_secret|access_token|id_token|refresh_token|client_assertion|private_key)("?\s*[:=]\s*"?)[^"&,}\s]*` +
		`|eyJ[\w-]+\.[\w.-]*|-----BEGIN [A-Z ]*PRIVATE KEY[^"<]*|Bearer +[\w.~+/-]+`)
})

// withoutCredentials returns the text of a body for an error.
func withoutCredentials(body []byte) string {
	if document, err := decode(body); err == nil && stripCredentials(document, false) {
		body, _ = json.Marshal(document) //nolint:errchkjson // what was decoded can be encoded
	}
	return credentials().ReplaceAllString(string(body), "$1$2(hidden)")
}

var errJunk = errors.New("the answer is not one JSON document")

// decode parses a body that is one JSON document.
func decode(body []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil || document == nil {
		return nil, errJunk
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errJunk
	}
	return document, nil
}

// stripCredentials removes Auth0's credentials from a decoded document and reports whether there were any. It does not
// change metadata.
func stripCredentials(document any, keepSecret bool) (found bool) {
	switch value := document.(type) {
	case map[string]any:
		for name, member := range value {
			if isCredential(name, keepSecret) {
				delete(value, name)
				found = true
				continue
			}
			if strings.ToLower(name) == memberMetadata {
				continue
			}
			found = stripCredentials(member, keepSecret) || found
		}
	case []any:
		for _, item := range value {
			found = stripCredentials(item, keepSecret) || found
		}
	}
	return found
}

func isCredential(member string, keepSecret bool) bool {
	switch strings.ToLower(member) { // encoding/json matches names case-insensitively
	case memberSigningSecret, memberSigningKeys:
		return true
	case memberClientSecret:
		return !keepSecret
	}
	return false
}
