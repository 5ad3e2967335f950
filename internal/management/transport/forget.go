package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
)

// Members of an answer that are credentials. Nobody here asked for them, but the tenant sends them along with what was
// asked for.
const (
	memberClientSecret  = "client_secret"
	memberSigningSecret = "signing_secret"
	memberSigningKeys   = "signing_keys"

	// memberMetadata holds names and values of the user's own: none of them is a credential of Auth0's, whatever it is called.
	memberMetadata = "client_metadata"
)

// credentials finds what looks like a credential in a text that could not be decoded.
var credentials = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(client_secret|signing_secret|access_token|id_token|refresh_token|client_assertion|private_key)("?\s*[:=]\s*"?)[^"&,}\s]*` +
		`|eyJ[\w-]+\.[\w.-]*|-----BEGIN [A-Z ]*PRIVATE KEY[^"<]*|Bearer +[\w.~+/-]+`)
})

// withoutCredentials is the text of a body that is shown in an error.
func withoutCredentials(body []byte) string {
	if document, err := decode(body); err == nil && strip(document, false) {
		body, _ = json.Marshal(document) //nolint:errchkjson // what was decoded can be encoded
	}
	return credentials().ReplaceAllString(string(body), "$1$2(hidden)")
}

var errJunk = errors.New("the answer is not one JSON document")

// decode reads a body that is one JSON document.
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

// strip removes Auth0's credentials from a decoded document and reports whether there were any. It leaves metadata as they
// are.
func strip(document any, keepSecret bool) (found bool) {
	switch value := document.(type) {
	case map[string]any:
		for name, member := range value {
			if credential(name, keepSecret) {
				delete(value, name)
				found = true
				continue
			}
			if strings.ToLower(name) == memberMetadata {
				continue
			}
			found = strip(member, keepSecret) || found
		}
	case []any:
		for _, item := range value {
			found = strip(item, keepSecret) || found
		}
	}
	return found
}

func credential(member string, keepSecret bool) bool {
	switch strings.ToLower(member) { // the decoder further in does not mind the case either
	case memberSigningSecret, memberSigningKeys:
		return true
	case memberClientSecret:
		return !keepSecret
	}
	return false
}
