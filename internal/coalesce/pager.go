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

// pager records how far the list of one type has been read, and at which cost. The position of an object in a list is
// unknown until it is found, so another page may not contain what is missing. Pages and other requests together are at
// most about twice what the cheaper of the two would have cost alone.
type pager struct {
	otherRequests int    // GETs and filtered lists so far
	pages         int    // pages so far
	wastedPages   int    // pages that resolved no call
	next          string // start of the next page
	total         int    // length of the list; 0 if unknown
	ended         bool   // no page is left, or pages fail
	noFilter      bool   // filtered lists fail
}

// shouldFetchPage compares another page with the requests that the missing calls need otherwise. The first page is also
// fetched for a single call after many Gets of any type, because more of its type are likely to follow.
func (p *pager) shouldFetchPage(missing, requestsWithoutPages int, manyReads bool) bool {
	left := p.pagesLeft()
	switch {
	case missing == 0 || p.ended:
		return false
	case p.pages == 0:
		return p.otherRequests+requestsWithoutPages > 1 || missing == 1 && manyReads
	case left > 0: // the rest of the list costs no more than all other requests
		return p.otherRequests+requestsWithoutPages >= left
	default: // the length of the list is unknown
		return p.otherRequests+requestsWithoutPages > p.wastedPages
	}
}

// pagesLeft returns the number of pages that have not been read; 0 or less if the length of the list is unknown.
func (p *pager) pagesLeft() int { return (p.total+pageSize-1)/pageSize - p.pages }

// resolveFromLists resolves calls from pages as far as that saves requests, then from filtered lists, and returns the
// others.
func (r *reader[K, V]) resolveFromLists(ctx context.Context, missing []*call[K, V]) []*call[K, V] {
	p, manyReads := &r.pager, r.stats.Load() >= manyCalls
	for ctx.Err() == nil && p.shouldFetchPage(len(missing), r.requestsWithoutPages(missing), manyReads) {
		before := len(missing)
		missing = r.resolveFromList(ctx, missing, &p.ended, r.fetchPage)
		if len(missing) == before {
			p.wastedPages++
		}
	}
	missing = r.resolveFromFilteredLists(ctx, missing)
	p.otherRequests += len(missing)
	return missing
}

// resolveFromList fetches a list, resolves calls from it and returns the others. If it fails, failed is set, so that no
// such list is requested again. If the rate limit is exceeded, all calls fail, because more requests would not help.
func (r *reader[K, V]) resolveFromList(ctx context.Context, calls []*call[K, V], failed *bool, fetch func(context.Context) error) []*call[K, V] {
	err := fetch(ctx)
	missing := r.finishCached(calls)
	if isThrottled(err) {
		var none V
		for _, c := range missing {
			r.finish(c, none, err)
		}
		return nil
	}
	if err != nil && ctx.Err() == nil {
		*failed = true
	}
	return missing
}

// fetchPage fetches and caches the next page. A page without any new object ends a list whose length is unknown. If the
// tenant reports more pages, it does not: its objects can be cached because of filtered lists.
func (r *reader[K, V]) fetchPage(ctx context.Context) error {
	p := &r.pager
	got, err := r.page(ctx, p.next)
	if err != nil {
		return err
	}
	p.pages++
	p.next, p.total = got.Next, got.Total
	added := r.storeList(got.Items)
	p.ended = got.Next == "" || !added && p.pagesLeft() <= 0
	return nil
}

// requestsWithoutPages returns how many filtered lists and GETs resolve the calls without another page.
func (r *reader[K, V]) requestsWithoutPages(missing []*call[K, V]) int {
	requests, taken := 0, map[*call[K, V]]bool{}
	for len(r.nextFilter(missing, taken)) > 0 {
		requests++
	}
	return requests + len(missing) - len(taken)
}

// resolveFromFilteredLists resolves calls from filtered lists and returns the others. A filter for a single call is left
// to a GET, which costs as much and can report that the object does not exist.
func (r *reader[K, V]) resolveFromFilteredLists(ctx context.Context, missing []*call[K, V]) []*call[K, V] {
	taken := map[*call[K, V]]bool{}
	for ctx.Err() == nil {
		calls := r.nextFilter(missing, taken)
		if len(calls) == 0 {
			break
		}
		if len(calls) > 1 {
			r.pager.otherRequests++
			missing = r.resolveFromList(ctx, missing, &r.pager.noFilter, func(ctx context.Context) error { return r.fetchFiltered(ctx, calls) })
		}
	}
	return missing
}

// nextFilter returns calls that one filter can include, and adds them to taken. Calls with the same value count once.
func (r *reader[K, V]) nextFilter(missing []*call[K, V], taken map[*call[K, V]]bool) []*call[K, V] {
	if r.filtered == nil || r.pager.noFilter {
		return nil
	}
	var calls []*call[K, V]
	var values filterValues
	for _, c := range missing {
		if value := r.filterValue(c.key); value != "" && !taken[c] && values.add(value) {
			taken[c] = true
			calls = append(calls, c)
		}
	}
	return calls
}

func (r *reader[K, V]) fetchFiltered(ctx context.Context, calls []*call[K, V]) error {
	var values filterValues
	for _, c := range calls {
		values.add(r.filterValue(c.key))
	}
	got, err := r.filtered(ctx, values.list)
	r.storeList(got)
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
