package convergence_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// lookup returns the value of a reference.
type lookup func(reference) tftypes.Value

// encode returns the value of an expression of a configuration.
func encode(kind tftypes.Type, value any, resolve lookup) tftypes.Value {
	switch value := value.(type) {
	case nil:
		return tftypes.NewValue(kind, nil)
	case reference:
		return resolve(value)
	case int:
		return tftypes.NewValue(kind, int64(value))
	case []any:
		element := kind.(tftypes.Set).ElementType
		elements := []tftypes.Value{}
		for _, one := range value {
			found := encode(element, one, resolve)
			if !found.IsKnown() || !slices.ContainsFunc(elements, found.Equal) { // Terraform drops duplicates of a set
				elements = append(elements, found)
			}
		}
		return tftypes.NewValue(kind, elements)
	case map[string]any:
		members := map[string]tftypes.Value{}
		switch kind := kind.(type) {
		case tftypes.Map:
			for name, one := range value {
				members[name] = encode(kind.ElementType, one, resolve)
			}
		case tftypes.Object:
			for name, attribute := range kind.AttributeTypes {
				members[name] = encode(attribute, value[name], resolve)
			}
		}
		return tftypes.NewValue(kind, members)
	}
	return tftypes.NewValue(kind, value)
}

// members returns the attributes of an object or the elements of a map; none of a null or unknown value.
func members(value tftypes.Value) map[string]tftypes.Value {
	var found map[string]tftypes.Value
	if value.IsNull() || !value.IsKnown() || value.As(&found) != nil {
		return nil
	}
	return maps.Clone(found) // As returns the map of the value itself
}

// text returns a string attribute of an object.
func text(object tftypes.Value, attribute string) string {
	var found string
	if value, ok := members(object)[attribute]; ok && value.IsKnown() {
		_ = value.As(&found) // null stays empty
	}
	return found
}

// proposed returns the proposed new state as Terraform core computes it: computed attributes that the configuration leaves
// out keep their prior values, also inside of nested objects.
func proposed(attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	before, merged := members(prior), members(config)
	for _, attribute := range attributes {
		earlier, had := before[attribute.Name]
		switch written := merged[attribute.Name]; {
		case attribute.Computed && written.IsNull() && had:
			merged[attribute.Name] = earlier
		case attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle && !written.IsNull() && written.IsKnown():
			merged[attribute.Name] = proposed(attribute.NestedType.Attributes, earlier, written)
		}
	}
	return tftypes.NewValue(config.Type(), merged)
}

// keeps reports whether later values agree with earlier ones as far as those were known.
func keeps(earlier, later tftypes.Value) bool {
	switch {
	case !earlier.IsKnown():
		return true
	case earlier.IsFullyKnown():
		return earlier.Equal(later)
	case later.IsNull() || !later.IsKnown():
		return false
	}
	before, after := members(earlier), members(later)
	if before == nil { // a set with unknown elements
		return true
	}
	for name, value := range before {
		if found, there := after[name]; !there || !keeps(value, found) {
			return false
		}
	}
	return len(before) == len(after)
}

// follows reports whether a plan has the values of the configuration, except where that sets none.
func follows(written, planned tftypes.Value) bool {
	if written.IsNull() {
		return true
	}
	if !written.Type().Is(tftypes.Object{}) || !written.IsKnown() {
		return keeps(written, planned)
	}
	found := members(planned)
	for name, value := range members(written) {
		if !follows(value, found[name]) {
			return false
		}
	}
	return true
}

// differing names the attributes in which two objects differ, as far as the earlier one is known.
func differing(earlier, later tftypes.Value) []string {
	var found []string
	after := members(later)
	for name, value := range members(earlier) {
		if !keeps(value, after[name]) {
			found = append(found, fmt.Sprintf("%s: %s became %s", name, value, after[name]))
		}
	}
	slices.Sort(found)
	return found
}
