package server_test

import (
	"context"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

// counting is a provider with one type of each kind, each with the attribute count. Its resource also has nested ones.
type counting struct{}

var counts = []validator.Int64{validate.Count(1, 3, "one")}

func (counting) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}

func (counting) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema.Attributes = map[string]providerschema.Attribute{"count": providerschema.Int64Attribute{Optional: true, Validators: counts}}
}

func (counting) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (counting) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &countingResource{} }}
}

func (counting) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource {
		return &server.DataSource[any]{Name: "one", Attributes: map[string]dataschema.Attribute{"count": dataschema.Int64Attribute{Optional: true, Validators: counts}}}
	}}
}

func (counting) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return countingEphemeral{} }}
}

func (counting) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return countingList{&server.ListResource[any]{Name: "one"}} }}
}

func (counting) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return &countingAction{} }}
}

type countingResource struct{ resource.Resource }

func (countingResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "test_one"
}

func (countingResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	count := map[string]schema.Attribute{"count": schema.Int64Attribute{Optional: true, Validators: counts}}
	nested := schema.NestedAttributeObject{Attributes: count}
	resp.Schema.Attributes = map[string]schema.Attribute{
		"count": count["count"], "single": schema.SingleNestedAttribute{Optional: true, Attributes: count}, "map": schema.MapNestedAttribute{Optional: true, NestedObject: nested},
		"list": schema.ListNestedAttribute{Optional: true, NestedObject: nested}, "set": schema.SetNestedAttribute{Optional: true, NestedObject: nested},
		"free": schema.Float64Attribute{Optional: true},
	}
}

func (countingResource) IdentitySchema(context.Context, resource.IdentitySchemaRequest, *resource.IdentitySchemaResponse) {
}

type countingEphemeral struct{ ephemeral.EphemeralResource }

func (countingEphemeral) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "test_one"
}

func (countingEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema.Attributes = map[string]ephemeralschema.Attribute{"count": ephemeralschema.Int64Attribute{Optional: true, Validators: counts}}
}

type countingList struct{ *server.ListResource[any] }

func (countingList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema.Attributes = map[string]listschema.Attribute{"count": listschema.Int64Attribute{Optional: true, Validators: counts}}
}

type countingAction struct{ action.Action }

func (countingAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "test_one"
}

func (countingAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema.Attributes = map[string]actionschema.Attribute{"count": actionschema.Int64Attribute{Optional: true, Validators: counts}}
}

// TestNumbers_everywhere expects the error of a fraction in every kind of block, and in every kind of nested attribute, also together
// with a number out of range.
func TestNumbers_everywhere(t *testing.T) {
	framework, _ := providerserver.NewProtocol6(counting{})().(server.Server)
	s := server.Numbers(framework, counting{})
	inner := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"count": tftypes.Number}}
	half := tftypes.NewValue(tftypes.Number, big.NewFloat(0.5))
	object := tftypes.NewValue(inner, map[string]tftypes.Value{"count": half})
	kinds := map[string]tftypes.Type{
		"count": tftypes.Number, "free": tftypes.Number, "single": inner, "map": tftypes.Map{ElementType: inner}, "list": tftypes.List{ElementType: inner}, "set": tftypes.Set{ElementType: inner},
	}
	config := dynamic(t, tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, map[string]tftypes.Value{
		"count": tftypes.NewValue(tftypes.Number, 4), "free": half, "single": object, "map": tftypes.NewValue(kinds["map"], map[string]tftypes.Value{"k": object}),
		"list": tftypes.NewValue(kinds["list"], []tftypes.Value{object}), "set": tftypes.NewValue(kinds["set"], []tftypes.Value{object}),
	}))
	one := dynamic(t, object)
	for kind, c := range map[string]struct {
		validate func(ctx context.Context) (any, error)
		want     []string
	}{
		"provider":            {call(s.ValidateProviderConfig, &tfprotov6.ValidateProviderConfigRequest{Config: one}), []string{"count"}},
		"resource":            {call(s.ValidateResourceConfig, &tfprotov6.ValidateResourceConfigRequest{TypeName: "test_one", Config: config}), []string{"count", "list[0].count", `map["k"].count`, "set", "single.count"}},
		"data":                {call(s.ValidateDataResourceConfig, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "test_one", Config: one}), []string{"count"}},
		"ephemeral":           {call(s.ValidateEphemeralResourceConfig, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: "test_one", Config: one}), []string{"count"}},
		"list":                {call(s.ValidateListResourceConfig, &tfprotov6.ValidateListResourceConfigRequest{TypeName: "test_one", Config: one}), []string{"count"}},
		"action":              {call(s.ValidateActionConfig, &tfprotov6.ValidateActionConfigRequest{ActionType: "test_one", Config: one}), []string{"count"}},
		"action, in the plan": {call(s.PlanAction, &tfprotov6.PlanActionRequest{ActionType: "test_one", Config: one}), []string{"count"}},
	} {
		answer, err := c.validate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		said, _ := reflect.ValueOf(answer).Elem().FieldByName("Diagnostics").Interface().([]*tfprotov6.Diagnostic)
		var got []string
		for _, d := range said {
			got = append(got, strings.TrimPrefix(d.Summary, "Invalid "))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", kind, got, c.want)
		}
	}
}

// call returns a function that serves a request.
func call[Q, A any](serve func(context.Context, *Q) (*A, error), request *Q) func(context.Context) (any, error) {
	return func(ctx context.Context) (any, error) { return serve(ctx, request) }
}

func dynamic(t *testing.T, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	of, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &of
}
