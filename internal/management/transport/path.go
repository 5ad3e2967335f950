package transport

import (
	"net/url"
	"strings"
)

// tokenPath is where the tenant gives tokens.
const tokenPath = "/oauth/token"

// pathTemplate is a request's path with ids taken out, for the log: what stands where an id does may be a name that is
// nobody's business.
func pathTemplate(address *url.URL) string {
	rest, managed := strings.CutPrefix(address.EscapedPath(), managementPath)
	if !managed {
		return address.Path
	}
	parts := strings.Split(rest, "/")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = "{id}"
	}
	return managementPath + strings.Join(parts, "/")
}
