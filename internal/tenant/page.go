package tenant

// Page is a part of a list, as one request brings it: a hundred objects at most. Where a List fails on an object that
// cannot be read, a page leaves it out: that an object is not on any page tells nothing about whether it exists.
type Page[T any] struct {
	Items []T
	Next  string // opaque; what to ask the next page from. Empty: this is the last, or the last that can be asked for by itself
	Total int    // how many objects the whole list has, by the tenant's word; 0: it does not say
}
