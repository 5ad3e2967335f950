package coalesce

import (
	"context"
	"sync/atomic"
)

const (
	pageSize = 100 // objects on a page
	many     = 8   // questions of all kinds, from which on more are to be expected of each
)

// crowd counts the questions of all kinds.
type crowd struct {
	atomic.Int64

	refreshing atomic.Bool // whether one of them was a refresh
}

// walk is how far the lists of one kind have been read, and what that has cost. Where an object stands in a list is not
// known before it is found, so whether to fetch another page is a bet. It is made such that Gets and pages together are
// never more than about twice what the cheaper of the two would have been by itself.
type walk struct {
	flushes int
	asked   int    // questions so far
	singles int    // of them, those that were left to a Get
	pages   int    // fetched
	useless int    // of them, those that answered nobody
	next    string // where the next page begins
	total   int    // length of the list, if told
	ended   bool   // there is no page left, or none to be relied on
}

// pays reports whether to fetch another page for so many questions. A single one is worth the first page where many others
// were asked before, of whatever kind: it will not be the last.
func (w *walk) pays(missing int, crowded bool) bool {
	left := (w.total+pageSize-1)/pageSize - w.pages
	switch {
	case missing == 0 || w.ended:
		return false
	case w.pages == 0:
		return w.asked > 1 || crowded
	case left > 0: // the whole list costs no more than what has been asked outside of it
		return w.singles+missing >= left
	default: // nobody knows how much there is
		return w.singles+missing > w.useless
	}
}

// together answers questions from lists as far as that pays, and returns the others.
func (r *reads[K, V]) together(ctx context.Context, missing []*question[K, V]) []*question[K, V] {
	w := &r.walk
	first := w.flushes == 0
	w.flushes++
	w.asked += len(missing)
	crowded := r.all.Load() >= many
	if first && r.some != nil && len(missing) > 1 {
		missing = r.listed(ctx, missing, func(ctx context.Context) error { return r.fetchSome(ctx, missing) })
	} else {
		for ctx.Err() == nil && w.pays(len(missing), crowded) {
			missing = r.listed(ctx, missing, r.fetchPage)
		}
	}
	w.singles += len(missing)
	return missing
}

// listed answers what it can from a list that is fetched. One that fails is the last: its questions, and all later ones,
// are left to Gets. But when the rate limit is reached, more requests are no help.
func (r *reads[K, V]) listed(ctx context.Context, asked []*question[K, V], fetch func(context.Context) error) []*question[K, V] {
	err := fetch(ctx)
	missing := r.unknown(asked)
	if isThrottled(err) {
		var none V
		for _, q := range missing {
			r.settle(q, none, err)
		}
		return nil
	}
	if err != nil && ctx.Err() == nil {
		r.walk.ended = true
	}
	if len(missing) == len(asked) {
		r.walk.useless++
	}
	return missing
}

func (r *reads[K, V]) fetchPage(ctx context.Context) error {
	w := &r.walk
	got, err := r.page(ctx, w.next)
	if err != nil {
		return err
	}
	w.pages++
	w.next, w.total = got.Next, got.Total
	if news := r.keepListed(got.Items); !news || got.Next == "" {
		w.ended = true
	}
	return nil
}

func (r *reads[K, V]) fetchSome(ctx context.Context, asked []*question[K, V]) error {
	keys := make([]K, 0, len(asked))
	for _, q := range asked {
		keys = append(keys, q.key)
	}
	got, err := r.some(ctx, keys)
	r.keepListed(got)
	return err
}
