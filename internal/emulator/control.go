package emulator

import (
	"encoding/json"
	"net"
	"net/http"
	"time"
)

// control answers the emulator's own endpoints, which no tenant has. They are open to callers on this machine only.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !net.ParseIP(host).IsLoopback() {
		http.Error(w, "only from this machine", http.StatusForbidden)
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

// accept reads a JSON body into value, members it does not have refused, and then acts.
func (s *Server) accept(w http.ResponseWriter, r *http.Request, value any, act func() error) {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyLimit))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(value)
	if err == nil {
		err = act()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
