package emulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// document is an OpenAPI document. This file implements the dozen keywords that the vendor's document uses. A library could
// validate responses, but the test also needs values that a schema permits and values that it forbids.
type document map[string]any

// schemaOf is a JSON schema within the document.
type schemaOf struct {
	document
	node map[string]any
}

func readDocument(t *testing.T, path string) document {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func at(node any, path ...string) any {
	for _, name := range path {
		object, _ := node.(map[string]any)
		node = object[name]
	}
	return node
}

// schema returns the node after following its reference.
func (d document) schema(node any) schemaOf {
	object, _ := node.(map[string]any)
	for object["$ref"] != nil {
		name := strings.TrimPrefix(object["$ref"].(string), "#/components/schemas/")
		object, _ = at(map[string]any(d), "components", "schemas", name).(map[string]any)
	}
	return schemaOf{d, object}
}

func (s schemaOf) kinds() (kinds []string) {
	switch k := s.node["type"].(type) {
	case string:
		kinds = []string{k}
	case []any:
		for _, each := range k {
			kinds = append(kinds, each.(string))
		}
	}
	return kinds
}

func (s schemaOf) kind() string {
	kinds := slices.DeleteFunc(s.kinds(), func(k string) bool { return k == "null" })
	if len(kinds) == 0 {
		return "" // anything
	}
	return kinds[0]
}

func (s schemaOf) list(name string) []any { l, _ := s.node[name].([]any); return l }

func (s schemaOf) number(name string) (int, bool) { n, is := s.node[name].(float64); return int(n), is }

func (s schemaOf) properties() map[string]any {
	p, _ := s.node["properties"].(map[string]any)
	return p
}

func (s schemaOf) pattern() string { p, _ := s.node["pattern"].(string); return p }

// breaksPattern returns false for patterns with more repetitions than package regexp supports.
func (s schemaOf) breaksPattern(text string) bool {
	pattern, err := regexp.Compile(s.pattern())
	return err == nil && !pattern.MatchString(text)
}

// samples contains values for members and formats that a schema does not describe sufficiently.
type samples map[string]any

// sample returns a value that the schema permits: the required members of an object, one item of a list.
func (s schemaOf) sample(name string, known samples) any {
	format, _ := s.node["format"].(string)
	for _, key := range []string{name, format, s.pattern()} {
		if value, is := known[key]; is && key != "" {
			return value
		}
	}
	if values := s.list("enum"); len(values) > 0 {
		return values[0]
	}
	switch s.kind() {
	case "boolean":
		return true
	case "integer":
		lowest, _ := s.number("minimum")
		return max(lowest, 100)
	case "array":
		return []any{s.schema(s.node["items"]).sample("", known)}
	case "object":
		object := s.required(known)
		if minItems, _ := s.number("minProperties"); len(object) < minItems {
			member := slices.Sorted(maps.Keys(s.properties()))[0]
			object[member] = s.schema(s.properties()[member]).sample(member, known)
		}
		return object
	}
	return "sample-of-16-letters"
}

// required returns an object with the members that the schema requires.
func (s schemaOf) required(known samples) map[string]any {
	object := map[string]any{}
	for member, node := range s.properties() {
		if slices.Contains(s.list("required"), any(member)) {
			object[member] = s.schema(node).sample(member, known)
		}
	}
	return object
}

// broken returns values that the schema forbids, by their violation.
func (s schemaOf) broken(name string, known samples) map[string]any {
	all := map[string]any{}
	add := func(what string, value any) { all[name+": "+what] = value }
	if kinds := s.kinds(); len(kinds) > 0 {
		wrong := any("text")
		if kinds[0] == "string" {
			wrong = 7
		}
		add("another type", wrong)
		if !slices.Contains(kinds, "null") {
			add("null", nil)
		}
	}
	if len(s.list("enum")) > 0 && s.kind() == "string" {
		add("not in the enum", "no-such-value")
	}
	if n, is := s.number("minLength"); is && n > 0 && len(s.list("enum")) == 0 {
		add("too short", strings.Repeat("a", n-1))
	}
	if n, is := s.number("maxLength"); is {
		add("too long", strings.Repeat("a", n+1))
	}
	if s.breaksPattern("<>") {
		add("against the pattern", "<>")
	}
	if n, is := s.number("minimum"); is {
		add("too small", n-1)
	}
	if n, is := s.number("maximum"); is {
		add("too large", n+1)
	}
	switch s.kind() {
	case "array":
		if n, _ := s.number("minItems"); n > 0 {
			add("too few", []any{})
		}
		for what, item := range s.schema(s.node["items"]).broken(name+"[]", known) {
			all[what] = []any{item}
		}
	case "object":
		s.brokenObjects(name, known, all)
	}
	return all
}

func (s schemaOf) brokenObjects(name string, known samples, all map[string]any) {
	sampleObject := func() map[string]any { return maps.Clone(s.sample("", known).(map[string]any)) }
	for _, member := range s.list("required") {
		object := sampleObject()
		delete(object, member.(string))
		all[fmt.Sprintf("%s: without %s", name, member)] = object
	}
	if s.node["additionalProperties"] == false {
		object := sampleObject()
		object["no_such_member"] = true
		all[name+": unknown member"] = object
	}
	if n, _ := s.number("minProperties"); n > 0 {
		all[name+": empty"] = map[string]any{}
	}
	for member, node := range s.properties() {
		for what, value := range s.schema(node).broken(strings.TrimPrefix(name+"."+member, "."), known) {
			object := sampleObject()
			object[member] = value
			all[what] = object
		}
	}
}

// check returns the violations of the schema by a value.
func (s schemaOf) check(path string, value any) (wrong []string) {
	if len(s.node) == 0 || value == nil && slices.Contains(s.kinds(), "null") {
		return nil
	}
	report := func(format string, args ...any) { wrong = append(wrong, path+" "+fmt.Sprintf(format, args...)) }
	if kind := s.kind(); kind != "" && kind != jsonType(value) && !(kind == "number" && jsonType(value) == "integer") {
		report("is %s, not %s", jsonType(value), kind)
		return wrong
	}
	if values := s.list("enum"); len(values) > 0 && !slices.Contains(values, value) {
		report("is %v, which the enum does not have", value)
	}
	if choices := s.list("oneOf"); len(choices) > 0 && !slices.ContainsFunc(choices, func(c any) bool { return len(s.schema(c).check(path, value)) == 0 }) {
		report("fits none of %d schemas", len(choices))
	}
	switch v := value.(type) {
	case string:
		if n, is := s.number("maxLength"); is && len([]rune(v)) > n {
			report("is longer than %d", n)
		}
		if n, is := s.number("minLength"); is && len([]rune(v)) < n {
			report("is shorter than %d", n)
		}
		if s.breaksPattern(v) {
			report("does not match %s", s.pattern())
		}
	case []any:
		for i, item := range v {
			wrong = append(wrong, s.schema(s.node["items"]).check(fmt.Sprintf("%s[%d]", path, i), item)...)
		}
	case map[string]any:
		for _, name := range s.list("required") {
			if _, there := v[name.(string)]; !there {
				report("lacks %s", name)
			}
		}
		for name, member := range v {
			node, known := s.properties()[name]
			if !known && s.node["additionalProperties"] == false {
				report("has %s, which the schema does not name", name)
			}
			wrong = append(wrong, s.schema(node).check(path+"."+name, member)...)
		}
	}
	return wrong
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
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	}
	return "object"
}
