package modify_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/modify"
)

type limits struct {
	PerHour int64
	Label   string
	Enforce bool
}

type quota struct {
	Name   string
	Count  int64
	On     bool
	Tags   []string
	Limits limits
	Other  map[string]string
	Hidden string // the model has no such field
}

type model struct {
	Name    types.String
	Count   types.Int64
	On      types.Bool
	Tags    types.Set
	Limits  types.Object
	Other   types.Map
	Version types.String // the object has no such field
}

// TestFlatten converts in both directions: what the tenant does not have is null in a model, and null is nothing for the tenant.
func TestFlatten(t *testing.T) {
	kinds := map[string]attr.Type{"per_hour": types.Int64Type, "label": types.StringType, "enforce": types.BoolType}
	for name, c := range map[string]struct {
		object quota
		model  model
	}{
		"values": {
			quota{Name: "a", Count: 1, On: true, Tags: []string{"x", "y"}, Limits: limits{PerHour: 2, Enforce: true}},
			model{
				Name: types.StringValue("a"), Count: types.Int64Value(1), On: types.BoolValue(true), Tags: modify.StringSet([]string{"y", "x"}),
				Limits: types.ObjectValueMust(kinds, map[string]attr.Value{
					"per_hour": types.Int64Value(2), "label": types.StringNull(), "enforce": types.BoolValue(true),
				}),
			},
		},
		"nothing": {
			quota{},
			model{
				Name: types.StringNull(), Count: types.Int64Null(), On: types.BoolValue(false), Tags: types.SetNull(types.StringType), Limits: types.ObjectNull(kinds),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			base := model{Version: types.StringValue("kept"), Other: types.MapNull(types.StringType)}
			c.model.Version, c.model.Other = base.Version, base.Other
			got, want := reflect.ValueOf(modify.Flatten(c.object, base)), reflect.ValueOf(c.model)
			for i := range got.NumField() {
				if value := got.Field(i).Interface().(attr.Value); !value.Equal(want.Field(i).Interface().(attr.Value)) {
					t.Errorf("%s is %s, want %s", got.Type().Field(i).Name, value, want.Field(i))
				}
			}
			c.object.Hidden, c.object.Other = "kept", map[string]string{"kept": ""}
			if expanded := modify.Expand(c.model, quota{Hidden: c.object.Hidden, Other: c.object.Other}); !reflect.DeepEqual(expanded, c.object) {
				t.Errorf("the object is %+v, want %+v", expanded, c.object)
			}
		})
	}
}
