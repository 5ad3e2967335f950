package store

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// Encode returns the object as compact JSON, with members in order, and strings and numbers as JavaScript writes them.
func (o Object) Encode() []byte { return AppendValue(nil, o) }

// AppendValue appends one value as compact JSON. It accepts the values that Parse returns, and int, int64 and []string.
func AppendValue(out []byte, value any) []byte {
	switch v := value.(type) {
	case Object:
		return appendMembers(out, v)
	case []any:
		return appendItems(out, len(v), func(i int) any { return v[i] })
	case []Object:
		return appendItems(out, len(v), func(i int) any { return v[i] })
	case []string:
		return appendItems(out, len(v), func(i int) any { return v[i] })
	case string:
		return appendText(out, v)
	case bool:
		return strconv.AppendBool(out, v)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case int64:
		return strconv.AppendInt(out, v, 10)
	case json.Number:
		return appendNumber(out, v)
	case json.RawMessage:
		return append(out, v...)
	default:
		return append(out, "null"...)
	}
}

func appendMembers(out []byte, object Object) []byte {
	out = append(out, '{')
	for i, member := range object {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendText(out, member.Name), ':')
		out = AppendValue(out, member.Value)
	}
	return append(out, '}')
}

func appendItems(out []byte, count int, item func(int) any) []byte {
	out = append(out, '[')
	for i := range count {
		if i > 0 {
			out = append(out, ',')
		}
		out = AppendValue(out, item(i))
	}
	return append(out, ']')
}

// appendNumber writes integers without fraction or exponent: 1.0 and 1e3 are stored and returned as 1 and 1000.
func appendNumber(out []byte, number json.Number) []byte {
	if _, err := number.Int64(); err == nil && number != "-0" {
		return append(out, number...)
	}
	float, err := number.Float64()
	if err != nil {
		return append(out, "null"...) // beyond the range of JavaScript numbers
	}
	if float == 0 {
		return append(out, '0')
	}
	encoded, err := json.Marshal(float)
	if err != nil {
		return append(out, "null"...)
	}
	return append(out, encoded...)
}

func appendText(out []byte, text string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for i := 0; i < len(text); {
		c := text[i]
		switch letter := shortEscape(c); {
		case letter != 0:
			out = append(out, '\\', letter)
		case c < 0x20:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(text[i:])
			out = utf8.AppendRune(out, r)
			i += size
			continue
		default:
			out = append(out, c)
		}
		i++
	}
	return append(out, '"')
}

// shortEscape returns the character that represents c after a backslash, or 0.
func shortEscape(c byte) byte {
	switch c {
	case '"', '\\':
		return c
	case '\b':
		return 'b'
	case '\f':
		return 'f'
	case '\n':
		return 'n'
	case '\r':
		return 'r'
	case '\t':
		return 't'
	default:
		return 0
	}
}
