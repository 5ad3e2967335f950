package management

import (
	"context"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

// keySetCache caches the tenant's JWKS while the provider is configured. A key that is revoked meanwhile remains valid here;
// [keySetCache.refresh] finds a new one.
type keySetCache struct {
	fetch  func(context.Context) (tokens.KeySet, error)
	shared together[int, tokens.KeySet] // by generation

	mu         sync.Mutex
	cached     tokens.KeySet // nil if it was not read yet
	generation int           // incremented when the cached key set becomes obsolete
}

// keySetRead is a key set that was read.
type keySetRead struct {
	tokens.KeySet
	generation int
	fetched    bool // by this caller, so it is not older than the call
}

func (s *keySetCache) get(ctx context.Context) (keySetRead, error) {
	s.mu.Lock()
	got := keySetRead{KeySet: s.cached, generation: s.generation}
	s.mu.Unlock()
	if got.KeySet != nil {
		return got, nil
	}
	var err error
	got.KeySet, got.fetched, err = s.shared.ask(ctx, got.generation, s.fetch)
	if err == nil {
		s.store(got)
	}
	return got, err
}

// store caches a key set, unless it became obsolete while it was being read.
func (s *keySetCache) store(got keySetRead) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.generation == got.generation {
		s.cached = got.KeySet
	}
}

// invalidate makes later calls read the key set again.
func (s *keySetCache) invalidate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cached, s.generation = nil, s.generation+1
}

// refresh returns a key set that is newer than old, which lacks a key. Concurrent callers share one request.
func (s *keySetCache) refresh(ctx context.Context, old keySetRead) (keySetRead, error) {
	s.mu.Lock()
	if s.generation == old.generation {
		s.cached, s.generation = nil, s.generation+1
	}
	s.mu.Unlock()
	return s.get(ctx)
}
