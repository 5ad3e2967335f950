package emulator

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// flaw is the first thing wrong with a value, in the words of the tenant's own validator (GE004).
type flaw struct{ text, path string }

func (f *flaw) String() string {
	if f.path == "" {
		return "'" + f.text + "'."
	}
	return "'" + f.text + "' on property " + f.path + "."
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

// whole is an integer from lowest to highest; highest below lowest is no upper limit.
func whole(lowest, highest int64) rule {
	return func(value any, path string) *flaw {
		n, ok := store.Object{{Name: "n", Value: value}}.Whole("n")
		switch {
		case !ok:
			return wrongKind("integer", value, path)
		case n < lowest:
			return flawf(path, "Value %d is less than minimum %d", n, lowest)
		case highest >= lowest && n > highest:
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
		if len(items) < fewest {
			return flawf(path, "Array is too short (%d), minimum %d", len(items), fewest)
		}
		for i, v := range items {
			if f := item(v, path+"["+strconv.Itoa(i)+"]"); f != nil {
				return f
			}
		}
		return nil
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

func checkMembers(o store.Object, path string, open bool, members []member) *flaw {
	for _, m := range members {
		if m.required && !o.Has(m.name) {
			return flawf(path, "Missing required property: %s", m.name)
		}
	}
	known := func(name string) bool {
		return slices.ContainsFunc(members, func(m member) bool { return m.name == name })
	}
	if !open {
		if extra := slices.DeleteFunc(o.Names(), known); len(extra) > 0 {
			return flawf(path, "Additional properties not allowed: %s", strings.Join(extra, ","))
		}
	}
	for _, m := range members {
		value, there := o.Get(m.name)
		if !there {
			continue
		}
		if f := m.rule(value, join(path, m.name)); f != nil {
			return f
		}
	}
	return nil
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
