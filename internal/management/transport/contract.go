package transport

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const (
	jwksPath      = "/.well-known/jwks.json"
	discoveryPath = "/.well-known/openid-configuration"

	// absentPrefix begins the errorCode of every 404 with which Auth0 says that an object does not exist.
	absentPrefix = "inexistent_"
)

// kind describes the objects of one collection of the Management API.
type kind struct {
	noun   string
	ids    []string   // members of which one equals the id in the path
	needs  [][]string // of each group one member is a text that is not empty
	list   string     // member of a page that contains the objects; empty where a list is an array
	some   bool       // a list is never empty
	absent string     // errorCode of the 404 of a missing object; empty where no recording shows it
}

// kinds are the collections by their path; of a collection within an object the id is left out. The members are those
// that every recorded response has: an API can lack its name, and a grant has default_for in place of client_id.
func kinds(collection string) kind {
	client := kind{noun: "client", ids: []string{"client_id"}, needs: [][]string{{"client_id"}}, list: "clients", absent: absentPrefix + "client"}
	switch collection {
	case "resource-servers":
		return kind{
			noun: "API", ids: []string{"id", "identifier"}, needs: [][]string{{"id"}, {"identifier"}},
			list: "resource_servers", absent: absentPrefix + "resource_server",
		}
	case "client-grants":
		return kind{
			noun: "client grant", ids: []string{"id"}, needs: [][]string{{"id"}, {"audience"}, {"client_id", "default_for"}},
			list: "client_grants", absent: absentPrefix + "client_grant",
		}
	case "clients", "clients/rotate-secret":
		return client
	case "clients/credentials":
		return kind{noun: "key", ids: []string{"id"}, needs: [][]string{{"id"}}}
	case "keys/signing":
		return kind{noun: "signing key", ids: []string{"kid"}, needs: [][]string{{"kid"}}, some: true}
	}
	return kind{noun: "object"}
}

// target is what a request is about.
type target struct {
	kind
	public bool   // outside the Management API
	path   string // unescaped
	id     string // of one object, or another key that addresses it; empty: a list or a create
}

// targetOf reads the target of a request off its path.
func targetOf(r *http.Request) target {
	about := pathTarget(r)
	if id := callOf(r.Context()).ID; id != "" {
		about.id = id
	}
	return about
}

func pathTarget(r *http.Request) target {
	rest, managed := strings.CutPrefix(r.URL.EscapedPath(), managementPath)
	if !managed {
		return target{public: true, path: r.URL.Path}
	}
	parts := strings.Split(rest, "/")
	switch {
	case parts[0] == "keys":
		about := target{kind: kinds("keys/signing"), path: r.URL.Path}
		if len(parts) > 3 { // keys/signing/ID/revoke
			about.id = unescaped(parts[2])
		}
		return about
	case len(parts) == 1:
		return target{kind: kinds(rest), path: r.URL.Path}
	case len(parts) == 2:
		return target{kind: kinds(parts[0]), path: r.URL.Path, id: unescaped(parts[1])}
	}
	within := target{kind: kinds(parts[0] + "/" + parts[2]), path: r.URL.Path}
	switch {
	case len(parts) > 3:
		within.id = unescaped(parts[3])
	case within.noun == kinds(parts[0]).noun: // an action on the object itself
		within.id = unescaped(parts[1])
	}
	return within
}

func unescaped(segment string) string {
	text, err := url.PathUnescape(segment)
	if err != nil {
		return segment
	}
	return text
}

// checkStatus returns what is wrong with the status of a success.
func checkStatus(r *http.Request, status int) error {
	expected := []int{http.StatusOK}
	switch r.Method {
	case http.MethodDelete:
		expected = []int{http.StatusNoContent}
	case http.MethodPost, http.MethodPatch, http.MethodPut:
		expected = []int{http.StatusOK, http.StatusCreated}
	}
	if slices.Contains(expected, status) {
		return nil
	}
	return fmt.Errorf("no success of %s has status %d", r.Method, status)
}

// checkContent returns what the body of a success lacks. In a page, elements that are not of its kind become null, so that
// the caller can skip and count them. A list that is not paged must be complete: a key that cannot be read must not pass for one that was removed.
func (t target) checkContent(r *http.Request, document any) (replaced bool, err error) {
	switch {
	case t.public:
		return t.checkPublic(r, document)
	case len(t.needs) == 0:
		return false, nil
	}
	if r.Method == http.MethodGet && t.id == "" {
		return t.checkList(document)
	}
	object, ok := document.(map[string]any)
	if !ok {
		return false, fmt.Errorf("the response to a request for one %s is not an object", t.noun)
	}
	if err := t.checkObject(object); err != nil {
		return false, err
	}
	if t.id == "" || len(t.ids) == 0 {
		return false, nil
	}
	other := &Another{noun: t.noun, name: t.ids[0]}
	for _, name := range t.ids {
		id, _ := object[name].(string)
		other.IDs = append(other.IDs, id)
	}
	if slices.Contains(other.IDs, t.id) {
		return false, nil
	}
	return false, other
}

// Another is what is wrong with a response about another object than the requested one.
type Another struct {
	noun, name string
	IDs        []string // by which the object can be requested; name is that of the first
}

func (e *Another) Error() string {
	return fmt.Sprintf("the response is about another %s (%s %q)", e.noun, e.name, e.IDs[0])
}

