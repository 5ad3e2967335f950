package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Object is a JSON object that preserves the order of its members. A member's value is nil (null), bool, json.Number,
// string, []any or Object. An absent member is not the same as null.
type Object []Member

// Member is a name and its value.
type Member struct {
	Name  string
	Value any
}

// ErrNotObject is the error of ParseObject for valid JSON that is not an object.
var ErrNotObject = errors.New("not a JSON object")

// ParseObject parses exactly one JSON object. The last value of a duplicate member counts, as in JavaScript.
func ParseObject(data []byte) (Object, error) {
	value, err := Parse(data)
	if err != nil {
		return nil, err
	}
	object, ok := value.(Object)
	if !ok {
		return nil, ErrNotObject
	}
	return object, nil
}

// Limits of a JSON text. They limit the stack and the memory that a short text can use.
const (
	maxDepth  = 100
	maxValues = 200_000
)

// Errors of Parse for JSON beyond the limits.
var (
	ErrTooDeep = fmt.Errorf("objects and arrays are nested more than %d levels deep", maxDepth)
	ErrTooMany = fmt.Errorf("more than %d values", maxValues)
)

// Parse parses exactly one JSON value.
func Parse(data []byte) (any, error) {
	decoder := &parser{Decoder: json.NewDecoder(bytes.NewReader(data))}
	decoder.UseNumber()
	value, err := decoder.value()
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the JSON value")
	}
	return value, nil
}

// parser counts what it has read.
type parser struct {
	*json.Decoder
	depth, values int
}

func (p *parser) value() (any, error) {
	token, err := p.Token()
	if err != nil {
		return nil, err
	}
	if p.values++; p.values > maxValues {
		return nil, ErrTooMany
	}
	delim, nested := token.(json.Delim)
	if !nested {
		return token, nil
	}
	if p.depth++; p.depth > maxDepth {
		return nil, ErrTooDeep
	}
	defer func() { p.depth-- }()
	if delim == '{' {
		return p.members()
	}
	return p.items()
}

func (p *parser) members() (Object, error) {
	object, places := Object{}, map[string]int{}
	for p.More() {
		token, err := p.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("a member's name is %v", token)
		}
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		if place, again := places[name]; again {
			object[place].Value = value
			continue
		}
		places[name] = len(object)
		object = append(object, Member{Name: name, Value: value})
	}
	_, err := p.Token()
	return object, err
}

func (p *parser) items() ([]any, error) {
	items := []any{}
	for p.More() {
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		items = append(items, value)
	}
	_, err := p.Token()
	return items, err
}

// Get returns the value of a member, and whether the member exists.
func (o Object) Get(name string) (any, bool) {
	for i := range o {
		if o[i].Name == name {
			return o[i].Value, true
		}
	}
	return nil, false
}

// Has reports whether the member exists, even if it is null.
func (o Object) Has(name string) bool {
	_, ok := o.Get(name)
	return ok
}

// Text returns the member's value if it is a string, otherwise "".
func (o Object) Text(name string) string {
	value, _ := o.Get(name)
	text, _ := value.(string)
	return text
}

// Flag returns the member's value if it is a boolean, otherwise false.
func (o Object) Flag(name string) bool {
	value, _ := o.Get(name)
	flag, _ := value.(bool)
	return flag
}

// Integer returns the member's value if it is a number without a fraction.
func (o Object) Integer(name string) (int64, bool) {
	value, _ := o.Get(name)
	if whole, ready := value.(int64); ready {
		return whole, true
	}
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	whole, err := number.Int64()
	if err == nil {
		return whole, true
	}
	float, err := number.Float64()
	return int64(float), err == nil && float == float64(int64(float))
}

// Child returns the member's value if it is an object, otherwise nil.
func (o Object) Child(name string) Object {
	value, _ := o.Get(name)
	child, _ := value.(Object)
	return child
}

// Items returns the member's value if it is an array, otherwise nil.
func (o Object) Items(name string) []any {
	value, _ := o.Get(name)
	items, _ := value.([]any)
	return items
}

// Texts returns the strings of the member's array.
func (o Object) Texts(name string) []string {
	var texts []string
	for _, item := range o.Items(name) {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// Names returns the members' names in order.
func (o Object) Names() []string {
	names := make([]string, len(o))
	for i := range o {
		names[i] = o[i].Name
	}
	return names
}

// Set replaces the member's value in place, or appends the member.
func (o *Object) Set(name string, value any) {
	for i := range *o {
		if (*o)[i].Name == name {
			(*o)[i].Value = value
			return
		}
	}
	*o = append(*o, Member{Name: name, Value: value})
}

// Remove removes the member if it exists.
func (o *Object) Remove(name string) {
	*o = slices.DeleteFunc(*o, func(m Member) bool { return m.Name == name })
}

// Clone returns a deep copy of the object.
func (o Object) Clone() Object {
	clone, _ := cloneValue(o).(Object)
	return clone
}

func cloneValue(value any) any {
	switch v := value.(type) {
	case Object:
		clone := make(Object, len(v))
		for i, member := range v {
			clone[i] = Member{Name: member.Name, Value: cloneValue(member.Value)}
		}
		return clone
	case []any:
		clone := make([]any, len(v))
		for i, item := range v {
			clone[i] = cloneValue(item)
		}
		return clone
	default:
		return value
	}
}

// MarshalJSON implements json.Marshaler.
func (o Object) MarshalJSON() ([]byte, error) { return o.Encode(), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (o *Object) UnmarshalJSON(data []byte) error {
	parsed, err := ParseObject(data)
	if err != nil {
		return err
	}
	*o = parsed
	return nil
}
