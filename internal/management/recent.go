package management

import (
	"sync"
	"time"
)

// propagationDelay is how long a new object can be invisible to parts of the tenant.
const propagationDelay = time.Minute

// recent records what this process has just created.
type recent struct {
	mu   sync.Mutex
	made map[string]time.Time
}

func newRecent() *recent { return &recent{made: map[string]time.Time{}} }

func (r *recent) note(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made[key] = time.Now()
}

func (r *recent) any(keys ...string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range keys {
		if made, ok := r.made[key]; ok && time.Since(made) < propagationDelay {
			return true
		}
	}
	return false
}
