package core

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Members returns the attributes of an object or the elements of a map; none of a null or unknown value.
func Members(value tftypes.Value) map[string]tftypes.Value {
	var found map[string]tftypes.Value
	if value.IsNull() || !value.IsKnown() || value.As(&found) != nil {
		return nil
	}
	return maps.Clone(found) // As returns the map of the value itself
}

// with returns an object with the members of another one for these names.
func with(object, other tftypes.Value, names []string) tftypes.Value {
	merged, from := Members(object), Members(other)
	for _, name := range names {
		merged[name] = from[name]
	}
	return tftypes.NewValue(object.Type(), merged)
}

// propose merges a configuration with the prior state: computed attributes that the configuration leaves out keep their prior values, also in
// nested objects. Write-only ones are null.
func propose(attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	before, merged := Members(prior), Members(config)
	for _, attribute := range attributes {
		name, written := attribute.Name, merged[attribute.Name]
		earlier, had := before[name]
		switch {
		case attribute.WriteOnly:
			merged[name] = tftypes.NewValue(written.Type(), nil)
		case written.IsNull():
			if attribute.Computed && had {
				merged[name] = earlier
			}
		case attribute.NestedType != nil && written.IsKnown():
			merged[name] = proposeNested(attribute.NestedType, earlier, written)
		}
	}
	return tftypes.NewValue(config.Type(), merged)
}

// proposeNested does the same with an object, or each object of a map.
func proposeNested(of *tfprotov6.SchemaObject, prior, config tftypes.Value) tftypes.Value {
	if of.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
		return propose(of.Attributes, prior, config)
	}
	before, merged := Members(prior), Members(config)
	for key, element := range merged {
		if !element.IsNull() && element.IsKnown() {
			merged[key] = propose(of.Attributes, before[key], element)
		}
	}
	return tftypes.NewValue(config.Type(), merged)
}

// invalid names the attributes whose planned value is neither the configured nor the prior one, although the provider must not choose it.
func invalid(attributes []*tfprotov6.SchemaAttribute, path string, prior, config, planned tftypes.Value) []string {
	var found []string
	before, written, after := Members(prior), Members(config), Members(planned)
	for _, attribute := range attributes {
		at, set, got := path+attribute.Name, written[attribute.Name], after[attribute.Name]
		if attribute.NestedType != nil && !set.IsNull() && set.IsKnown() {
			found = append(found, invalidNested(attribute.NestedType, at, before[attribute.Name], set, got)...)
			continue
		}
		want := set
		if attribute.WriteOnly {
			want = tftypes.NewValue(set.Type(), nil)
		} else if set.IsNull() && attribute.Computed || got.Equal(before[attribute.Name]) {
			continue
		}
		if !keeps(want, got) {
			found = append(found, fmt.Sprintf("%s is %s in the configuration and %s in the plan", at, set, got))
		}
	}
	return found
}

// invalidNested does the same with an object, or each object of a map.
func invalidNested(of *tfprotov6.SchemaObject, path string, prior, config, planned tftypes.Value) []string {
	if of.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
		return invalid(of.Attributes, path+".", prior, config, planned)
	}
	var found []string
	before, after := Members(prior), Members(planned)
	for key, element := range Members(config) {
		found = append(found, invalid(of.Attributes, fmt.Sprintf("%s[%q].", path, key), before[key], element, after[key])...)
	}
	return found
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
	before, after := Members(earlier), Members(later)
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

// Difference describes the attributes in which two objects differ, as far as the earlier one is known.
func Difference(earlier, later tftypes.Value) []string {
	var found []string
	after := Members(later)
	for name, value := range Members(earlier) {
		if !keeps(value, after[name]) {
			found = append(found, fmt.Sprintf("%s: %s became %s", name, value, after[name]))
		}
	}
	slices.Sort(found)
	return found
}
