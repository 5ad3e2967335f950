package modify

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Expand returns an object of the tenant with the values of the fields of a model that have the same names. Null and unknown values
// are zero. It leaves maps as in base, and what only one of the two has.
func Expand[T any](model any, base T) T {
	from := reflect.ValueOf(model)
	for field, value := range reflect.ValueOf(&base).Elem().Fields() {
		if source := from.FieldByName(field.Name); source.IsValid() {
			setValue(value, source.Interface())
		}
	}
	return base
}

// Flatten returns a model with the values of the fields of an object of the tenant that have the same names. Empty values are null,
// except false. It leaves maps as in base, and what only one of the two has.
func Flatten[M any](object any, base M) M {
	from := reflect.ValueOf(object)
	for field, value := range reflect.ValueOf(&base).Elem().Fields() {
		source := from.FieldByName(field.Name)
		if !source.IsValid() {
			continue
		}
		if converted := reflect.ValueOf(valueOf(source)); converted.IsValid() && converted.Type() == field.Type {
			value.Set(converted)
		}
	}
	return base
}

// setValue sets a field of an object to the value of an attribute.
func setValue(field reflect.Value, attribute any) {
	switch attribute := attribute.(type) {
	case types.Bool:
		field.SetBool(attribute.ValueBool())
	case types.Int64:
		field.SetInt(attribute.ValueInt64())
	case types.String:
		field.SetString(attribute.ValueString())
	case types.Set:
		field.Set(reflect.ValueOf(texts(attribute)))
	case types.Object:
		members := attribute.Attributes()
		for inner, value := range field.Fields() {
			setValue(value, members[attributeName(inner.Name)])
		}
	}
}

// valueOf returns the value of an attribute for a field of an object, or nil if there is no such attribute.
func valueOf(field reflect.Value) attr.Value {
	switch field.Kind() {
	case reflect.Bool:
		return types.BoolValue(field.Bool())
	case reflect.Int64:
		return types.Int64PointerValue(nonZero(field.Int()))
	case reflect.String:
		return types.StringPointerValue(nonZero(field.String()))
	case reflect.Struct:
		return objectOf(field)
	case reflect.Slice:
		if list, ok := field.Interface().([]string); ok && len(list) > 0 {
			return StringSet(list)
		} else if ok {
			return types.SetNull(types.StringType)
		}
	}
	return nil
}

// StringSet returns a set of strings, which can be empty.
func StringSet(list []string) types.Set {
	elements := make([]attr.Value, 0, len(list))
	for _, text := range list {
		elements = append(elements, types.StringValue(text))
	}
	return types.SetValueMust(types.StringType, elements)
}

// texts returns the sorted elements of a set of strings, or nil if it is null or unknown.
func texts(set types.Set) []string {
	if set.IsNull() || set.IsUnknown() {
		return nil
	}
	list := make([]string, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		text, _ := element.(types.String)
		list = append(list, text.ValueString())
	}
	slices.Sort(list)
	return list
}

func nonZero[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

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
