package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// route describes one operation of the tenant.
type route struct {
	method, path string
	scopes       []string // the token needs one of them; nil: no token is required
	body         bool     // the request body is a JSON object
	serve        func(*call) (reply, error)
}

// limited reports whether the rate limit counts the route. It does not count the well-known documents.
func (r route) limited() bool { return r.scopes != nil || r.path == tokenPath }

// call contains one request and its context.
type call struct {
	server  *Server
	writer  http.ResponseWriter
	request *http.Request
	params  []string // unescaped path parameters, in order
	query   url.Values
	body    store.Object
	token   access
	entry   *Entry
	altered store.Object // members of a fault that replace those of the body
	frozen  *store.Store // content of lists while a fault is stale; nil: the current content

	bodyRead bool   // the body was read to its end
	release  func() // releases the memory of the body
}

// reply is the response of a handler. Only respond writes it.
type reply struct {
	status int
	value  any         // nil: no body
	rows   *rowWriter  // a body that is written row by row
	header http.Header // in addition to the default headers
	cut    bool        // close the connection instead
	fault  *armedFault // changes how the response is written; nil: none
	plain  bool        // application/json without charset, as from the token endpoint (TK001)
}

// lists returns the store from which lists read.
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

// match finds the route of an escaped path. A parameter can contain an escaped slash (GE001).
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

// objectRoutes returns the routes of a kind of objects. The scopes are verbs with a common noun.
func objectRoutes(all, one, noun string, list, create, get, update, remove func(*call) (reply, error)) []route {
	return []route{
		{method: "GET", path: all, scopes: []string{"read:" + noun}, serve: list},
		{method: "POST", path: all, scopes: []string{"create:" + noun}, body: true, serve: create},
		{method: "GET", path: one, scopes: []string{"read:" + noun}, serve: get},
		{method: "PATCH", path: one, scopes: []string{"update:" + noun}, body: true, serve: update},
		{method: "DELETE", path: one, scopes: []string{"delete:" + noun}, serve: remove},
	}
}

// paged serves a list with the paging parameters of a request. For the first two arguments, see [call.paging].
func paged(smallest int64, checkpoints bool, list func(*call, paging) (reply, error)) func(*call) (reply, error) {
	return func(c *call) (reply, error) {
		p, err := c.paging(smallest, checkpoints)
		if err != nil {
			return reply{}, err
		}
		return list(c, p)
	}
}

// stored serves an object as it is stored.
func stored[R any](find func(*call) (*R, error), body func(*R) []byte) func(*call) (reply, error) {
	return func(c *call) (reply, error) {
		row, err := find(c)
		if err != nil {
			return reply{}, err
		}
		return ok(raw(body(row))), nil
	}
}

// lookup finds a row by a path parameter, unescaped once more if necessary, because some clients escape twice (GE001). absent is the
// error if there is none.
func lookup[R any](param string, find func(string) (*R, bool), absent error) (*R, error) {
	if row, there := find(param); there {
		return row, nil
	}
	if again, err := url.PathUnescape(param); err == nil && again != param {
		if row, there := find(again); there {
			return row, nil
		}
	}
	return nil, absent
}

// update serves a PATCH. edit stores the changed row and returns its body.
func (c *call) update(edit func(tx *store.Tx) ([]byte, error)) (reply, error) {
	var body []byte
	err := c.server.store.Write(func(tx *store.Tx) (err error) {
		body, err = edit(tx)
		return err
	})
	if err != nil {
		return reply{}, err
	}
	return ok(raw(body)), nil
}

// remove serves a deletion.
func (c *call) remove(edit func(tx *store.Tx)) (reply, error) {
	err := c.server.store.Write(func(tx *store.Tx) error {
		edit(tx)
		return nil
	})
	if err != nil {
		return reply{}, err
	}
	return noContent(), nil
}
