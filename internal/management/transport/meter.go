package transport

import (
	"net/http"
	"sync"
	"time"
)

// Meter counts what goes over the wire. The zero value is ready, and it is safe for concurrent use.
type Meter struct {
	mu    sync.Mutex
	usage Usage
}

// Usage is what a Meter has counted.
type Usage struct {
	Calls    int           // requests that were sent, of every kind
	Tokens   int           // those of them that asked for a token
	Rejected int           // those of them that a rate limit turned away
	Waited   time.Duration // how long requests waited for their turn, all of them added up
}

// Usage is what was counted so far.
func (m *Meter) Usage() Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.usage
}

func (m *Meter) called(r *http.Request, end ending) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.usage.Calls++
	if r.URL.Path == tokenPath {
		m.usage.Tokens++
	}
	if end.status == http.StatusTooManyRequests {
		m.usage.Rejected++
	}
}

func (m *Meter) waited(wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.usage.Waited += wait
}
