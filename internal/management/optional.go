package management

// The SDK represents absent members by nil pointers. These functions convert them.

// nonZero returns a pointer to value, or nil for the zero value.
func nonZero[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

func valueOr[T any](value *T, absent T) T {
	if value == nil {
		return absent
	}
	return *value
}

// mapSlice converts each element. The result is never nil.
func mapSlice[From, To any](from []From, convert func(From) To) []To {
	to := make([]To, 0, len(from))
	for _, item := range from {
		to = append(to, convert(item))
	}
	return to
}
