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
// known before it is found, so whether to fetch another page is a bet. It is made such that pages and other requests
// together are never more than about twice what the cheaper of the two would have been by itself.
type walk struct {
	outside  int    // requests so far that were no pages: Gets, and lists of what they name
	pages    int    // fetched
	useless  int    // of them, those that answered nobody
	next     string // where the next page begins
	total    int    // length of the list, if told
	ended    bool   // there is no page left, or none to be relied on
	nameless bool   // lists of what they name are not to be relied on
}

// pays reports whether to fetch another page for so many questions, which cost so many requests without it. A single one
// is worth the first page where many others were asked before, of whatever kind: it will not be the last.
func (w *walk) pays(missing, price int, crowded bool) bool {
	left := w.left()
	switch {
	case missing == 0 || w.ended:
		return false
	case w.pages == 0:
		return w.outside+price > 1 || missing == 1 && crowded
	case left > 0: // the whole list costs no more than what has been asked outside of it
		return w.outside+price >= left
	default: // nobody knows how much there is
		return w.outside+price > w.useless
	}
}

// left is how many pages there are still, as far as the tenant tells.
func (w *walk) left() int { return (w.total+pageSize-1)/pageSize - w.pages }

// together answers questions from pages as far as that pays, then from lists of what they name, and returns the others.
func (r *reads[K, V]) together(ctx context.Context, missing []*question[K, V]) []*question[K, V] {
	w, crowded := &r.walk, r.all.Load() >= many
	for ctx.Err() == nil && w.pays(len(missing), r.price(missing), crowded) {
		asked := len(missing)
		missing = r.listed(ctx, missing, &w.ended, r.fetchPage)
		if len(missing) == asked {
			w.useless++
		}
	}
	missing = r.byName(ctx, missing)
	w.outside += len(missing)
	return missing
}

// listed answers what it can from a list that is fetched. One that fails is the last of its sort: its questions, and all
// later ones, are left to other requests. But when the rate limit is reached, more requests are no help.
func (r *reads[K, V]) listed(ctx context.Context, asked []*question[K, V], failed *bool, fetch func(context.Context) error) []*question[K, V] {
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
		*failed = true
	}
	return missing
}

// fetchPage fetches the next page. One that has no end and brings nothing new is the last, but not where the tenant tells
// of more: what is on it may be known by name.
func (r *reads[K, V]) fetchPage(ctx context.Context) error {
	w := &r.walk
	got, err := r.page(ctx, w.next)
	if err != nil {
		return err
	}
	w.pages++
	w.next, w.total = got.Next, got.Total
	news := r.keepListed(got.Items)
	w.ended = got.Next == "" || !news && w.left() <= 0
	return nil
}
