package server

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
)

var _ datasource.DataSourceWithValidateConfig = (*LookUp)(nil)

// LookUp is a data source that finds an object by one of two attributes.
type LookUp struct {
	DataSource[any]

	Noun string
	Keys [2]string // the names of the attributes

	// Get returns the model of the object. One of the values is empty. Attributes of the model that the schema lacks are dropped.
	Get func(ctx context.Context, d Data, first, second string) (model any, err error)
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig. It requires exactly one of the two attributes.
func (l *LookUp) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	first, second := l.values(ctx, req.Config, &resp.Diagnostics)
	if first.IsNull() == second.IsNull() && !first.IsUnknown() && !second.IsUnknown() {
		diagnose.Reject(&resp.Diagnostics, path.Root(l.Keys[0]), fmt.Sprintf("Exactly one of %s and %s must be set", l.Keys[0], l.Keys[1]),
			"Set exactly one of `%s` and `%s`.", l.Keys[0], l.Keys[1])
	}
}

// Read implements datasource.DataSource.
func (l *LookUp) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	first, second := l.values(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	model, err := l.Get(ctx, l.Data, first.ValueString(), second.ValueString())
	if err != nil {
		key := cmp.Or(first.ValueString(), second.ValueString())
		diagnose.AddOperationError(&resp.Diagnostics, diagnose.Operation{Verb: "read", Noun: l.Noun, Key: key}, err)
		return
	}
	state, diags := project(ctx, model, resp.State.Schema.Type())
	resp.State.Raw = state
	resp.Diagnostics.Append(diags...)
}

func (l *LookUp) values(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (first, second types.String) {
	diags.Append(config.GetAttribute(ctx, path.Root(l.Keys[0]), &first)...)
	diags.Append(config.GetAttribute(ctx, path.Root(l.Keys[1]), &second)...)
	return first, second
}
