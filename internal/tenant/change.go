package tenant

// Change says what an update does to one field. The zero value leaves it as it is.
type Change[T any] struct {
	kind  changeKind
	value T
}

type changeKind uint8

const (
	untouched changeKind = iota
	set
	unset
)

// Set is a change to value.
func Set[T any](value T) Change[T] { return Change[T]{kind: set, value: value} }

// Unset is a change that takes the field away.
func Unset[T any]() Change[T] { return Change[T]{kind: unset} }

// Touched reports whether there is a change at all.
func (c Change[T]) Touched() bool { return c.kind != untouched }

// Unsets reports whether the field is taken away.
func (c Change[T]) Unsets() bool { return c.kind == unset }

// Value is the new value; false when the field is untouched or taken away.
func (c Change[T]) Value() (T, bool) { return c.value, c.kind == set }

// differing is the change from prior to planned, untouched when they are equal.
func differing[T comparable](prior, planned T) Change[T] {
	if prior == planned {
		return Change[T]{}
	}
	return Set(planned)
}

// optional is the change from prior to planned of a field whose zero value means that it is not there.
func optional[T comparable](prior, planned T) Change[T] {
	var none T
	if planned == none && prior != none {
		return Unset[T]()
	}
	return differing(prior, planned)
}
