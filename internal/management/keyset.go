package management

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// documents are the keys of a key set, each as it stands there.
type documents []json.RawMessage

// called are the keys of an id, apart from those of a kind that is not known here.
func (d documents) called(id string) []jose.JSONWebKey {
	var keys []jose.JSONWebKey
	for _, document := range d {
		var key jose.JSONWebKey
		if json.Unmarshal(document, &key) == nil && key.KeyID == id && key.IsPublic() {
			keys = append(keys, key)
		}
	}
	return keys
}

// keySet keeps the tenant's key set once it was read, for as long as the provider is configured. A key that is revoked
// meanwhile goes on counting until then; one that is new is not overlooked, see [keySet.beyond].
type keySet struct {
	fetch func(context.Context) (documents, error)
	asked together[int, documents] // by age

	mu   sync.Mutex
	kept documents // nil: to be read
	age  int       // counts how often what was read went out of date
}

// reading is a key set as it was read.
type reading struct {
	documents
	age int  // of the set
	own bool // read by whoever got it, and so after it was asked for
}

func (s *keySet) get(ctx context.Context) (reading, error) {
	s.mu.Lock()
	got := reading{documents: s.kept, age: s.age}
	s.mu.Unlock()
	if got.documents != nil {
		return got, nil
	}
	var err error
	got.documents, got.own, err = s.asked.ask(ctx, got.age, s.fetch)
	if err == nil {
		s.keep(got)
	}
	return got, err
}

// keep keeps what was read, unless it has gone out of date while it was on its way.
func (s *keySet) keep(got reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.age == got.age {
		s.kept = got.documents
	}
}

// drop is for when the keys change: whoever asks from now on gets what is read from now on.
func (s *keySet) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept, s.age = nil, s.age+1
}

// beyond is the set as it is after old was read, which lacks a key. All who miss one in old share it.
func (s *keySet) beyond(ctx context.Context, old reading) (reading, error) {
	s.mu.Lock()
	if s.age == old.age {
		s.kept, s.age = nil, s.age+1
	}
	s.mu.Unlock()
	return s.get(ctx)
}
