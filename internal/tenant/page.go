package tenant

// Page is the part of a list that one request returns, at most 100 objects. A page omits objects that cannot be decoded, for which a
// List fails, so absence from all pages does not mean that an object does not exist.
type Page[T any] struct {
	Items []T
	Next  string // opaque cursor of the next page; empty if there is none, or none that can be requested by itself
	Total int    // number of objects of the whole list; 0 if the response does not contain it
}
