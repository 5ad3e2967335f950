package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

const (
	jsonWithCharset = "application/json; charset=utf-8"
	jsonPlain       = "application/json"
	controlPrefix   = "/_emulator/"
)

// ServeHTTP answers a request as the tenant does, and adds it to the journal.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, controlPrefix):
		s.control(w, r)
		return
	case r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, dashboardPrefix):
		s.serveDashboard(w, r)
		return
	}
	start := time.Now()
	c := &call{server: s, writer: w, request: r, release: func() {}, query: r.URL.Query(), entry: &Entry{
		Time: s.now(), Method: r.Method, Path: r.URL.EscapedPath(), UserAgent: r.UserAgent(),
	}}
	c.entry.Query = withoutSecrets(c.query)
	answer, err := s.answer(c)
	if err != nil {
		answer = errorReply(err)
	}
	if !c.bodyRead {
		s.bodies.setDeadline(w, r)
	}
	c.entry.Status, c.entry.Duration = answer.status, time.Since(start)
	s.journal.add(*c.entry) // before the response, so that a caller with the response finds the entry
	s.respond(w, answer)
}

// answer runs the checks in the order of GE005, then the handler.
func (s *Server) answer(c *call) (reply, error) {
	defer func() { c.release() }()
	route, params, found := s.match(c.request.Method, c.entry.Path)
	if !found {
		return reply{}, refuse(http.StatusNotFound, "", "Not Found")
	}
	c.params, c.entry.Route = params, route.path
	fault := s.faults.next(c.request.Method, route.path)
	if fault == nil {
		return s.serveRoute(c, route)
	}
	if answer, done := fault.before(c); done {
		return answer, nil
	}
	answer, err := s.serveRoute(c, route)
	if err != nil {
		answer = errorReply(err)
	}
	return fault.after(answer), nil
}

func (s *Server) serveRoute(c *call, route route) (reply, error) {
	limit := s.tokens
	if route.scopes != nil {
		if err := c.authorize(route.scopes); err != nil {
			return reply{}, err
		}
		limit = s.calls
	}
	if !route.limited() {
		limit = nil
	}
	headers, err := limit.take(s.now())
	if err != nil {
		return reply{}, err
	}
	if route.body {
		if err := c.readBody(); err != nil {
			return reply{}, err
		}
	}
	answer, err := route.serve(c)
	return limited(answer, headers), err
}

// readBody reads the JSON object of a POST or PATCH. The body of other methods is ignored (GE011).
func (c *call) readBody() error {
	if kind := c.request.Header.Get("Content-Type"); kind != "" && !strings.HasPrefix(kind, jsonPlain) {
		return refuse(http.StatusUnsupportedMediaType, "", http.StatusText(http.StatusUnsupportedMediaType))
	}
	data, err := c.readAll()
	if err != nil {
		return err
	}
	value, err := store.Parse(data)
	if err != nil {
		return badRequest("", "Invalid request payload JSON format")
	}
	body, isObject := value.(store.Object)
	if !isObject {
		return invalidBody(wrongType("object", value, ""))
	}
	c.note(body)
	if c.body = body; c.altered != nil {
		c.body = replace(body, c.altered)
	}
	return nil
}

// readAll reads the body once. ServeHTTP releases its memory.
func (c *call) readAll() (data []byte, err error) {
	data, c.release, err = c.server.bodies.read(c.writer, c.request)
	c.bodyRead = err == nil
	return data, err
}

// note adds the names of a body's members to the journal entry.
func (c *call) note(body store.Object) {
	for _, m := range body {
		c.entry.Fields = append(c.entry.Fields, m.Name)
		if m.Value == nil {
			c.entry.Nulls = append(c.entry.Nulls, m.Name)
		}
	}
}

func withoutSecrets(query url.Values) url.Values {
	clean := maps.Clone(query)
	for _, name := range []string{"access_token", "client_secret", "client_assertion"} {
		if clean.Has(name) {
			clean.Set(name, "")
		}
	}
	return clean
}

// errorReply converts an error of a handler to a response. An error that is not a problem is a defect of the emulator.
func errorReply(err error) reply {
	var p *problem
	if !errors.As(err, &p) {
		p = refuse(http.StatusInternalServerError, "", err.Error())
	}
	return reply{status: p.status, value: p.body(), header: p.header, plain: p.oauth}
}

func (s *Server) respond(w http.ResponseWriter, answer reply) {
	header := w.Header()
	maps.Copy(header, answer.header)
	header.Set("Content-Type", jsonWithCharset)
	header.Set("Cache-Control", "no-cache")
	if answer.plain {
		header.Set("Content-Type", jsonPlain)
		header.Set("Cache-Control", "no-store")
		header.Set("Pragma", "no-cache")
	}
	if answer.cut {
		panic(http.ErrAbortHandler)
	}
	if answer.fault != nil {
		answer.fault.writeFaulty(w, answer.status, answer.bytes())
		return
	}
	if answer.rows != nil {
		w.WriteHeader(answer.status)
		answer.rows.write(w)
		return
	}
	var body []byte
	if answer.value != nil {
		body = store.AppendValue(nil, answer.value)
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(body) // the client may have closed the connection
}

// bytes returns the complete body.
func (r reply) bytes() []byte {
	var out bytes.Buffer
	switch {
	case r.rows != nil:
		r.rows.write(&out)
	case r.value != nil:
		out.Write(store.AppendValue(nil, r.value))
	}
	return out.Bytes()
}

// raw includes stored JSON in a response without decoding it.
func raw(body []byte) json.RawMessage { return body }
