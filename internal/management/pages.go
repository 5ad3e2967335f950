package management

import "iter"

// pageSize is the largest page that Auth0 serves.
const pageSize = 100

// numbered reads numbered pages, from 0, until one is short. The total that comes along is not to be trusted. An object
// that moves to the next page, because another was deleted or added meanwhile, is not told twice.
//
// fetch returns a page and the size of page that the tenant keeps to, 0 where it does not say.
func numbered[T any](fetch func(page int) (items []T, size int, err error), id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[string]bool{}
		for page := 0; ; page++ {
			items, size, err := fetch(page)
			if !each(items, err, seen, id, yield) {
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

// linked reads pages that each name the next one, until none is named.
func linked[T any](fetch func(from string) (items []T, next string, err error), id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[string]bool{}
		for from := ""; ; {
			items, next, err := fetch(from)
			if !each(items, err, seen, id, yield) || next == "" || next == from || len(items) == 0 {
				return
			}
			from = next
		}
	}
}

// each yields the items of a page that were not seen before, and reports whether to go on.
func each[T any](items []T, err error, seen map[string]bool, id func(T) string, yield func(T, error) bool) bool {
	if err != nil {
		var none T
		yield(none, err)
		return false
	}
	for _, item := range items {
		if err := whole("list", id(item), false); err != nil {
			yield(item, err)
			return false
		}
		if seen[id(item)] {
			continue
		}
		seen[id(item)] = true
		if !yield(item, nil) {
			return false
		}
	}
	return true
}
