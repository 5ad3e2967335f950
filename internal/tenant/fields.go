package tenant

import "reflect"

// tag is the key of the struct tag with Auth0's name of a field that an update can change.
const tag = "auth0"

// differing returns Auth0's names of the fields in which two objects differ. An empty list or map equals none.
func differingFields[T any](prior, planned T) []string {
	before, after := reflect.ValueOf(prior), reflect.ValueOf(planned)
	var names []string
	for i := range before.NumField() {
		name := before.Type().Field(i).Tag.Get(tag)
		if name != "" && !equal(before.Field(i), after.Field(i)) {
			names = append(names, name)
		}
	}
	return names
}

func equal(a, b reflect.Value) bool {
	if (a.Kind() == reflect.Slice || a.Kind() == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
