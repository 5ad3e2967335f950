package coalesce

import (
	"context"
	"net/url"
	"slices"
)

const (
	pageSize        = 100  // objects on a page
	manyCalls       = 8    // number of Gets of all types from which on more of each type are expected
	maxFilterValues = 10   // values of one filter (RS017)
	maxFilterLength = 4000 // bytes of all values of a filter, as encoded in the URL
)

// listing contains the objects that were read, and how far the list of their type has been read, and at which cost. The
// position of an object in a list is unknown until it is found, so another page may not contain what is missing. Pages and
// other requests together are at most about twice what the cheaper of the two would have cost alone.
type listing[V any] struct {
	objects    map[string]V    // by each cache key of an object; guarded by the lock of the reader
	incomplete map[string]bool // cache keys of objects that a list showed incompletely; guarded by the lock of the reader
	dropped    bool            // whether a write has made the objects outdated; guarded by the lock of the reader

	otherRequests int    // GETs and filtered lists so far
	pages         int    // pages so far
	wastedPages   int    // pages that resolved no call
	next          string // start of the next page
	total         int    // length of the list; 0 if unknown
	ended         bool   // no page is left
}

func newListing[V any](total int) *listing[V] {
	return &listing[V]{objects: map[string]V{}, incomplete: map[string]bool{}, total: total}
}

func (l *listing[V]) drop() { l.dropped, l.objects, l.incomplete = true, nil, nil }

// shouldFetchPage compares another page with the requests that the missing calls need otherwise. The first page is also
// fetched for a single call after many Gets of any type, because more of its type are likely to follow.
func (l *listing[V]) shouldFetchPage(missing, requestsWithoutPages int, manyReads bool) bool {
	left := l.pagesLeft()
	switch {
	case missing == 0 || l.ended:
		return false
	case left > 1 || left > 0 && l.pages > 0: // the rest of the list costs no more than all other requests
		return l.otherRequests+requestsWithoutPages >= left
	case l.pages == 0:
		return l.otherRequests+requestsWithoutPages > 1 || missing == 1 && manyReads
	default: // the length of the list is unknown
		return l.otherRequests+requestsWithoutPages > l.wastedPages
	}
}

// pagesLeft returns the number of pages that have not been read; 0 or less if the length of the list is unknown.
func (l *listing[V]) pagesLeft() int { return (l.total+pageSize-1)/pageSize - l.pages }

// resolveFromLists resolves the calls of a batch from pages as far as that saves requests, then from filtered lists, and
// returns the others.
func (r *reader[K, V]) resolveFromLists(ctx context.Context, b *readBatch[K, V], missing []*call[K, V]) []*call[K, V] {
	l, manyReads := b.found, !b.current && r.stats.Load() >= manyCalls
	for ctx.Err() == nil && !r.skips(b, &r.noPages) && l.shouldFetchPage(len(missing), r.requestsWithoutPages(b, missing), manyReads) {
		before := len(missing)
		missing = r.resolveFromList(ctx, b, missing, &r.noPages, func(ctx context.Context) error { return r.fetchPage(ctx, b) })
		if len(missing) == before {
			l.wastedPages++
		}
	}
	missing = r.resolveFromFilteredLists(ctx, b, missing)
	l.otherRequests += len(missing)
	return missing
}

// skips reports whether a batch does not use lists, of which failed is noPages or noFilter.
func (r *reader[K, V]) skips(b *readBatch[K, V], failed *bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *failed || b.current && r.omitted
}

// resolveFromList fetches a list, resolves calls from it and returns the others. If it fails, failed is set, so that no
// such list is requested again. If the rate limit is exceeded, all calls fail, because more requests would not help.
func (r *reader[K, V]) resolveFromList(ctx context.Context, b *readBatch[K, V], calls []*call[K, V], failed *bool, fetch func(context.Context) error) []*call[K, V] {
	err := fetch(ctx)
	missing := r.finishFound(b, calls)
	if isThrottled(err) {
		var none V
		for _, c := range missing {
			r.finish(c, none, err)
		}
		return nil
	}
	if err != nil && ctx.Err() == nil {
		r.mu.Lock()
		*failed = true
		r.mu.Unlock()
	}
	return missing
}

// fetchPage fetches the next page. A page without any new object ends a list whose length is unknown. If the tenant reports
// more pages, it does not: filtered lists can have returned its objects before.
func (r *reader[K, V]) fetchPage(ctx context.Context, b *readBatch[K, V]) error {
	l := b.found
	got, err := r.page(ctx, l.next)
	if err != nil {
		return err
	}
	l.pages++
	l.next, l.total = got.Next, got.Total
	added := r.storeList(b, got.Items)
	l.ended = got.Next == "" || !added && l.pagesLeft() <= 0
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total = got.Total
	return nil
}

// requestsWithoutPages returns how many filtered lists and GETs resolve the calls without another page.
func (r *reader[K, V]) requestsWithoutPages(b *readBatch[K, V], missing []*call[K, V]) int {
	requests, taken := 0, map[*call[K, V]]bool{}
	for len(r.nextFilter(b, missing, taken)) > 0 {
		requests++
	}
	for _, c := range missing {
		if !taken[c] && !c.optional {
			requests++
		}
	}
	return requests
}

// resolveFromFilteredLists resolves calls from filtered lists and returns the others. A filter for a single call is left
// to a GET, which costs as much and can report that the object does not exist.
func (r *reader[K, V]) resolveFromFilteredLists(ctx context.Context, b *readBatch[K, V], missing []*call[K, V]) []*call[K, V] {
	taken := map[*call[K, V]]bool{}
	for ctx.Err() == nil {
		calls := r.nextFilter(b, missing, taken)
		if len(calls) == 0 {
			break
		}
		if len(calls) > 1 {
			b.found.otherRequests++
			missing = r.resolveFromList(ctx, b, missing, &r.noFilter, func(ctx context.Context) error { return r.fetchFiltered(ctx, b, calls) })
		}
	}
	return missing
}

// nextFilter returns calls that one filter can include, and adds them to taken. Calls with the same value count once. Optional
// calls are the last ones, and are included only together with others.
func (r *reader[K, V]) nextFilter(b *readBatch[K, V], missing []*call[K, V], taken map[*call[K, V]]bool) []*call[K, V] {
	if r.filtered == nil || r.skips(b, &r.noFilter) {
		return nil
	}
	var calls []*call[K, V]
	var values filterValues
	for _, c := range missing {
		if c.optional && len(calls) == 0 {
			break
		}
		if value := r.filterValue(c.key); value != "" && !taken[c] && values.add(value) {
			taken[c] = true
			calls = append(calls, c)
		}
	}
	return calls
}

func (r *reader[K, V]) fetchFiltered(ctx context.Context, b *readBatch[K, V], calls []*call[K, V]) error {
	var values filterValues
	for _, c := range calls {
		values.add(r.filterValue(c.key))
	}
	got, err := r.filtered(ctx, values.list)
	r.storeList(b, got)
	return err
}

// filterValues is the distinct values of one filter.
type filterValues struct {
	list   []string
	length int
}

// add reports whether the filter contains a value, or has room for it. It always has room for the first value.
func (f *filterValues) add(value string) bool {
	if slices.Contains(f.list, value) {
		return true
	}
	length := f.length + len(url.QueryEscape(value))
	if len(f.list) == maxFilterValues || len(f.list) > 0 && length > maxFilterLength {
		return false
	}
	f.list, f.length = append(f.list, value), length
	return true
}
