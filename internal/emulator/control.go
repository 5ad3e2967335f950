package emulator

import (
	"bytes"
	"encoding/json"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// control serves the emulator's own endpoints, which no tenant has. Only programs on this machine can use them.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	s.bodies.setDeadline(w, r)
	reason := s.rejectForeign(r)
	if _, sent := r.Header["Origin"]; reason == "" && sent && r.Method == http.MethodPost {
		reason = requireJSON(r)
	}
	if reason != "" {
		http.Error(w, reason, http.StatusForbidden)
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /_emulator/journal":
		entries := s.Journal()
		if entries == nil {
			entries = []Entry{}
		}
		w.Header().Set("Content-Type", jsonWithCharset)
		_ = json.NewEncoder(w).Encode(entries)
	case "DELETE /_emulator/journal":
		s.ResetJournal()
		w.WriteHeader(http.StatusNoContent)
	case "POST /_emulator/faults":
		var fault Fault
		s.accept(w, r, &fault, func() error { return s.Inject(fault) })
	case "DELETE /_emulator/faults":
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	case "POST /_emulator/clock":
		var shift struct {
			Seconds float64 `json:"shift_seconds"`
		}
		s.accept(w, r, &shift, func() error {
			s.Shift(time.Duration(shift.Seconds * float64(time.Second)))
			return nil
		})
	default:
		http.NotFound(w, r)
	}
}

// rejectForeign returns why a request to a control endpoint or to the dashboard is rejected, or "". The check of Host stops a
// web site that resolves its own name to a loopback address; the others stop a page of another site that sends requests to
// this address.
func (s *Server) rejectForeign(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !net.ParseIP(host).IsLoopback() {
		return "Control endpoints and the dashboard accept requests from this machine only."
	}
	if !s.isOwnName(hostname(r.Host)) {
		return "The Host header does not name this emulator. Use the address that it printed."
	}
	const foreign = "Control endpoints and the dashboard reject requests from other web sites."
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return foreign
	}
	for _, origin := range r.Header["Origin"] {
		if address, err := url.Parse(origin); err != nil || !s.isOwnName(address.Hostname()) {
			return foreign
		}
	}
	return ""
}

// requireJSON returns why a request of a web page is rejected, or "". Without a content type that needs a preflight request,
// any page can send it.
func requireJSON(r *http.Request) string {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != jsonPlain {
		return "A request with an Origin header needs the content type " + jsonPlain + "."
	}
	return ""
}

// isOwnName reports whether a host name is a loopback name, the name that the server listens on, or the one that clients
// use. The names in the certificate of Options.TLS are loopback names.
func (s *Server) isOwnName(host string) bool {
	if strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback() {
		return true
	}
	address, err := url.Parse(s.URL())
	return host != "" && (strings.EqualFold(host, hostname(s.options.Listen)) || err == nil && strings.EqualFold(host, address.Hostname()))
}

// hostname returns the host of an address, without the port and without the brackets of an IPv6 address.
func hostname(address string) string { return (&url.URL{Host: address}).Hostname() }

// accept decodes a JSON body into value, rejects unknown members, and then calls act.
func (s *Server) accept(w http.ResponseWriter, r *http.Request, value any, act func() error) {
	body, release, err := s.bodies.read(w, r)
	defer release()
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		err = decoder.Decode(value)
	}
	if err == nil {
		err = act()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
