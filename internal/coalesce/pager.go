package coalesce

import (
	"context"
	"net/url"
	"slices"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	pageSize        = 100  // objects on a page
	manyGets        = 8    // number of Gets of all types from which on more of each type are expected
	maxFilterValues = 10   // values that Auth0 accepts in one filter (RS017)
	maxFilterLength = 4000 // bytes of all values of a filter, as encoded in the URL
)

// cache contains the objects that were read, and how far the list of their type has been read, and at which cost. The
// position of an object in a list is unknown until it is found, so another page may not contain what is missing. Pages and
// other requests together are at most about twice what the cheaper of the two would have cost alone.
type cache[V any] struct {
	// The lock of the reader guards these fields.
	objects    map[string]V    // by each cache key of an object
	incomplete map[string]bool // cache keys of objects that a list showed incompletely
	dropped    bool            // whether a write has made the objects outdated

	// Only the batch to which the cache belongs uses these fields, or the one that has the listLock of the reader.
	otherRequests int    // GETs and filtered lists so far
	pages         int    // pages so far
	wastedPages   int    // pages that resolved no query
	next          string // start of the next page
	total         int    // length of the list; 0 if unknown
	ended         bool   // no page is left
}

func newCache[V any](total int) *cache[V] {
	return &cache[V]{objects: map[string]V{}, incomplete: map[string]bool{}, total: total}
}

func (c *cache[V]) drop() { c.dropped, c.objects, c.incomplete = true, nil, nil }

// shouldFetchPage compares another page with the requests that the missing queries need otherwise. The first page is also
// fetched for a single query after many Gets of any type, because more of its type are likely to follow.
func (c *cache[V]) shouldFetchPage(missing, requestsWithoutPages int, afterManyGets bool) bool {
	left := c.pagesLeft()
	switch {
	case missing == 0 || c.ended:
		return false
	case left > 1 || left > 0 && c.pages > 0: // the rest of the list costs no more than all other requests
		return c.otherRequests+requestsWithoutPages >= left
	case c.pages == 0:
		return c.otherRequests+requestsWithoutPages > 1 || missing == 1 && afterManyGets
	default: // the length of the list is unknown
		return c.otherRequests+requestsWithoutPages > c.wastedPages
	}
}

// pagesLeft returns the number of pages that have not been read; 0 or less if the length of the list is unknown.
func (c *cache[V]) pagesLeft() int { return (c.total+pageSize-1)/pageSize - c.pages }

// resolveFromLists resolves the queries of a batch from pages as far as that saves requests, then from filtered lists, and
// returns the others.
func (r *reader[K, V]) resolveFromLists(ctx context.Context, b *readBatch[K, V], missing []*query[K, V]) []*query[K, V] {
	cache, afterManyGets := b.cache, !b.current && r.stats.Load() >= manyGets
	for ctx.Err() == nil && !r.skips(b, &r.noPages) && cache.shouldFetchPage(len(missing), r.requestsWithoutPages(b, missing), afterManyGets) {
		before := len(missing)
		missing = r.resolveFromList(ctx, b, missing, &r.noPages, func(ctx context.Context) error { return r.fetchPage(ctx, b) })
		if len(missing) == before {
			cache.wastedPages++
		}
	}
	missing = r.resolveFromFilteredLists(ctx, b, missing)
	cache.otherRequests += len(missing)
	return missing
}

// skips reports whether a batch does not use lists, of which failed is noPages or noFilter.
func (r *reader[K, V]) skips(b *readBatch[K, V], failed *bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *failed || b.current && r.omitted
}

// resolveFromList fetches a list, resolves queries from it and returns the others. If it fails, failed is set, so that no
// such list is requested again. If the rate limit is exceeded, all queries fail, because more requests would not help.
func (r *reader[K, V]) resolveFromList(ctx context.Context, b *readBatch[K, V], queries []*query[K, V], failed *bool, fetch func(context.Context) error) []*query[K, V] {
	err := fetch(ctx)
	missing := r.finishCached(b, queries)
	if isA[*tenant.Throttled](err) {
		var none V
		for _, q := range missing {
			r.finish(q, none, err)
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

// fetchPage fetches the next page. A page without any new object ends the list, unless the tenant reports more pages, because
// filtered lists can have returned its objects before.
func (r *reader[K, V]) fetchPage(ctx context.Context, b *readBatch[K, V]) error {
	cache := b.cache
	got, err := r.page(ctx, cache.next)
	if err != nil {
		return err
	}
	cache.pages++
	cache.next, cache.total = got.Next, got.Total
	added := r.storeList(b, got.Items)
	cache.ended = got.Next == "" || !added && cache.pagesLeft() <= 0
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total = got.Total
	return nil
}

// requestsWithoutPages returns how many filtered lists and GETs resolve the queries without another page.
func (r *reader[K, V]) requestsWithoutPages(b *readBatch[K, V], missing []*query[K, V]) int {
	requests, taken := 0, map[*query[K, V]]bool{}
	for len(r.nextFilter(b, missing, taken)) > 0 {
		requests++
	}
	for _, q := range missing {
		if !taken[q] && !q.optional {
			requests++
		}
	}
	return requests
}

// resolveFromFilteredLists resolves queries from filtered lists and returns the others. A filter for a single query is left
// to a GET, which costs as much and can report that the object does not exist.
func (r *reader[K, V]) resolveFromFilteredLists(ctx context.Context, b *readBatch[K, V], missing []*query[K, V]) []*query[K, V] {
	taken := map[*query[K, V]]bool{}
	for ctx.Err() == nil {
		queries := r.nextFilter(b, missing, taken)
		if len(queries) == 0 {
			break
		}
		if len(queries) > 1 {
			b.cache.otherRequests++
			missing = r.resolveFromList(ctx, b, missing, &r.noFilter, func(ctx context.Context) error { return r.fetchFiltered(ctx, b, queries) })
		}
	}
	return missing
}

// nextFilter returns queries that one filter can include, and adds them to taken. Queries with the same value count once. Optional
// queries are the last ones, and are included only together with others.
func (r *reader[K, V]) nextFilter(b *readBatch[K, V], missing []*query[K, V], taken map[*query[K, V]]bool) []*query[K, V] {
	if r.filtered == nil || r.skips(b, &r.noFilter) {
		return nil
	}
	var queries []*query[K, V]
	var values filterValues
	for _, q := range missing {
		if q.optional && len(queries) == 0 {
			break
		}
		if value := r.filterValue(q.key); value != "" && !taken[q] && values.add(value) {
			taken[q] = true
			queries = append(queries, q)
		}
	}
	return queries
}

func (r *reader[K, V]) fetchFiltered(ctx context.Context, b *readBatch[K, V], queries []*query[K, V]) error {
	var values filterValues
	for _, q := range queries {
		values.add(r.filterValue(q.key))
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
