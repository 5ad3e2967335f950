package coalesce

import (
	"sync"
	"time"
)

const (
	idleTimeout      = 20 * time.Millisecond  // how long batches stay open after the last caller joined
	returningTimeout = 80 * time.Millisecond  // the same, at most, if fewer callers wait than took part in the last round
	maxWait          = 200 * time.Millisecond // how long batches stay open at most while no batch is executed
)

// scheduler decides when the open batches of all queues are closed. It closes them together, in rounds: the batches of a
// round share their reads, and callers that receive a result at the same time send their next changes at the same time.
// A batch waits until the previous round has ended, but at most twice as long as the last batch took, so that one slow
// request does not stop all APIs. It then waits for the callers of the previous round to return.
type scheduler struct {
	mu        sync.Mutex
	open      map[*changeBatch]time.Time // when it was opened
	waiting   int                        // callers in open batches
	executing int                        // closed batches without a result
	roundSize int                        // callers of the last round
	lastEvent time.Time                  // when the last caller joined or the last round ended
	roundEnd  time.Time                  // when the last round ended
	took      time.Duration              // duration of the last batch, from its closing to its result
}

// join counts a caller of an open batch.
func (s *scheduler) join(b *changeBatch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[*changeBatch]time.Time{}
	}
	if _, ok := s.open[b]; !ok {
		s.open[b] = time.Now()
	}
	s.waiting++
	s.notify()
}

// withdraw removes a caller of an open batch.
func (s *scheduler) withdraw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
}

// notify lets all open batches calculate their time again. The caller must lock s.mu.
func (s *scheduler) notify() {
	s.lastEvent = time.Now()
	for b := range s.open {
		notify(b.joined)
	}
}

// timeLeft returns how long a batch stays open if no other caller joins.
func (s *scheduler) timeLeft(b *changeBatch) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	opened := s.open[b]
	if s.executing > 0 {
		return time.Until(opened.Add(max(maxWait, 2*s.took)))
	}
	if opened.Before(s.roundEnd) {
		opened = s.roundEnd
	}
	idle := idleTimeout
	if s.waiting < s.roundSize {
		idle = max(idleTimeout, min(s.took, returningTimeout))
	}
	return min(time.Until(s.lastEvent.Add(idle)), time.Until(opened.Add(maxWait)))
}

// begin records that a batch was closed with a number of callers.
func (s *scheduler) begin(b *changeBatch, callers int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, b)
	if s.executing == 0 {
		s.roundSize = 0
	}
	s.waiting -= callers
	s.roundSize += callers
	s.executing++
}

// end records that a batch has its result, and returns how long it took.
func (s *scheduler) end(began time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took = time.Since(began)
	s.executing--
	if s.executing == 0 {
		s.roundEnd = time.Now()
		s.notify()
	}
	return s.took
}
