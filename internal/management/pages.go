package management

import (
	"cmp"
	"errors"
	"iter"
	"net/http"
	"strconv"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// pageSize is the size of the largest page.
const pageSize = 100

// page is the part of a list that one request returns.
type page[T any] struct {
	tenant.Page[T]
	sent          int             // number of objects in the response, including undecodable ones
	skippedErr    error           // why some of them are not in Items; nil if all are
	incompleteIDs map[string]bool // IDs of those that contain less than a GET returns
}

// newPage converts a page. It skips elements that the transport replaced by nil because they are not objects of the list.
func newPage[From, To any](from []*From, unread int, convert func(*From) To) page[To] {
	got := page[To]{sent: len(from) + unread, incompleteIDs: map[string]bool{}}
	for _, one := range from {
		if one != nil {
			got.Items = append(got.Items, convert(one))
		}
	}
	if len(got.Items) < got.sent {
		got.skippedErr = incomplete("list")
	}
	return got
}

// numbered sets the position of a numbered page. Another page follows if this one is full. size is the page size of the tenant, total
// the length of the list; 0 if the response does not contain them.
func (p page[T]) numbered(number, size, total int) page[T] {
	if size <= 0 || size > pageSize {
		size = pageSize
	}
	if p.sent >= size {
		p.Next = strconv.Itoa(number + 1)
	}
	p.Total = total
	return p
}

// pageNumber returns the number of the page at a position.
func pageNumber(operation, from string) (int, error) {
	number, err := strconv.Atoi(cmp.Or(from, "0"))
	if err != nil {
		return 0, &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: err}
	}
	return number, nil
}

var errShort = errors.New("the list ended before its total")

// listed iterates over all pages. It skips duplicates, which occur if objects are added or deleted meanwhile, and yields the decodable
// objects of a page before its error. A list that does not advance, or that ends before its total, ends with an error. A total that
// is too small has no meaning (CG012).
func listed[T any](fetch func(from string) (page[T], error), id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		list := listing[T]{id: id, seen: map[string]bool{}, yield: yield}
		for from := ""; ; {
			got, err := fetch(from)
			if !list.page(got, err) {
				return
			}
			from = got.Next
		}
	}
}

// listing is the state of an iteration over a list.
type listing[T any] struct {
	id    func(T) string
	seen  map[string]bool
	yield func(T, error) bool
}

// page yields the new objects of a page, and reports whether to fetch another one: there is one, something was new, nothing failed, and
// the caller continues.
func (l listing[T]) page(got page[T], err error) (more bool) {
	before := len(l.seen)
	for _, item := range got.Items {
		if l.seen[l.id(item)] {
			continue
		}
		l.seen[l.id(item)] = true
		if !l.yield(item, nil) {
			return false
		}
	}
	if err == nil {
		err = got.skippedErr
	}
	if err == nil && l.short(got, before) {
		err = &tenant.Unavailable{Reply: tenant.Reply{Operation: "list"}, Cause: errShort}
	}
	if err != nil {
		var none T
		l.yield(none, err)
		return false
	}
	return got.Next != ""
}

// short reports whether a list is incomplete: a page with a successor has nothing new, or the last page does not reach the total.
func (l listing[T]) short(got page[T], before int) bool {
	if got.Next != "" {
		return len(l.seen) == before
	}
	return got.Total > len(l.seen)
}

// maxOffset is the number of objects that numbered pages reach in a list with checkpoints (GE019).
const maxOffset = 1000

var errDeep = errors.New("numbered pages reach the first " + strconv.Itoa(maxOffset) + " objects of a list")

// checkpoint requests the objects after a position, for lists for which the SDK knows only numbered pages. It removes the page number
// and size that the SDK adds, and keeps filters.
type checkpoint struct {
	way  transport.Doer
	from string // opaque; empty at the beginning
}

// Do implements transport.Doer.
func (c checkpoint) Do(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	for _, numbered := range []string{"page", "per_page", "include_totals"} {
		query.Del(numbered)
	}
	query.Set("take", strconv.Itoa(pageSize))
	if c.from != "" {
		query.Set("from", c.from)
	}
	r = r.Clone(r.Context())
	r.URL.RawQuery = query.Encode()
	return c.way.Do(r)
}

// nextOf returns the position of the next page, or "" after the last one. For lists that the SDK considers numbered, it is among the
// members that the SDK does not know.
func nextOf(unknown map[string]any) string {
	next, _ := unknown["next"].(string)
	return next
}

// pageNumberWithin returns the number of the page at a position, if numbers reach it. Pages beyond are not requested, because the tenant
// rejects them.
func pageNumberWithin(operation, from string) (int, error) {
	number, err := pageNumber(operation, from)
	if err == nil && number >= maxOffset/pageSize {
		err = &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: errDeep}
	}
	return number, err
}

// capOffset ends a list of numbered pages where numbers do not reach further.
func (p page[T]) capOffset(number int) page[T] {
	if number+1 >= maxOffset/pageSize {
		p.Next = ""
	}
	return p
}
