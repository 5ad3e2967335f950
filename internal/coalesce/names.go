package coalesce

import (
	"context"
	"net/url"
	"slices"
)

const (
	namedAtOnce = 10   // how many names one list may have (RS017)
	namedLength = 4000 // how long they may be together, as they stand in the URL
)

// price is how many requests answer questions without another page: as many as can be named travel together.
func (r *reads[K, V]) price(missing []*question[K, V]) int {
	requests, taken := 0, map[*question[K, V]]bool{}
	for len(r.batch(missing, taken)) > 0 {
		requests++
	}
	return requests + len(missing) - len(taken)
}

// byName answers questions from lists of what they name, and returns the others. What would be alone in a list is left
// to a Get, which costs as much and is the last word.
func (r *reads[K, V]) byName(ctx context.Context, missing []*question[K, V]) []*question[K, V] {
	taken := map[*question[K, V]]bool{}
	for ctx.Err() == nil {
		batch := r.batch(missing, taken)
		if len(batch) == 0 {
			break
		}
		if len(batch) > 1 {
			r.walk.outside++
			missing = r.listed(ctx, missing, &r.walk.nameless, func(ctx context.Context) error { return r.fetchNamed(ctx, batch) })
		}
	}
	return missing
}

// batch takes questions that one list can name: not too many for the tenant, and not too long for whatever carries the
// URL. Those that ask for the same go along.
func (r *reads[K, V]) batch(missing []*question[K, V], taken map[*question[K, V]]bool) []*question[K, V] {
	if r.named == nil || r.walk.nameless {
		return nil
	}
	var batch []*question[K, V]
	names := naming{taken: map[string]bool{}}
	for _, asked := range missing {
		if name := r.listName(asked.key); name != "" && !taken[asked] && names.take(name) {
			taken[asked] = true
			batch = append(batch, asked)
		}
	}
	return batch
}

// naming is what one list names.
type naming struct {
	taken  map[string]bool
	length int
}

// take reports whether a name is there, or still fits. The first one does in any case.
func (n *naming) take(name string) bool {
	if n.taken[name] {
		return true
	}
	length := n.length + len(url.QueryEscape(name))
	if len(n.taken) == namedAtOnce || len(n.taken) > 0 && length > namedLength {
		return false
	}
	n.taken[name], n.length = true, length
	return true
}

func (r *reads[K, V]) fetchNamed(ctx context.Context, batch []*question[K, V]) error {
	var names []string
	for _, asked := range batch {
		if name := r.listName(asked.key); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	got, err := r.named(ctx, names)
	r.keepListed(got)
	return err
}
