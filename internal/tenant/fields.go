package tenant

import (
	"reflect"
	"strings"
)

// tag is the key of the struct tag with Auth0's name of a field that an update changes. The option "read" marks a field that none
// changes: clients have it, because reads of clients name the fields that they need ([ClientFields]).
const tag = "auth0"

// names returns Auth0's names of the fields of T.
func names[T any]() []string {
	var all []string
	for field := range reflect.TypeFor[T]().Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get(tag), ","); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// differing returns Auth0's names of the fields in which two objects differ and that an update changes. An empty list or map
// equals none. An update without such a field is not sent, so each member that package management sends needs a tag.
func differing[T any](prior, planned T) []string {
	before, after := reflect.ValueOf(prior), reflect.ValueOf(planned)
	var differ []string
	for i := range before.NumField() {
		name, read, _ := strings.Cut(before.Type().Field(i).Tag.Get(tag), ",")
		if name != "" && read == "" && !equal(before.Field(i), after.Field(i)) {
			differ = append(differ, name)
		}
	}
	return differ
}

func equal(a, b reflect.Value) bool {
	if (a.Kind() == reflect.Slice || a.Kind() == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
