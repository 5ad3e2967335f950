package management

import (
	"cmp"
	"errors"
	"iter"
	"strconv"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// pageSize is the largest page that Auth0 serves.
const pageSize = 100

// page is what one request brings of a list.
type page[T any] struct {
	tenant.Page[T]
	sent int             // how many objects the answer had, those that cannot be read included
	odd  error           // why some of them are not among Items; nil when all are
	thin map[string]bool // ids of those that show less than a Get would
}

// newPage converts a page. The transport has put nil in the place of elements that are not of its kind: they are skipped.
func newPage[From, To any](from []*From, unread int, convert func(*From) To) page[To] {
	got := page[To]{sent: len(from) + unread, thin: map[string]bool{}}
	for _, one := range from {
		if one != nil {
			got.Items = append(got.Items, convert(one))
		}
	}
	if len(got.Items) < got.sent {
		got.odd = incomplete("list")
	}
	return got
}

// numbered makes a page one of those that the tenant numbers, from 0: another one follows where this one is full.
// Size is the size of page that the tenant keeps to, and total how long it says the list is; 0 where it does not say.
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

// pageNumber is the number of the page that starts at from.
func pageNumber(operation, from string) (int, error) {
	number, err := strconv.Atoi(cmp.Or(from, "0"))
	if err != nil {
		return 0, &tenant.Unavailable{Reply: tenant.Reply{Operation: operation}, Cause: err}
	}
	return number, nil
}

var errShort = errors.New("the list ended before all of it was told")

// listed reads page after page, until none is named. An object that moves to the next page, because another was deleted
// or added meanwhile, is not told twice. Of a page with objects that cannot be read the others are told first. A list that
// ends well has told all there is: one that goes on without anything new, or has told less than its total, ends in an
// error. A total that is too small means nothing (CG012).
func listed[T any](fetch func(from string) (page[T], error), id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		told := listing[T]{id: id, seen: map[string]bool{}, yield: yield}
		for from := ""; ; {
			got, err := fetch(from)
			if !told.page(got, err) {
				return
			}
			from = got.Next
		}
	}
}

// listing is a list that is being told.
type listing[T any] struct {
	id    func(T) string
	seen  map[string]bool
	yield func(T, error) bool
}

// page yields what is new on a page, and reports whether to fetch another: one is named, something was new, nothing
// failed, and whoever listens wants more.
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
		err = got.odd
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

// short reports whether a list cannot be told to its end: a page that names another has nothing new, or the last leaves
// some of the total out.
func (l listing[T]) short(got page[T], before int) bool {
	if got.Next != "" {
		return len(l.seen) == before
	}
	return got.Total > len(l.seen)
}
