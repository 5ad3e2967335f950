package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
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

var errJunk = errors.New("the answer is not one JSON document")

// forget checks that body is one JSON document and takes the credentials out of it, before anything else decodes it or
// keeps a copy. The client's secret stays where it was asked for.
func forget(body []byte, keepSecret bool) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil || document == nil {
		return nil, errJunk
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errJunk
	}
	if !strip(document, keepSecret) {
		return body, nil
	}
	kept, err := json.Marshal(document)
	clear(body)
	return kept, err
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
