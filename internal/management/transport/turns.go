package transport

import (
	"context"
	"sync"
	"time"
)

// clean is how long it must go well before one more request may be on the wire.
const clean = time.Second

// turns are how many requests may be on the wire at a time: as many as are configured; half of that after a request was
// turned away, and one more after each second that went well.
type turns struct {
	most int

	mu      sync.Mutex
	allowed int
	since   time.Time // allowed is this since then
	taken   int
	freed   chan struct{} // closed, and made anew, when a turn may have become free
}

func newTurns(most int) *turns {
	return &turns{most: most, allowed: most, freed: make(chan struct{})}
}

// wait takes a turn.
func (t *turns) wait(ctx context.Context) error {
	for {
		free, again, freed := t.take(time.Now())
		if free {
			return nil
		}
		if err := pauseUnless(ctx, again, freed); err != nil {
			return err
		}
	}
}

// take takes a turn if there is one, else tells when to ask again at the latest.
func (t *turns) take(now time.Time) (free bool, again time.Duration, freed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.grow(now)
	if t.taken < t.allowed {
		t.taken++
		return true, 0, nil
	}
	again = attemptLimit
	if t.allowed < t.most {
		again = t.since.Add(clean).Sub(now)
	}
	return false, again, t.freed
}

func (t *turns) grow(now time.Time) {
	for t.allowed < t.most && now.Sub(t.since) >= clean {
		t.allowed++
		t.since = t.since.Add(clean)
	}
}

// leave gives a turn back.
func (t *turns) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken--
	close(t.freed)
	t.freed = make(chan struct{})
}

// halve is for when a request was turned away.
func (t *turns) halve(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.grow(now)
	t.allowed, t.since = max(1, t.allowed/2), now
}
