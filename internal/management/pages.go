package management

import "iter"

// pageSize is the largest page that Auth0 serves.
const pageSize = 100

// numbered reads numbered pages, from 0, until one is short or has nothing new. The total that comes along is not to be
// trusted. An object that moves to the next page, because another was deleted or added meanwhile, is not told twice.
//
// fetch returns a page and the size of page that the tenant keeps to, 0 where it does not say.
func numbered[T any](fetch func(page int) (items []T, size int, err error), id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		told := listing[T]{id: id, seen: map[string]bool{}, yield: yield}
		for page := 0; ; page++ {
			items, size, err := fetch(page)
			if !told.page(items, err) {
				return
			}
			if size <= 0 || size > pageSize {
				size = pageSize
			}
			if len(items) < size {
				return
			}
		}
	}
}

// linked reads pages that each name the next one, until none is named or one has nothing new.
func linked[T any](fetch func(from string) (items []T, next string, err error), id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		told := listing[T]{id: id, seen: map[string]bool{}, yield: yield}
		for from := ""; ; {
			items, next, err := fetch(from)
			if !told.page(items, err) || next == "" {
				return
			}
			from = next
		}
	}
}

// listing is a list that is being told.
type listing[T any] struct {
	id    func(T) string
	seen  map[string]bool
	yield func(T, error) bool
}

// page yields what is new on a page, and reports whether there is reason to fetch another: something was new, nothing
// failed, and whoever listens wants more.
func (l listing[T]) page(items []T, err error) (more bool) {
	var none T
	if err != nil {
		l.yield(none, err)
		return false
	}
	before := len(l.seen)
	for _, item := range items {
		if err := whole("list", l.id(item), false); err != nil {
			l.yield(none, err)
			return false
		}
		if l.seen[l.id(item)] {
			continue
		}
		l.seen[l.id(item)] = true
		if !l.yield(item, nil) {
			return false
		}
	}
	return len(l.seen) > before
}
