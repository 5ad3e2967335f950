package coalesce

import (
	"reflect"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestClone clears all lists and maps in the copy of an object that has a value in every field. The original keeps its values.
func TestClone(t *testing.T) {
	t.Run("API", testClone[tenant.API])
	t.Run("client", testClone[tenant.Client])
	t.Run("grant", testClone[tenant.Grant])
}

func testClone[V any](t *testing.T) {
	var original, want, empty V
	fill(t, reflect.ValueOf(&original).Elem())
	fill(t, reflect.ValueOf(&want).Elem())
	copied := clone(original)
	if !reflect.DeepEqual(copied, want) || !reflect.DeepEqual(clone(empty), empty) {
		t.Errorf("the copy differs: %+v", copied)
	}
	clearShared(reflect.ValueOf(copied))
	for i := range reflect.TypeFor[V]().NumField() {
		if !reflect.DeepEqual(reflect.ValueOf(original).Field(i).Interface(), reflect.ValueOf(want).Field(i).Interface()) {
			t.Errorf("clone does not copy the field %s", reflect.TypeFor[V]().Field(i).Name)
		}
	}
}

// fill sets a value, and everything in it, to other values than zero.
func fill(t *testing.T, value reflect.Value) {
	t.Helper()
	switch value.Kind() {
	case reflect.String:
		value.SetString("text")
	case reflect.Bool:
		value.SetBool(true)
	case reflect.Int, reflect.Int64:
		value.SetInt(1)
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
		fill(t, value.Index(0))
	case reflect.Map:
		entry := reflect.New(value.Type().Elem()).Elem()
		fill(t, entry)
		value.Set(reflect.MakeMap(value.Type()))
		value.SetMapIndex(reflect.Zero(value.Type().Key()), entry)
	case reflect.Struct:
		if value.Type() == reflect.TypeFor[time.Time]() {
			value.Set(reflect.ValueOf(time.Unix(1, 0)))
			return
		}
		for i := range value.NumField() {
			fill(t, value.Field(i))
		}
	default:
		t.Fatalf("neither clone nor this test copies a %s", value.Type())
	}
}

// clearShared clears all lists and maps in a value, innermost ones first.
func clearShared(value reflect.Value) {
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			clearShared(value.Field(i))
		}
	case reflect.Slice:
		for i := range value.Len() {
			clearShared(value.Index(i))
			value.Index(i).SetZero()
		}
	case reflect.Map:
		for _, entry := range value.Seq2() {
			clearShared(entry)
		}
		value.Clear()
	}
}
