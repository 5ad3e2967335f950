// Package secret is a credential that cannot print itself.
package secret

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// hidden is what every printing path shows instead of the credential.
const hidden = "(hidden)"

// Value holds a credential. Whatever prints it (fmt with any verb, log/slog, encoding/json) shows "(hidden)"; Reveal is
// the only way to the text. The zero Value is empty.
//
// The text lives in a closure and not in a string field: fmt does not call methods of values in unexported fields, so
// a string would be printed by %+v of any struct around it.
type Value struct {
	reveal func() string
}

// New wraps text.
func New(text string) Value {
	if text == "" {
		return Value{}
	}
	return Value{reveal: func() string { return text }}
}

// Reveal returns the credential itself, for the one place that sends it.
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

// Format implements fmt.Formatter, so that no verb reaches the value.
func (Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalJSON implements json.Marshaler.
func (Value) MarshalJSON() ([]byte, error) { return json.Marshal(hidden) }

// LogValue implements slog.LogValuer.
func (Value) LogValue() slog.Value { return slog.StringValue(hidden) }
