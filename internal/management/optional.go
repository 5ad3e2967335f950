package management

// The SDK says "absent" with nil pointers. These few functions are where that is translated.

// given is a pointer to value, nil for the zero value.
func given[T comparable](value T) *T {
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

// converted is never nil.
func converted[From, To any](from []From, convert func(From) To) []To {
	to := make([]To, 0, len(from))
	for _, item := range from {
		to = append(to, convert(item))
	}
	return to
}
