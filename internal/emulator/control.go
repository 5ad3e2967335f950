package emulator

import (
	"encoding/json"
	"net"
	"net/http"
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
	default:
		http.NotFound(w, r)
	}
}
