package transport

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"unicode"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// shortest is the length from which a credential is looked for in a text. Replacing shorter ones would only garble it.
const shortest = 4

// redactor takes credentials out of what the tenant says.
type redactor struct {
	mu     sync.Mutex
	values []secret.Value
}

func newRedactor(values []secret.Value) *redactor {
	return &redactor{values: values}
}

// add makes the redactor know one more credential, in place of the one it replaces.
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

// with is a redactor that knows the credentials of one request too.
func (h *redactor) with(values []secret.Value) *redactor {
	h.mu.Lock()
	defer h.mu.Unlock()
	return newRedactor(append(append([]secret.Value{}, h.values...), values...))
}

// text is at most limit characters of what was said, printable and without credentials.
func (h *redactor) text(said string, limit int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	said = h.cover(said)
	said = strings.Map(printable, strings.ToValidUTF8(said, ""))
	said = strings.Join(strings.Fields(said), " ")
	said = h.cover(said) // what was torn apart by something unprintable is whole now
	if runes := []rune(said); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return said
}

// cover puts something else in the place of each credential, whatever form it is in.
func (h *redactor) cover(said string) string {
	for _, value := range h.values {
		for _, form := range forms(value.Reveal()) {
			said = strings.ReplaceAll(said, form, value.String())
		}
	}
	return said
}

// forms are the ways in which a credential may stand in an answer; none for one that is too short to look for.
func forms(clear string) []string {
	if len(clear) < shortest {
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
