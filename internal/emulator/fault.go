package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// When a connection is cut.
const (
	CutBefore = "before" // the tenant does nothing
	CutAfter  = "after"  // the tenant acts, and the caller receives no response
)

// Fault makes one request fail, or every request if Nth is 0.
type Fault struct {
	Method      string            `json:"method,omitempty"` // "": any
	Route       string            `json:"route,omitempty"`  // template, such as /api/v2/clients/{id}; "": any
	Nth         int               `json:"nth,omitempty"`    // which of the matching requests, counted from 1 after the fault was set; 0: every one
	Status      int               `json:"status,omitempty"` // respond with this status instead
	After       bool              `json:"after,omitempty"`  // with Status: the tenant acts nevertheless
	Headers     map[string]string `json:"headers,omitempty"`
	Body        string            `json:"body,omitempty"`         // respond with this body instead
	ContentType string            `json:"content_type,omitempty"` // respond with this content type instead
	Delay       time.Duration     `json:"delay,omitempty"`        // nanoseconds to wait before the response
	Cut         string            `json:"cut,omitempty"`          // CutBefore or CutAfter: close the connection without a response
	Truncate    int               `json:"truncate,omitempty"`     // close the connection after this number of bytes of the body
	Stale       bool              `json:"stale,omitempty"`        // lists show the tenant as it was when the fault was set
	Request     map[string]any    `json:"request,omitempty"`      // members that replace those of the request body; nil removes one
	Answer      map[string]any    `json:"answer,omitempty"`       // members that replace those of the response, an object; nil removes one
}

type armedFault struct {
	Fault
	seen            int
	frozen          *store.Store
	request, answer store.Object
}

type faults struct {
	mu    sync.Mutex
	armed []*armedFault
}

// Inject activates a fault.
func (s *Server) Inject(f Fault) error {
	if f.Cut != "" && f.Cut != CutBefore && f.Cut != CutAfter {
		return fmt.Errorf("cut is %q or %q, not %q", CutBefore, CutAfter, f.Cut)
	}
	if f.Status != 0 && (f.Status < 100 || f.Status > 999) || f.Nth < 0 || f.Delay < 0 || f.Truncate < 0 {
		return errors.New("status is a status code; nth, delay and truncate are not negative")
	}
	armed := &armedFault{Fault: f}
	var err error
	if armed.request, err = members(f.Request); err != nil {
		return err
	}
	if armed.answer, err = members(f.Answer); err != nil {
		return err
	}
	if f.Stale {
		armed.frozen = s.store.Freeze()
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.armed = append(s.faults.armed, armed)
	return nil
}

// members converts a decoded JSON object.
func members(from map[string]any) (store.Object, error) {
	if from == nil {
		return nil, nil
	}
	text, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	return store.ParseObject(text)
}

// replace returns doc with top-level members replaced, and those that are null removed.
func replace(doc, with store.Object) store.Object {
	doc = doc.Clone()
	for _, m := range with {
		if m.Value == nil {
			doc.Remove(m.Name)
		} else {
			doc.Set(m.Name, m.Value)
		}
	}
	return doc
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.armed = nil
}

// next returns the fault of a request, or nil. A fault with Nth applies once.
func (f *faults) next(method, route string) *armedFault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var met *armedFault
	f.armed = slices.DeleteFunc(f.armed, func(a *armedFault) bool {
		if a.Method != "" && a.Method != method || a.Route != "" && a.Route != route {
			return false
		}
		a.seen++
		if met != nil || a.Nth != 0 && a.Nth != a.seen {
			return false
		}
		met = a
		return a.Nth != 0
	})
	return met
}

// before applies the fault ahead of the handler: wait, close the connection, respond with something else.
func (a *armedFault) before(c *call) (reply, bool) {
	if a.Delay > 0 {
		wait := time.NewTimer(a.Delay)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-c.request.Context().Done():
		}
	}
	if a.Cut == CutBefore {
		return reply{cut: true}, true
	}
	if a.Status != 0 && !a.After {
		return a.replacement(), true
	}
	c.frozen, c.altered = a.frozen, a.request
	return reply{}, false
}

// after changes the response of a handler that ran.
func (a *armedFault) after(answer reply) reply {
	if a.Cut == CutAfter {
		return reply{status: answer.status, cut: true}
	}
	if a.Status != 0 && a.After {
		return a.replacement()
	}
	answer.fault = a
	return answer
}

func (a *armedFault) replacement() reply {
	body := refuse(a.Status, "", http.StatusText(a.Status)).body()
	return reply{status: a.Status, value: body, fault: a}
}

// writeFaulty writes the response as the fault demands.
func (a *armedFault) writeFaulty(w http.ResponseWriter, status int, body []byte) {
	if a.Body != "" {
		body = []byte(a.Body)
	}
	if doc, err := store.ParseObject(body); err == nil && a.answer != nil {
		body = replace(doc, a.answer).Encode()
	}
	header := w.Header()
	if a.ContentType != "" {
		header.Set("Content-Type", a.ContentType)
	}
	for name, value := range a.Headers {
		header.Set(name, value)
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if a.Truncate > 0 && a.Truncate < len(body) {
		_, _ = w.Write(body[:a.Truncate])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(body)
}

// Shift moves the tenant's clock by d. Repeated calls add up.
func (s *Server) Shift(d time.Duration) { s.shifted.Add(int64(d)) }
