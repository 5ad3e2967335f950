package convergence_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// configuration is what a user writes: resources by address.
type configuration map[string]resource

// resource is one resource block. Values are strings, booleans, integers, lists, maps and references.
type resource struct {
	address string
	values  map[string]any
	ignore  []string // attributes of ignore_changes
}

// reference is an attribute of another resource.
type reference struct{ address, attribute string }

func kindOf(address string) string {
	kind, _, _ := strings.Cut(address, ".")
	return kind
}

// references returns the addresses that a resource refers to.
func (r resource) references() []string {
	var found []string
	var visit func(any)
	visit = func(value any) {
		switch value := value.(type) {
		case reference:
			found = append(found, value.address)
		case []any:
			for _, element := range value {
				visit(element)
			}
		case map[string]any:
			for _, element := range value {
				visit(element)
			}
		}
	}
	visit(r.values)
	slices.Sort(found)
	return slices.Compact(found)
}

// dependencies returns the addresses that a resource refers to, directly or through others, as Terraform stores them.
func (c configuration) dependencies(address string) []string {
	found := map[string]bool{}
	var visit func(string)
	visit = func(from string) {
		for _, to := range c[from].references() {
			if !found[to] {
				found[to] = true
				visit(to)
			}
		}
	}
	visit(address)
	return slices.Sorted(maps.Keys(found))
}

// String returns the configuration in HCL.
func (c configuration) String() string {
	var text strings.Builder
	for _, address := range slices.Sorted(maps.Keys(c)) {
		r := c[address]
		kind, name, _ := strings.Cut(address, ".")
		fmt.Fprintf(&text, "resource %q %q {\n", kind, name)
		for _, attribute := range slices.Sorted(maps.Keys(r.values)) {
			fmt.Fprintf(&text, "  %s = %s\n", attribute, expression(r.values[attribute]))
		}
		if r.ignore != nil {
			fmt.Fprintf(&text, "  lifecycle {\n    ignore_changes = [%s]\n  }\n", strings.Join(r.ignore, ", "))
		}
		text.WriteString("}\n")
	}
	return text.String()
}

func expression(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return fmt.Sprintf("%q", value)
	case reference:
		return value.address + "." + value.attribute
	case []any:
		elements := make([]string, 0, len(value))
		for _, element := range value {
			elements = append(elements, expression(element))
		}
		return "[" + strings.Join(elements, ", ") + "]"
	case map[string]any:
		entries := make([]string, 0, len(value))
		for _, key := range slices.Sorted(maps.Keys(value)) {
			entries = append(entries, fmt.Sprintf("%q = %s", key, expression(value[key])))
		}
		return "{ " + strings.Join(entries, ", ") + " }"
	}
	return fmt.Sprint(value)
}
