package coalesce

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// TestClone sets every field of an object, copies it, and sets everything in the copy again. The original keeps its values.
func TestClone(t *testing.T) {
	t.Run("API", testClone[tenant.API])
	t.Run("client", testClone[tenant.Client])
	t.Run("grant", testClone[tenant.Grant])
}

func testClone[V any](t *testing.T) {
	var original, want, empty V
	fill(t, reflect.ValueOf(&original).Elem(), 1)
	fill(t, reflect.ValueOf(&want).Elem(), 1)
	copied := clone(original)
	if !reflect.DeepEqual(copied, want) || !reflect.DeepEqual(clone(empty), empty) {
		t.Errorf("the copy differs: %+v", copied)
	}
	fill(t, reflect.ValueOf(&copied).Elem(), 2)
	for i := range reflect.TypeFor[V]().NumField() {
		if !reflect.DeepEqual(reflect.ValueOf(original).Field(i).Interface(), reflect.ValueOf(want).Field(i).Interface()) {
			t.Errorf("clone does not copy the field %s", reflect.TypeFor[V]().Field(i).Name)
		}
	}
}

// fill sets a value, and everything in it, to values that depend on the number. It keeps existing lists and maps.
func fill(t *testing.T, value reflect.Value, number int) {
	switch kind := value.Kind(); {
	case value.Type() == reflect.TypeFor[time.Time]():
		value.Set(reflect.ValueOf(time.Unix(int64(number), 0)))
	case kind == reflect.String:
		value.SetString(strconv.Itoa(number))
	case kind == reflect.Bool:
		value.SetBool(number == 1)
	case value.CanInt():
		value.SetInt(int64(number))
	case kind == reflect.Struct:
		for i := range value.NumField() {
			fill(t, value.Field(i), number)
		}
	case kind == reflect.Slice && value.IsNil():
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
		fill(t, value, number)
	case kind == reflect.Slice:
		fill(t, value.Index(0), number)
	case kind == reflect.Map && value.IsNil():
		value.Set(reflect.MakeMap(value.Type()))
		value.SetMapIndex(reflect.Zero(value.Type().Key()), reflect.Zero(value.Type().Elem()))
		fill(t, value, number)
	case kind == reflect.Map:
		entry := reflect.New(value.Type().Elem()).Elem()
		entry.Set(value.MapIndex(reflect.Zero(value.Type().Key())))
		fill(t, entry, number)
		value.SetMapIndex(reflect.Zero(value.Type().Key()), entry)
	default:
		t.Fatalf("neither clone nor this test copies a %s", value.Type())
	}
}
