// Package secret provides a type for credentials that does not print its value.
package secret

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// hidden is printed instead of a credential.
const hidden = "(hidden)"

// Value contains a credential. fmt with any verb, log/slog and encoding/json print "(hidden)". Only Reveal returns the text.
// The zero Value is empty.
//
// The text is stored in a closure and not in a string field, because fmt does not call methods of values in unexported
// fields, so that %+v of a struct with a Value would print a string.
type Value struct {
	reveal func() string
}

// New returns a Value with a text.
func New(text string) Value {
	if text == "" {
		return Value{}
	}
	return Value{reveal: func() string { return text }}
}

// Reveal returns the credential. Call it only where the credential is sent.
func (v Value) Reveal() string {
	if v.reveal == nil {
		return ""
	}
	return v.reveal()
}

// Empty reports whether there is no credential.
func (v Value) Empty() bool { return v.reveal == nil }

// String implements fmt.Stringer.
func (Value) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (Value) GoString() string { return hidden }

// Format implements fmt.Formatter for every verb.
func (Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalJSON implements json.Marshaler.
func (Value) MarshalJSON() ([]byte, error) { return json.Marshal(hidden) }

// LogValue implements slog.LogValuer.
func (Value) LogValue() slog.Value { return slog.StringValue(hidden) }
