package modify_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

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

func TestParts(t *testing.T) {
	for id, want := range map[string][]string{
		"https://api.example/v1 read:a": {"https://api.example/v1", "read:a"},
		"urn::a::b%20/ x":               {"urn::a::b%20/", "x"},
		"a b c":                         {"a", "b", "c"},
		"alone":                         nil,
		"":                              nil,
		"a  b":                          nil,
		" a b":                          nil,
		"a b ":                          nil,
		"a b c d":                       nil,
	} {
		var diags diag.Diagnostics
		got, ok := modify.ImportParts(id, 2, 3, "two or three", &diags)
		if !slices.Equal(got, want) || ok != (want != nil) || diags.HasError() == ok {
			t.Errorf("%q: %q, %v, %v", id, got, ok, diags)
		}
	}
}

// FuzzParts joins the parts to the import ID, and expects no empty part and no part with a space.
func FuzzParts(f *testing.F) {
	f.Add("a b")
	f.Add("urn::x  y")
	f.Fuzz(func(t *testing.T, id string) {
		var diags diag.Diagnostics
		parts, ok := modify.ImportParts(id, 1, 3, "", &diags)
		if ok == diags.HasError() {
			t.Fatalf("ok %v with %v", ok, diags)
		}
		if ok && (strings.Join(parts, " ") != id || slices.Contains(parts, "") || len(parts) > 3) {
			t.Errorf("%q is cut into %q", id, parts)
		}
	})
}

var kind = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "id": tftypes.String, "list": tftypes.List{ElementType: tftypes.String}}}

func object(name, id, element any) tftypes.Value {
	return tftypes.NewValue(kind, map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, name),
		"id":   tftypes.NewValue(tftypes.String, id),
		"list": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, element)}),
	})
}

// What was planned stays; what was not known in the plan, as a whole or in a part, comes from the tenant.
func TestAsPlanned(t *testing.T) {
	req := resource.UpdateRequest{Plan: tfsdk.Plan{Raw: object("planned", tftypes.UnknownValue, tftypes.UnknownValue)}}
	resp := &resource.UpdateResponse{State: tfsdk.State{Raw: object("edited", "made", "answered")}}
	modify.AsPlanned(req, resp)
	if want := object("planned", "made", "answered"); resp.Diagnostics.HasError() || !resp.State.Raw.Equal(want) {
		t.Errorf("the state is %s, want %s", resp.State.Raw, want)
	}
	failed := &resource.UpdateResponse{State: tfsdk.State{Raw: object("kept", "made", "answered")}}
	failed.Diagnostics.AddError("Unable to update", "the tenant kept other values")
	modify.AsPlanned(req, failed)
	if want := object("kept", "made", "answered"); !failed.State.Raw.Equal(want) {
		t.Errorf("after a failure the state is %s, want what the tenant has: %s", failed.State.Raw, want)
	}
}
