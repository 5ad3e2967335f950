package emulator

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// violation describes a violation of the schema, in the words of the tenant's own validator. Violations form a linked list
// (GE004).
type violation struct {
	text, path string
	unknown    string // the first of the unknown members, if the violation is about them
	next       *violation
}

// message joins the violations into one message, each with the prefix.
func (f *violation) message(prefix string) string {
	var all []string
	for ; f != nil; f = f.next {
		place := ""
		if f.path != "" {
			place = " on property " + f.path
		}
		all = append(all, prefix+": '"+f.text+"'"+place+".")
	}
	return strings.Join(all, " (also) ")
}

// and appends more violations. Either can be nil.
func (f *violation) and(more *violation) *violation {
	if f == nil {
		return more
	}
	last := f
	for last.next != nil {
		last = last.next
	}
	last.next = more
	return f
}

// rule checks a value and returns nil if it is valid.
type rule func(value any, path string) *violation

func violationf(path, format string, args ...any) *violation {
	return &violation{text: fmt.Sprintf(format, args...), path: path}
}

func jsonType(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case store.Object:
		return "object"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "integer"
		}
	}
	return "number"
}

func wrongType(want string, value any, path string) *violation {
	return violationf(path, "Expected type %s but found type %s", want, jsonType(value))
}

func boolean() rule {
	return func(value any, path string) *violation {
		if _, ok := value.(bool); !ok {
			return wrongType("boolean", value, path)
		}
		return nil
	}
}

// anything accepts every value.
func anything() rule { return func(any, string) *violation { return nil } }

// nullable accepts null besides what r accepts.
func nullable(r rule) rule {
	return func(value any, path string) *violation {
		if value == nil {
			return nil
		}
		return r(value, path)
	}
}

// text accepts a string of minLength to maxLength characters. If maxLength is 0, there is no upper limit.
func text(minLength, maxLength int, more ...rule) rule {
	return func(value any, path string) *violation {
		s, ok := value.(string)
		if !ok {
			return wrongType("string", value, path)
		}
		switch n := utf8.RuneCountInString(s); {
		case n < minLength:
			return violationf(path, "String is too short (%d chars), minimum %d", n, minLength)
		case maxLength > 0 && n > maxLength:
			return violationf(path, "String is too long (%d chars), maximum %d", n, maxLength)
		}
		for _, r := range more {
			if f := r(value, path); f != nil {
				return f
			}
		}
		return nil
	}
}

// matching accepts a string that matches pattern.
func matching(pattern string) rule {
	compiled := regexp.MustCompile(pattern)
	return func(value any, path string) *violation {
		if s, ok := value.(string); ok && !compiled.MatchString(s) {
			return violationf(path, "String does not match pattern %s: %s", pattern, s)
		}
		return nil
	}
}

// format accepts a string for which valid returns true. name is the format's name in messages.
func format(name string, valid func(string) bool) rule {
	return func(value any, path string) *violation {
		if s, ok := value.(string); ok && !valid(s) {
			return violationf(path, "Object didn't pass validation for format %s: %s", name, s)
		}
		return nil
	}
}

func dateTime() rule {
	return text(0, 0, format("date-time", func(s string) bool {
		_, err := time.Parse(time.RFC3339, s)
		return err == nil
	}))
}

func oneOf(values ...string) rule {
	return func(value any, path string) *violation {
		s, ok := value.(string)
		if !ok {
			return wrongType("string", value, path)
		}
		if !slices.Contains(values, s) {
			return violationf(path, "No enum match for: %s", s)
		}
		return nil
	}
}

// integer accepts any integer.
func integer() rule { return integerRange(math.MinInt64, -1) }

// integerRange accepts an integer from lowest to highest. If highest is below lowest, there is no upper limit.
func integerRange(lowest, highest int64) rule {
	return func(value any, path string) *violation {
		n, ok := store.Object{{Name: "n", Value: value}}.Integer("n")
		switch {
		case !ok:
			return wrongType("integer", value, path)
		case n < lowest:
			return violationf(path, "Value %d is less than minimum %d", n, lowest)
		case highest >= lowest && highest >= 0 && n > highest:
			return violationf(path, "Value %d is greater than maximum %d", n, highest)
		}
		return nil
	}
}

// list accepts an array of at least minItems items, each of which item accepts.
func list(item rule, minItems int) rule {
	return func(value any, path string) *violation {
		items, ok := value.([]any)
		if !ok {
			return wrongType("array", value, path)
		}
		var f *violation
		if len(items) < minItems {
			f = violationf(path, "Array is too short (%d), minimum %d", len(items), minItems)
		}
		for i, v := range slices.Backward(items) {
			f = f.and(item(v, path+"["+strconv.Itoa(i)+"]"))
		}
		return f
	}
}

// member is the rule for one member of an object.
type member struct {
	name     string
	rule     rule
	required bool
}

// object accepts a JSON object with these members. Other members are rejected unless it is open.
func object(open bool, members ...member) rule {
	return func(value any, path string) *violation {
		o, ok := value.(store.Object)
		if !ok {
			return wrongType("object", value, path)
		}
		return checkMembers(o, path, open, members)
	}
}

// checkMembers reports missing members, unknown members, and then the violations of each member, from the last to the
// first, as the tenant's validator does.
func checkMembers(o store.Object, path string, open bool, members []member) *violation {
	var f *violation
	for _, m := range members {
		if m.required && !o.Has(m.name) {
			f = f.and(violationf(path, "Missing required property: %s", m.name))
		}
	}
	if !open {
		f = f.and(unknownMembers(o, path, members))
	}
	for _, m := range slices.Backward(o) {
		if i := memberNamed(members, m.Name); i >= 0 {
			f = f.and(members[i].rule(m.Value, join(path, m.Name)))
		}
	}
	return f
}

func unknownMembers(o store.Object, path string, members []member) *violation {
	var extra []string
	for _, m := range o {
		if memberNamed(members, m.Name) < 0 {
			extra = append(extra, m.Name)
		}
	}
	if extra == nil {
		return nil
	}
	f := violationf(path, "Additional properties not allowed: %s", strings.Join(extra, ","))
	f.unknown = extra[0]
	return f
}

func memberNamed(members []member, name string) int {
	return slices.IndexFunc(members, func(m member) bool { return m.name == name })
}

// exactlyOne accepts an object with exactly one member.
func exactlyOne(r rule) rule {
	return func(value any, path string) *violation {
		if f := r(value, path); f != nil {
			return f
		}
		switch o, _ := value.(store.Object); {
		case len(o) < 1:
			return violationf(path, "Too few properties defined (0), minimum 1")
		case len(o) > 1:
			return violationf(path, "Too many properties defined (%d), maximum 1", len(o))
		}
		return nil
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
