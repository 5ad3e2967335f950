package management

import "github.com/timesheets/terraform-provider-timesheets/internal/tenant"

// The SDK says "absent" with nil pointers. These few functions are where that is translated.

// given is a pointer to value, nil for the zero value.
func given[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

func pointer[T any](value T) *T { return &value }

func valueOr[T any](value *T, absent T) T {
	if value == nil {
		return absent
	}
	return *value
}

// put hands a change to a setter of the SDK: nil, which the setter sends as null, for a field that is taken away.
func put[From, To any](change tenant.Change[From], set func(To), convert func(From) To) {
	if change.Unsets() {
		var none To
		set(none)
	}
	if value, ok := change.Value(); ok {
		set(convert(value))
	}
}

// stays reports whether the tenant has what a change set.
func stays[T comparable](change tenant.Change[T], got T) bool {
	value, ok := change.Value()
	return !ok || value == got
}

// converted is never nil.
func converted[From, To any](from []From, convert func(From) To) []To {
	to := make([]To, 0, len(from))
	for _, item := range from {
		to = append(to, convert(item))
	}
	return to
}
