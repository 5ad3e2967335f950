package emulator

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Entry describes one request that the tenant answered. It never contains a secret or a token. Its strings are truncated to
// the limits of the journal.
type Entry struct {
	Seq       int        `json:"seq"`
	Time      time.Time  `json:"time"`
	Method    string     `json:"method"`
	Path      string     `json:"path"`   // escaped, as sent
	Route     string     `json:"route"`  // template, such as /api/v2/clients/{id}; "" if there is none
	Query     url.Values `json:"query"`  // names and values
	Fields    []string   `json:"fields"` // names of the top-level members of the request body, in order
	Nulls     []string   `json:"nulls"`  // those of them that were null
	Status    int        `json:"status"`
	Caller    string     `json:"caller"` // client ID of the token or of the token request
	UserAgent string     `json:"user_agent"`

	Duration time.Duration `json:"duration"` // until the response was ready, in nanoseconds
}

// Limits of the journal. When one is exceeded, the oldest entries are removed.
const (
	journalEntries = 100_000
	journalBytes   = 64 << 20
)

// Limits of one entry. A longer text is truncated and ends with an ellipsis; further names are omitted.
const (
	maxPath   = 2048  // bytes
	maxText   = 512   // bytes of every other text
	maxQuery  = 16384 // bytes of all names and values
	maxFields = 200
)

type journal struct {
	mu      sync.Mutex
	seq     int
	bytes   int
	entries []Entry
}

func (j *journal) add(e Entry) {
	e = e.bounded()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	e.Seq = j.seq
	j.entries = append(j.entries, e)
	j.bytes += e.size()
	if len(j.entries) > journalEntries || j.bytes > journalBytes {
		j.dropOldest()
	}
}

// dropOldest removes a tenth of the entries and more, until nine tenths of the limits are met.
func (j *journal) dropOldest() {
	dropped := 0
	for len(j.entries)-dropped > journalEntries/10*9 || j.bytes > journalBytes/10*9 {
		j.bytes -= j.entries[dropped].size()
		dropped++
	}
	j.entries = slices.Clone(j.entries[dropped:])
}

// bounded returns the entry within the limits. It copies all texts, because a part of a string, such as the method in
// the first line of a request, keeps the whole string in memory.
func (e Entry) bounded() Entry {
	e.Method = strings.Clone(e.Method)
	e.Path = truncate(e.Path, maxPath)
	e.UserAgent = truncate(e.UserAgent, maxText)
	e.Caller = truncate(e.Caller, maxText)
	e.Fields, e.Nulls = truncateAll(e.Fields), truncateAll(e.Nulls)
	query, left := url.Values{}, maxQuery
	for _, name := range slices.Sorted(maps.Keys(e.Query)) {
		for _, value := range e.Query[name] {
			if left <= 0 {
				break
			}
			value = truncate(value, left)
			query.Add(truncate(name, maxText), value)
			left -= len(name) + len(value) + 1
		}
	}
	e.Query = query
	return e
}

func truncateAll(texts []string) []string {
	texts = slices.Clip(texts[:min(len(texts), maxFields)])
	for i := range texts {
		texts[i] = truncate(texts[i], maxText)
	}
	return texts
}

func truncate(text string, limit int) string {
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return strings.Clone(text)
}

// size estimates the memory of an entry in bytes.
func (e Entry) size() int {
	const entry, text = 400, 50
	size := entry + len(e.Path) + len(e.UserAgent) + len(e.Caller)
	for _, name := range slices.Concat(e.Fields, e.Nulls) {
		size += text + len(name)
	}
	for name, values := range e.Query {
		size += 2*text + len(name)
		for _, value := range values {
			size += text + len(value)
		}
	}
	return size
}

func (j *journal) all() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries)
}

// newest returns at most limit entries after a sequence number.
func (j *journal) newest(after, limit int) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	if after > j.seq { // of a journal before its reset
		after = 0
	}
	return slices.Clone(j.entries[len(j.entries)-min(limit, j.seq-after, len(j.entries)):])
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq, j.bytes, j.entries = 0, 0, nil
}

// Journal returns the requests since the start or the last ResetJournal, in the order of their responses. It does not
// contain requests to the emulator's own control endpoints.
func (s *Server) Journal() []Entry { return s.journal.all() }

// ResetJournal removes all entries and restarts numbering at 1.
func (s *Server) ResetJournal() { s.journal.reset() }