// checkObject returns what an object lacks that everything of its kind has.
func (t target) checkObject(object map[string]any) error {
	for _, group := range t.needs {
		if !slices.ContainsFunc(group, func(name string) bool { return isText(object[name]) }) {
			return fmt.Errorf("the response lacks %s, which every %s has", strings.Join(group, " and "), t.noun)
		}
	}
	if nullElement(object) {
		return errNullElement
	}
	scopes, _ := object["scopes"].([]any)
	for i, scope := range scopes {
		if member, _ := scope.(map[string]any); !isText(member["value"]) {
			return fmt.Errorf("scopes[%d] in the response has no value", i)
		}
	}
	return nil
}

// nullElement reports whether an array within a document contains null. Auth0 sends none, and decoded it would pass for
// an empty value.
func nullElement(document any) bool {
	switch value := document.(type) {
	case map[string]any:
		for _, member := range value {
			if nullElement(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, func(element any) bool { return element == nil || nullElement(element) })
	}
	return false
}

func (t target) checkList(document any) (replaced bool, err error) {
	list, ok := document.([]any)
	if page, paged := document.(map[string]any); t.list != "" {
		list, ok = page[t.list].([]any)
		ok = ok && paged
	}
	if !ok {
		return false, fmt.Errorf("the response to a request for a list contains no list of %ss", t.noun)
	}
	if t.some && len(list) == 0 {
		return false, fmt.Errorf("the response contains no %s, and every tenant has one", t.noun)
	}
	for i, element := range list {
		object, _ := element.(map[string]any)
		if cause := t.checkObject(object); cause != nil && t.list == "" {
			return false, cause
		} else if cause != nil && element != nil {
			list[i], replaced = nil, true
		}
	}
	return replaced, nil
}

// checkPublic checks what the tenant publishes and the tokens it issues.
func (t target) checkPublic(r *http.Request, document any) (replaced bool, err error) {
	object, _ := document.(map[string]any)
	switch t.path {
	case tokenPath:
		if !isText(object["access_token"]) {
			return false, errNoToken
		}
	case discoveryPath:
		return false, checkDiscovery(r, object)
	case jwksPath:
		return t.checkKeys(object)
	}
	return false, nil
}

// checkDiscovery checks a discovery document: its issuer is the address that was requested, also under a custom domain, and
// its endpoints are below the issuer (WK002, WK003).
func checkDiscovery(r *http.Request, object map[string]any) error {
	issuer := r.URL.Scheme + "://" + r.URL.Host + "/"
	if object["issuer"] != issuer {
		return fmt.Errorf("the issuer in the response is not %s", issuer)
	}
	for _, name := range []string{"jwks_uri", "token_endpoint"} {
		if endpoint, _ := object[name].(string); !strings.HasPrefix(endpoint, issuer) || endpoint == issuer {
			return fmt.Errorf("%s in the response is not an address below %s", name, issuer)
		}
	}
	return nil
}

// checkKeys checks a JWKS: a tenant publishes at least one key.
func (t target) checkKeys(object map[string]any) (replaced bool, err error) {
	keys, _ := object["keys"].([]any)
	known := slices.DeleteFunc(slices.Clone(keys), func(element any) bool {
		key, _ := element.(map[string]any)
		return !isText(key["kty"])
	})
	if len(known) == 0 {
		return false, fmt.Errorf("the response contains no keys")
	}
	object["keys"] = known
	return len(known) < len(keys), nil
}

// isText reports whether a member of a document is a text that is not empty.
func isText(member any) bool {
	text, ok := member.(string)
	return ok && text != ""
}

var errNullElement = errors.New("a list in the response contains null")

var oauthCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`) })

// refusal is the body of a response with which Auth0 says that it did not do something: of the Management API (GE003),
// or of the token endpoint.
type refusal struct {
	StatusCode  json.Number `json:"statusCode"`
	Error       string      `json:"error"`
	Message     string      `json:"message"`
	ErrorCode   string      `json:"errorCode"`
	Description string      `json:"error_description"`
}

// refusalOf reads the body of a response that reports an error. Gateways and frameworks send similar ones: what counts is
// that all members that Auth0 always sends are there, and agree with the status.
func (t target) refusalOf(r *http.Request, status int, body []byte) (said refusal, auth0 bool) {
	if json.Unmarshal(body, &said) != nil {
		return refusal{}, false
	}
	if t.path == tokenPath && said.Message == "" {
		return said, oauthCode().MatchString(said.Error) && said.Description != "" && said.StatusCode == ""
	}
	auth0 = said.StatusCode.String() == fmt.Sprint(status) && said.Error != "" && said.Message != ""
	if status == http.StatusNotFound {
		auth0 = auth0 && t.saysAbsent(r.Method, said.ErrorCode)
	}
	return said, auth0
}

// saysAbsent reports whether the code of a 404 is about the requested object. A path that does not exist is a 404 too,
// without a code (GE007). The 404 of a create removes nothing, and its codes are not recorded (CG003).
func (t target) saysAbsent(method, code string) bool {
	switch {
	case t.public: // nothing there is an object of the tenant
		return false
	case method == http.MethodPost:
		return code != ""
	case t.absent != "":
		return code == t.absent
	}
	return strings.HasPrefix(code, absentPrefix)
}
