package emulator

import (
	"net/url"
	"slices"
	"sync"
	"time"
)

// Entry is one request the tenant answered. It never holds a secret or a token.
type Entry struct {
	Seq       int        `json:"seq"`
	Time      time.Time  `json:"time"`
	Method    string     `json:"method"`
	Path      string     `json:"path"`   // escaped, as sent
	Route     string     `json:"route"`  // template, such as /api/v2/clients/{id}; "" if there is none
	Query     url.Values `json:"query"`  // names and values
	Fields    []string   `json:"fields"` // names of the top-level members of the body, in order
	Nulls     []string   `json:"nulls"`  // those of them that were null
	Status    int        `json:"status"`
	Caller    string     `json:"caller"` // client id of the token or of the token request
	UserAgent string     `json:"user_agent"`
}

// journalSize bounds the journal of a server that runs for long; the oldest entries go first.
const journalSize = 100_000

type journal struct {
	mu      sync.Mutex
	seq     int
	entries []Entry
}

func (j *journal) add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	e.Seq = j.seq
	if len(j.entries) == journalSize {
		j.entries = slices.Clone(j.entries[journalSize/10:])
	}
	j.entries = append(j.entries, e)
}

func (j *journal) all() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries)
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq, j.entries = 0, nil
}

// Journal returns what was asked of the tenant since the start or the last ResetJournal, in the order it was answered.
// Requests to the emulator's own control endpoints are not in it.
func (s *Server) Journal() []Entry { return s.journal.all() }

// ResetJournal empties the journal; numbering starts at 1 again.
func (s *Server) ResetJournal() { s.journal.reset() }
