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

// flaw is one thing wrong with a value, in the words of the tenant's own validator, and what else is wrong (GE004).
type flaw struct {
	text, path string
	unknown    string // the first of the members that are not known, if the flaw is about them
	next       *flaw
}

// told puts the flaws into one message, each with the prefix.
func (f *flaw) told(prefix string) string {
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

// and adds more flaws behind f; either may be nil.
func (f *flaw) and(more *flaw) *flaw {
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

// rule says what a value must look like; it returns nil if the value does.
type rule func(value any, path string) *flaw

func flawf(path, format string, args ...any) *flaw {
	return &flaw{text: fmt.Sprintf(format, args...), path: path}
}

func kindOf(value any) string {
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

func wrongKind(want string, value any, path string) *flaw {
	return flawf(path, "Expected type %s but found type %s", want, kindOf(value))
}

func boolean() rule {
	return func(value any, path string) *flaw {
		if _, ok := value.(bool); !ok {
			return wrongKind("boolean", value, path)
		}
		return nil
	}
}

// anything passes every value.
func anything() rule { return func(any, string) *flaw { return nil } }

// nullable passes null besides what r passes.
func nullable(r rule) rule {
	return func(value any, path string) *flaw {
		if value == nil {
			return nil
		}
		return r(value, path)
	}
}

// text is a string of shortest to longest letters; longest 0 is no limit.
func text(shortest, longest int, more ...rule) rule {
	return func(value any, path string) *flaw {
		s, ok := value.(string)
		if !ok {
			return wrongKind("string", value, path)
		}
		switch n := utf8.RuneCountInString(s); {
		case n < shortest:
			return flawf(path, "String is too short (%d chars), minimum %d", n, shortest)
		case longest > 0 && n > longest:
			return flawf(path, "String is too long (%d chars), maximum %d", n, longest)
		}
		for _, r := range more {
			if f := r(value, path); f != nil {
				return f
			}
		}
		return nil
	}
}

// matching is a string that pattern matches.
func matching(pattern string) rule {
	compiled := regexp.MustCompile(pattern)
	return func(value any, path string) *flaw {
		if s, ok := value.(string); ok && !compiled.MatchString(s) {
			return flawf(path, "String does not match pattern %s: %s", pattern, s)
		}
		return nil
	}
}

// format is a string for which valid holds; name is the format's name in messages.
func format(name string, valid func(string) bool) rule {
	return func(value any, path string) *flaw {
		if s, ok := value.(string); ok && !valid(s) {
			return flawf(path, "Object didn't pass validation for format %s: %s", name, s)
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
	return func(value any, path string) *flaw {
		s, ok := value.(string)
		if !ok {
			return wrongKind("string", value, path)
		}
		if !slices.Contains(values, s) {
			return flawf(path, "No enum match for: %s", s)
		}
		return nil
	}
}

// integer is any integer.
func integer() rule { return whole(math.MinInt64, -1) }

// whole is an integer from lowest to highest; highest below lowest is no upper limit.
func whole(lowest, highest int64) rule {
	return func(value any, path string) *flaw {
		n, ok := store.Object{{Name: "n", Value: value}}.Whole("n")
		switch {
		case !ok:
			return wrongKind("integer", value, path)
		case n < lowest:
			return flawf(path, "Value %d is less than minimum %d", n, lowest)
		case highest >= lowest && highest >= 0 && n > highest:
			return flawf(path, "Value %d is greater than maximum %d", n, highest)
		}
		return nil
	}
}

// list is an array of items of one kind, at least fewest of them.
func list(item rule, fewest int) rule {
	return func(value any, path string) *flaw {
		items, ok := value.([]any)
		if !ok {
			return wrongKind("array", value, path)
		}
		var f *flaw
		if len(items) < fewest {
			f = flawf(path, "Array is too short (%d), minimum %d", len(items), fewest)
		}
		for i, v := range slices.Backward(items) {
			f = f.and(item(v, path+"["+strconv.Itoa(i)+"]"))
		}
		return f
	}
}

// member is a named value of an object.
type member struct {
	name     string
	rule     rule
	required bool
}

// object is a JSON object with those members; others are refused unless it is open.
func object(open bool, members ...member) rule {
	return func(value any, path string) *flaw {
		o, ok := value.(store.Object)
		if !ok {
			return wrongKind("object", value, path)
		}
		return checkMembers(o, path, open, members)
	}
}

// checkMembers tells what is missing, what is too many, and then what is wrong with each member, the last one first, as
// the tenant's validator does.
func checkMembers(o store.Object, path string, open bool, members []member) *flaw {
	var f *flaw
	for _, m := range members {
		if m.required && !o.Has(m.name) {
			f = f.and(flawf(path, "Missing required property: %s", m.name))
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

func unknownMembers(o store.Object, path string, members []member) *flaw {
	var extra []string
	for _, m := range o {
		if memberNamed(members, m.Name) < 0 {
			extra = append(extra, m.Name)
		}
	}
	if extra == nil {
		return nil
	}
	f := flawf(path, "Additional properties not allowed: %s", strings.Join(extra, ","))
	f.unknown = extra[0]
	return f
}

func memberNamed(members []member, name string) int {
	return slices.IndexFunc(members, func(m member) bool { return m.name == name })
}

// exactlyOne is an object with one member and no more.
func exactlyOne(r rule) rule {
	return func(value any, path string) *flaw {
		if f := r(value, path); f != nil {
			return f
		}
		switch o, _ := value.(store.Object); {
		case len(o) < 1:
			return flawf(path, "Too few properties defined (0), minimum 1")
		case len(o) > 1:
			return flawf(path, "Too many properties defined (%d), maximum 1", len(o))
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
