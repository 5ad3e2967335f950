package modify

import (
	"reflect"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ObjectTypes returns the types of a nested attribute that represents a struct. The attribute of the field PerHour is
// per_hour.
func ObjectTypes[T any]() map[string]attr.Type { return objectTypes(reflect.TypeFor[T]()) }

func objectTypes(of reflect.Type) map[string]attr.Type {
	kinds := map[string]attr.Type{}
	for field := range of.Fields() {
		kinds[attributeName(field.Name)] = map[reflect.Kind]attr.Type{
			reflect.String: types.StringType, reflect.Int64: types.Int64Type, reflect.Bool: types.BoolType,
		}[field.Type.Kind()]
	}
	return kinds
}

// ObjectOf returns a struct as the value of a nested attribute. An empty string and 0 are null, and so is an empty struct.
func ObjectOf[T any](from T) types.Object { return objectOf(reflect.ValueOf(from)) }

func objectOf(from reflect.Value) types.Object {
	kinds := objectTypes(from.Type())
	if from.IsZero() {
		return types.ObjectNull(kinds)
	}
	values := map[string]attr.Value{}
	for field, value := range from.Fields() {
		values[attributeName(field.Name)] = valueOf(value)
	}
	return types.ObjectValueMust(kinds, values)
}

// attributeName returns the name of the attribute for a field.
func attributeName(field string) string {
	var name strings.Builder
	for i, r := range field {
		if unicode.IsUpper(r) && i > 0 {
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToLower(r))
	}
	return name.String()
}
