package convergence_test

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/core"
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

// text returns a string attribute of an object.
func text(object tftypes.Value, attribute string) string {
	var found string
	if value, ok := core.Members(object)[attribute]; ok && value.IsKnown() {
		_ = value.As(&found) // null stays empty
	}
	return found
}
