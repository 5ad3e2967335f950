package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// route is one operation of the tenant.
type route struct {
	method, path string
	scopes       []string // the token needs one of them; nil: no token is asked for
	body         bool     // a JSON object is read and handed on
	serve        func(*call) (reply, error)
}

// limited tells whether the route counts against a rate limit; the well-known documents do not.
func (r route) limited() bool { return r.scopes != nil || r.path == tokenPath }

// call is one request on its way through the server.
type call struct {
	server  *Server
	writer  http.ResponseWriter
	request *http.Request
	params  []string // unescaped path parameters, in order
	query   url.Values
	body    store.Object
	token   access
	entry   *Entry
	altered store.Object // members that a fault puts in place of those of the body
	frozen  *store.Store // what lists show while a stale fault is on; nil: the tenant as it is

	bodyRead bool   // the body was read to its end
	release  func() // frees the memory that the body occupies
}

// reply is what a handler answers; only respond touches the wire.
type reply struct {
	status int
	value  any         // nil: no body
	rows   *rowWriter  // a body that is written piece by piece
	header http.Header // besides the usual ones
	cut    bool        // close the connection instead
	fault  *armedFault // spoils the answer on its way out; nil: none
	plain  bool        // application/json without charset, as the token endpoint answers (TK001)
}

// lists is where lists read from.
func (c *call) lists() *store.Store {
	if c.frozen != nil {
		return c.frozen
	}
	return c.server.store
}

func ok(value any) reply      { return reply{status: http.StatusOK, value: value} }
func created(value any) reply { return reply{status: http.StatusCreated, value: value} }
func noContent() reply        { return reply{status: http.StatusNoContent} }

func (s *Server) table() []route {
	return slices.Concat(resourceServerRoutes(), clientRoutes(), credentialRoutes(), grantRoutes(), organizationRoutes(), keyRoutes(), openRoutes())
}

// match finds the route of an escaped path: a parameter may hold an escaped slash (GE001).
func (s *Server) match(method, escaped string) (route, []string, bool) {
	for _, r := range s.routes {
		if r.method != method {
			continue
		}
		if params, matched := matchPath(r.path, escaped); matched {
			return r, params, true
		}
	}
	return route{}, nil, false
}

func matchPath(template, escaped string) ([]string, bool) {
	want, got := strings.Split(template, "/"), strings.Split(escaped, "/")
	if len(want) != len(got) {
		return nil, false
	}
	var params []string
	for i, segment := range want {
		if !strings.HasPrefix(segment, "{") {
			if segment != got[i] {
				return nil, false
			}
			continue
		}
		param, err := url.PathUnescape(got[i])
		if err != nil || param == "" {
			return nil, false
		}
		params = append(params, param)
	}
	return params, true
}

// lookup finds a row by a path parameter, unescaped once more if need be: some clients escape twice (GE001).
func lookup[R any](param string, find func(string) (*R, bool)) (*R, bool) {
	if row, there := find(param); there {
		return row, true
	}
	again, err := url.PathUnescape(param)
	if err != nil || again == param {
		return nil, false
	}
	return find(again)
}
