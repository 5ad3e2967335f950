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
func ObjectTypes[T any]() map[string]attr.Type {
	kinds := map[string]attr.Type{}
	for field := range reflect.TypeFor[T]().Fields() {
		kinds[attributeName(field.Name)] = map[reflect.Kind]attr.Type{
			reflect.String: types.StringType, reflect.Int64: types.Int64Type, reflect.Bool: types.BoolType,
		}[field.Type.Kind()]
	}
	return kinds
}

// ObjectOf returns a struct as the value of a nested attribute. An empty string and 0 are null, and so is an empty struct.
func ObjectOf[T comparable](from T) types.Object {
	var empty T
	if from == empty {
		return types.ObjectNull(ObjectTypes[T]())
	}
	values := map[string]attr.Value{}
	for field, value := range reflect.ValueOf(from).Fields() {
		name := attributeName(field.Name)
		switch value.Kind() {
		case reflect.Bool:
			values[name] = types.BoolValue(value.Bool())
		case reflect.Int64:
			values[name] = types.Int64PointerValue(nonZero(value.Int()))
		default:
			values[name] = types.StringPointerValue(nonZero(value.String()))
		}
	}
	return types.ObjectValueMust(ObjectTypes[T](), values)
}

// FromObject returns the struct that a nested attribute represents. Null and unknown values are zero.
func FromObject[T any](from types.Object) T {
	var into T
	for field, value := range reflect.ValueOf(&into).Elem().Fields() {
		switch attribute := from.Attributes()[attributeName(field.Name)].(type) {
		case types.Bool:
			value.SetBool(attribute.ValueBool())
		case types.Int64:
			value.SetInt(attribute.ValueInt64())
		case types.String:
			value.SetString(attribute.ValueString())
		}
	}
	return into
}

func nonZero[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
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
